"""`seodang eval ...`: how the commands of evaluation are called.

The command line finds ``register`` by entry point, at every start; what the commands need is imported when
one runs.
"""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the `eval` command."""
    parser = subparsers.add_parser(
        "eval",
        help="measure search and answers on cases",
        description="Measures search and answers on questions whose answers are known. Begin with: seodang eval make",
    )
    commands = parser.add_subparsers(dest="eval_command", required=True, metavar="COMMAND")
    _add_run(commands)
    _add_list(commands)
    _add_report(commands)
    _add_compare(commands)
    _add_import(commands)
    _add_make(commands)
    _add_review(commands)
    _add_judge(commands)
    _add_monitor(commands)


def _add_run(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("run", help="run cases and print a table of figures with intervals")
    parser.add_argument("corpus", nargs="?", type=Path, help="ingested first; without it, --index is used as it is")
    parser.add_argument(
        "--cases", type=Path, metavar="FILE.jsonl", help="default: those accepted or proposed for this index"
    )
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: .seodang/<corpus folder name>")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the run; default: .seodang/runs/...")
    parser.add_argument("--retrieval-only", action="store_true", help="search without answering")
    parser.add_argument("-k", type=int, default=10, help="passages to look at (default 10)")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N cases that pass the filters")
    parser.add_argument("--question-kind", action="append", default=[], metavar="KIND")
    parser.add_argument("--language", action="append", default=[], metavar="ko|en")
    parser.add_argument("--where", action="append", default=[], metavar="KEY=VALUE", help="e.g. standalone=true")
    parser.add_argument("--baselines", help="neighbours: langchain,langchain-same,bm25 (default: all) or none")
    parser.add_argument("--vary", metavar="KEY=A,B,C", help="one column for each value of a setting")
    parser.add_argument("--fresh", action="store_true", help="replace the run in --out instead of going on with it")
    parser.add_argument("--json", action="store_true", help="print figures.json instead of the table")
    parser.set_defaults(handler=_run)


def _add_list(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("list", help="the complete runs of a course, the newest first")
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: the one last ingested here")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(handler=_list)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("report", help="a run as one HTML file, and the same as Markdown and JSON")
    parser.add_argument("run", nargs="?", type=Path, help="folder of the run (default: the last one)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="whose last run (default: under .seodang/runs)")
    parser.add_argument("--compare", type=Path, metavar="EARLIER", help="folder of an earlier run over the same cases")
    parser.add_argument("--system", metavar="NAME", help="whose cases are shown (default: ours)")
    parser.add_argument("--worst", type=int, default=5, metavar="N", help="cases of each fault in full (default 5)")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="default: report.html in the run's folder")
    parser.add_argument("--json", action="store_true", help="print the JSON report")
    parser.set_defaults(handler=_report)


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("compare", help="did anything change between two runs, beyond chance?")
    parser.add_argument("base", type=Path, help="folder of the earlier run")
    parser.add_argument("new", type=Path, help="folder of the later run (may be the same with another --system)")
    parser.add_argument("--base-system", metavar="NAME", help="which column of the base (default: ours)")
    parser.add_argument("--system", metavar="NAME", help="which column of the new run (default: ours)")
    parser.add_argument(
        "--fail-on", action="append", default=[], metavar="RULE",
        help='exit status 1 when it holds beyond chance: "hit@5 < -0.02", "mrr@10[language=ko] < -0.03"; repeatable',
    )  # fmt: skip
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(handler=_compare)


def _add_import(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("import", help="turn a public question set into a corpus and cases")
    parser.add_argument("form", choices=["squad", "beir"], help="squad: SQuAD or KorQuAD JSON; beir: a BEIR folder")
    parser.add_argument("source", type=Path)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the corpus; DIR.cases.jsonl beside it")
    parser.add_argument("--language", metavar="CODE", help="default: Korean where there is Hangul, else English")
    parser.add_argument("--split", default="test", help="which judgements of a BEIR folder (default: test)")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(handler=_import)


def _add_make(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("make", help="propose questions from the files themselves and from bad ratings")
    parser.add_argument("corpus", nargs="?", type=Path, help="ingested first; without it, --index is used as it is")
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: .seodang/<corpus folder name>")
    parser.add_argument("--count", type=int, default=40, metavar="N", help="at most so many (default 40)")
    parser.add_argument("--json", action="store_true", help="print what was added, a JSON array of cases")
    parser.set_defaults(handler=_make)


def _add_review(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("review", help="accept or reject proposed questions, one by one or by id")
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: the one last ingested here")
    parser.add_argument("--accept", nargs="+", default=[], metavar="ID", help="ids, or `all` that are open")
    parser.add_argument("--reject", nargs="+", default=[], metavar="ID", help="ids, or `all` that are open")
    parser.add_argument(
        "--edit", type=Path, metavar="FILE.jsonl",
        help='first put questions in other words: {"id", "question", "answers"} a line; - is standard input',
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the proposals as a JSON array")
    parser.set_defaults(handler=_review)


def _add_judge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("judge", help="let a language model grade a run's answers")
    parser.add_argument("run", nargs="?", type=Path, help="folder of the run (default: the last one)")
    parser.add_argument("--model", metavar="PROVIDER:NAME", help="default: the one set for answering")
    parser.add_argument("--base-url", metavar="URL", help="of a server that speaks OpenAI's protocol")
    parser.add_argument(
        "--labels", type=Path, metavar="FILE.jsonl", help='what people said: {"id", "relevance": 0 to 2}'
    )
    parser.add_argument("--compare", type=Path, metavar="EARLIER", help="also: which of two runs answers better?")
    parser.add_argument("--system", metavar="NAME", help="whose answers (default: ours)")
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: the one last ingested here")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(handler=_judge)


def _add_monitor(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("monitor", help="real use over time: questions, refusals, times, ratings")
    parser.add_argument("--index", type=Path, metavar="DIR", help="default: the one last ingested here")
    parser.add_argument("--by", choices=["day", "week"], default="day", help="what a row is (default: day)")
    parser.add_argument("--out", type=Path, metavar="FILE.html", help="also as a report, .md and .json beside it")
    parser.add_argument("--json", action="store_true", help="print the JSON report")
    parser.set_defaults(handler=_monitor)


def _run(arguments: argparse.Namespace) -> int:
    from eval.commands import run

    return run(arguments)


def _list(arguments: argparse.Namespace) -> int:
    from eval.report_commands import list_runs

    return list_runs(arguments)


def _report(arguments: argparse.Namespace) -> int:
    from eval.report_commands import report

    return report(arguments)


def _compare(arguments: argparse.Namespace) -> int:
    from eval.commands import compare_runs

    return compare_runs(arguments)


def _import(arguments: argparse.Namespace) -> int:
    from eval.commands import import_set

    return import_set(arguments)


def _make(arguments: argparse.Namespace) -> int:
    from eval.making_commands import make

    return make(arguments)


def _review(arguments: argparse.Namespace) -> int:
    from eval.review_commands import review

    return review(arguments)


def _judge(arguments: argparse.Namespace) -> int:
    from eval.judge_commands import judge

    return judge(arguments)


def _monitor(arguments: argparse.Namespace) -> int:
    from eval.report_commands import monitor

    return monitor(arguments)
