"""``seodang``: arguments in, exit status out. Each command is one function; what it does lives elsewhere.

Other packages add commands through the entry-point group ``seodang.commands``: a function that takes the subparsers
and registers parsers whose ``handler`` default takes the arguments and returns the exit status.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from pathlib import Path

from app import commands, index_commands
from app.prompts import Style
from ingest.documents import Kind
from ingest.errors import SeodangError

DONE, SOME_FAILED, WRONG = 0, 1, 2
_STYLES = "normal, brief or hint (do not solve); brief and hint need a model"


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. 0: done; 1: finished, but some files failed; 2: wrong use or nothing done."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.handler(arguments))
    except SeodangError as error:
        print(f"seodang: {error}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("seodang: stopped; the index is as it was.", file=sys.stderr)
        return WRONG
    except BrokenPipeError:  # the reader has seen enough: "seodang ask … | head -1"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the interpreter complains on its way out
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="seodang",
        description="Answers questions about a course from its own files, with a citation a sentence.",
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    ingest = _command(subparsers, "ingest", "bring the index up to date with a folder", commands.ingest)
    ingest.add_argument("corpus", nargs="?", type=Path, metavar="CORPUS", help="folder of course files")
    ingest.add_argument("--dry-run", action="store_true", help="say what would be done, change nothing")
    ingest.add_argument("--watch", action="store_true", help="stay, and ingest again whenever a file is saved")
    ingest.add_argument("--verify", action="store_true", help="hash every file, not only those that look changed")
    ingest.add_argument("--embedder", metavar="NAME", help="sentence-transformers model, name or folder")

    add = _command(subparsers, "add", "put files or arXiv papers into the course, then ingest", index_commands.add)
    add.add_argument("sources", nargs="+", metavar="FILE|arxiv:ID|URL", help="URL: of a paper on arxiv.org")

    search = _command(subparsers, "search", "find passages", commands.search)
    search.add_argument("query", nargs="?", metavar="QUERY")
    search.add_argument("-k", type=_positive, default=10, help="how many passages (default 10)")
    search.add_argument("--week", type=int, action="append", default=[], help="only this week's material")
    search.add_argument("--kind", type=Kind, action="append", default=[], choices=list(Kind), metavar="KIND")
    _cases(search)

    ask = _command(subparsers, "ask", "ask a question", commands.ask)
    ask.add_argument("question", nargs="?", metavar="QUESTION")
    ask.add_argument("--model", metavar="PROVIDER:NAME", help="let this language model answer")
    ask.add_argument("--base-url", metavar="URL", help="of a server that speaks OpenAI's protocol")
    ask.add_argument("--tools", action="store_true", default=None, help="let the model search and open pages itself")
    ask.add_argument("--style", type=Style, default=Style.NORMAL, choices=list(Style), metavar="STYLE", help=_STYLES)
    ask.add_argument("--conversation", metavar="ID", help="follow and remember the questions asked under this name")
    _cases(ask)

    chat = _command(subparsers, "chat", "open the browser interface", commands.chat, serves=True)
    chat.add_argument("--port", type=_positive, default=8501)

    kept = _command(subparsers, "history", "list, export or delete remembered conversations", commands.history)
    kept.add_argument("--export", metavar="ID", help="one conversation as Markdown, with its citations")
    kept.add_argument("--delete", metavar="ID", help="out of the list, and forgotten by the agent")

    serve = _command(subparsers, "serve", "answer programs over HTTP on this machine", commands.serve, serves=True)
    serve.add_argument("--port", type=_positive, default=8502)
    _command(subparsers, "mcp", "answer programs over the Model Context Protocol", commands.mcp, serves=True)

    _command(subparsers, "doctor", "look over the index and this machine", commands.doctor)
    _command(subparsers, "undo", "go back to the index before the last ingest", commands.undo)

    backup = _command(subparsers, "backup", "index and user folder into one file", index_commands.backup)
    backup.add_argument("file", type=Path, metavar="FILE")
    restore = _command(subparsers, "restore", "an index and its user folder from a backup", index_commands.restore)
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument("--corpus", type=Path, metavar="DIR", help="where the course files lie on this machine")

    tune = _command(subparsers, "tune", "adapt the built-in embedding to this course, if that helps", _tune)
    tune.add_argument("--cases", type=Path, metavar="FILE.jsonl", help="questions that must be found no less often")
    tune.add_argument("--revert", action="store_true", help="go back to the built-in embedding")

    for extra in sorted(entry_points(group="seodang.commands"), key=lambda point: point.name):
        extra.load()(subparsers)
    return parser


def _tune(arguments: argparse.Namespace) -> int:
    from app.tune import command

    return command(arguments)


def _command(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    handler: commands.Handler,
    *,
    serves: bool = False,
) -> argparse.ArgumentParser:
    description = f"{text[0].upper()}{text[1:]}."
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=text, description=description)
    parser.add_argument(
        "--index",
        type=Path,
        metavar="DIR",
        help="index folder (default: of the course folder if one is named, else the one last ingested here)",
    )
    if not serves:  # what serves until it is stopped has no result to print
        parser.add_argument("--json", action="store_true", help="one JSON value on standard output, nothing else")
    parser.set_defaults(handler=handler)
    return parser


def _cases(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cases", type=Path, metavar="FILE.jsonl", help="questions, a JSON object a line")
    parser.add_argument("--out", type=Path, metavar="FILE.jsonl", help="where the results go, a line a case")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


if __name__ == "__main__":
    sys.exit(main())
