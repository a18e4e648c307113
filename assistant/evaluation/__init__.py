"""Evaluation: question sets, runs over them, their metrics, and comparisons between runs.

set       questions, beir, corpus, sets        what is asked, of which documents
system    systems, naive, cache, build         what is searched, and how
judgment  spans, relevance, metrics, answers   what counts as found
run       execute, summary, run                a folder of plain files
use       compare, significance, ablate, calibrate, checker
"""
