"""Benchmarks: speed and memory, always as a ratio to a stated baseline in the same run.

    harness.py    race(): candidates in turns, medians, spread, peak memory of the process tree
    synthetic.py  a corpus of any size with the word statistics of language
    scale.py      build and search of it: seconds, bytes, memory, recall
    stages.py     where an ingest spends its time, beside LangChain's stock pipeline (stock.py)
    update.py     one changed file in a large index
    asking.py     where a warm question spends its time: nodes, graph, checkpoint, record
    outcomes.py   what becomes of a folder of difficult files
    crash.py      ingests that are killed
    tree.py       a generated repository in the shape of a real one
    __main__.py   `python -m eval.benchmarks ingest|search CORPUS ...`: the races that every change can be
    held against; `python -m eval.benchmarks scale`

Absolute times say little: the machine and its neighbours change from hour to hour. Two candidates that take
turns see the same machine.
"""
