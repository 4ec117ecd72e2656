"""How the weights were made: one entry point, `python -m ingest.bilingual.train --help`.

pairs.py       the parallel corpus               documents.py, material.py  headings and sections
teacher.py     the English teacher               vocabulary.py, start.py    word pieces and their first rows
windows.py     batches of running text           headings.py, frames.py     heading -> section, question words
fit.py         the training loop                 quantise.py, export.py     4-bit weights, sentence-transformers
mined.py       aligned sentences, CLDR names    space.py                   the dimensions
evaluate.py    the table, with lexical.py        console.py                 progress
"""
