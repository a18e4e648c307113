"""Evaluation: question sets, runs over them, their metrics, and comparisons between runs.

set       questions, checker, beir, corpus, sets        what is asked, of which documents
system    systems, naive, cache, build                  what is searched, and how
judgment  spans, relevance, metrics, answers, refusal   what counts as found
run       execute, chapters, summary, origin, run       a folder of plain files
folders   folders                                       where sets and runs lie
use       compare, significance, ablate, calibrate      what runs are for
report    report, figures, tables, plots, svg,          a page made from a run's folder
          failures, marks

``bench`` puts the parts together.
"""
