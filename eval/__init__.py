"""Evaluation: cases -> runs -> figures -> comparison. Imports app and ingest; nobody imports eval.

    cases.py               what is asked, and where the evidence stands; loading, filters, stale gold
    importers.py           SQuAD, KorQuAD and BEIR -> a corpus and cases
    results.py             what a system gave back, a line a case
    evidence.py            does a passage or quote show the gold? the one place that compares the two
    retrieval_metrics.py   hit, recall, precision, MRR, MAP, nDCG: arithmetic on ranks
    answer_metrics.py      exact match and F1 as SQuAD and KorQuAD define them
    citation_metrics.py    precision, recall, uncited claims, page-exact, after ALCE
    refusal_metrics.py     false answers, false refusals, risk against coverage
    scoring.py             one case and one result -> one row of named figures
    statistics.py          intervals, paired permutation tests, Holm
    figures.py, tables.py  rows -> means, slices, the printed table
    systems.py, product.py what can be evaluated; ours
    baselines.py           what stock parts give on the same cases
    runs.py, provenance.py a run's folder, and what made it
    comparison.py          two runs: did anything change, beyond chance?
    report.py              a run's folder -> one report; faults.py names what went wrong, curves.py what is drawn
    report_html.py         the report as one offline HTML file: report_cases.py, charts.py, markup.py, report.css
    report_markdown.py     the same as Markdown; report_words.py is what both say
    making.py              questions from headings, definitions and gaps; from_feedback.py from bad ratings,
                           from_model.py by a language model where one is configured
    review.py              proposed, accepted and rejected cases in the user's folder
    monitoring.py          real use over time, from the user's folder
    gate.py                rules that a later run must hold, beyond chance
    cli.py, *commands.py   `seodang eval run | report | compare | import | make | review | monitor`
    benchmarks/            speed and memory, as ratios in one run
    NOTES.md               what was tried, with numbers

The package is always imported by its parts (`from eval.x import y`): the bare name would hide Python's `eval`.
"""
