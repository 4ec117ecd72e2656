"""What each part of retrieval is worth: one row of the table, one other choice.

rows.py        the table: name -> what is chosen otherwise
analysers.py, retrievers.py   choices that the product does not make
slips.py       questions with a slip of the keyboard
__main__.py    python -m eval.ablation --set CORPUS=CASES.jsonl [ROW ...]
"""
