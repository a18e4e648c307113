"""Evaluation: question sets, runs over them, their metrics, and comparisons between runs.

set       questions, checker, beir, corpus, sets        what is asked, of which documents
system    systems, naive, cache, build                  what is searched, and how
judgment  spans, relevance, metrics, answers, refusal   what counts as found
run       execute, chapters, summary, origin, run       a folder of plain files
use       compare, significance, ablate, calibrate      what runs are for
report    report, tables, plots, svg, failures, marks   a page made from a run's folder

``bench`` puts the parts together.
"""
