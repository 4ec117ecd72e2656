"""Words of one language -> words of the other, for lexical search across languages.

bridge.py      looks a question's word up
lexicon.tsv    word, its translations with probabilities: estimated from parallel text by train.py
glossary.tsv   terms of AI and mathematics, written by hand: what goes before the lexicon
train.py       how the lexicon was made
"""
