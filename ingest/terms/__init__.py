"""Words of one language -> words of the other, for lexical search across languages.

bridge.py        looks a question's word up
lexicon.tsv      search token, its translations with probabilities: estimated from parallel text, glossary on top
glossary.tsv     terms of AI, mathematics and course life, written by hand
dictionary.txt   those of its nouns that Kiwi must be told
glossary.py      reads these two
train.py         makes dictionary and lexicon from the glossary and a parallel corpus
pairs.py         what a document sets beside each other: 역전파(backpropagation)
candidates.py    the same with search tokens
mining.py        which of these are terms of the corpus
corpus_terms.py  looks them up: terms.json of a snapshot
"""
