"""What each command of ``seodang`` does. Imports stand in the functions, so that every command starts quickly."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cases import numbered_lines
from app.places import corpus_of, find_index, index_for
from ingest.errors import NoIndexError, UsageError

if TYPE_CHECKING:
    from app.assistant import Assistant
    from ingest.analyser import Analyser
    from ingest.pipeline import Progress

_NEWS = 0.05  # share of the chunks that must be new before the embedding model's fit is measured again
_INGEST_FIRST = "Run: seodang ingest FOLDER"
_PLAIN_INGEST = {"embedder": None, "dry_run": False, "verify": False, "watch": False, "json": False}
Handler = Callable[[argparse.Namespace], int]


def ingest(arguments: argparse.Namespace) -> int:
    """Exit status 1 when a file failed. With ``--watch`` it goes on until it is stopped."""
    if arguments.watch and arguments.dry_run:
        raise UsageError("--watch and --dry-run do not go together.", "Leave one out.")
    corpus, index, once = _ingester(arguments)
    if not arguments.watch:
        return once()
    from ingest.errors import SeodangError
    from ingest.watching import bursts

    for stop in (signal.SIGINT, signal.SIGTERM):  # also where a shell started it in the background with SIGINT ignored
        signal.signal(stop, signal.default_int_handler)
    status = 0
    with suppress(KeyboardInterrupt):
        for _ in bursts(corpus, index):
            try:
                status = once()
            except SeodangError as error:  # the folder is gone for a while, another ingest is at work: it may pass
                print(f"seodang: {error}", file=sys.stderr)
    return status


def _ingester(arguments: argparse.Namespace) -> tuple[Path, Path, Callable[[], int]]:
    """Corpus, index, and the function that brings the one up to date with the other; its models stay loaded."""
    import msgspec

    from app.embedders import chosen_name, named_embedder
    from ingest.analyser import Analyser
    from ingest.model_fit import misfits
    from ingest.pipeline import ingest as run
    from ingest.settings import IngestSettings, load_settings
    from ingest.snapshots import IndexFolder

    if arguments.corpus is None:
        index = find_index(arguments.index)
        corpus = corpus_of(index)
    else:
        corpus = arguments.corpus
        index = arguments.index or index_for(corpus)
    if not corpus.is_dir():
        raise UsageError(f"{corpus}: no such folder.", "Name the folder of course files: seodang ingest FOLDER")
    settings = load_settings(IngestSettings, "ingest", index, {"embedder": arguments.embedder})
    embedder = named_embedder(chosen_name(settings.embedder, index), index)
    analyser = Analyser()

    def once() -> int:
        report = run(
            corpus,
            index,
            settings,
            embedder,
            analyser,
            dry_run=arguments.dry_run,
            verify=arguments.verify,
            progress=_show_progress if sys.stderr.isatty() else lambda _: None,
        )
        if not arguments.dry_run and report.embedded > _NEWS * report.chunks:
            for warning in misfits(embedder, IndexFolder(index).require()):
                print(f"seodang: {warning}", file=sys.stderr)
        value = msgspec.to_builtins(report)
        show(value if arguments.json else _report_text(value, index, dry_run=arguments.dry_run))
        return 1 if report.failed or report.partial else 0

    return corpus, index, once


def search(arguments: argparse.Namespace) -> int:
    from ingest.facets import Filters

    filters = Filters(kinds=tuple(arguments.kind), weeks=tuple(arguments.week))
    assistant = _assistant(arguments)
    if arguments.cases:
        return _run_cases(
            arguments,
            lambda question, history: assistant.search(
                question, k=arguments.k, history=history, filters=filters
            ).to_json(),
        )
    result = assistant.search(_required(arguments.query, "query"), k=arguments.k, filters=filters)
    if arguments.json:
        show(result.to_json())
    else:
        for passage in result.passages:
            show(
                f"{passage.rank}. {passage.location}  ({passage.score:.3f})\n   {' '.join(passage.text.split())[:300]}"
            )
    return 0


def ask(arguments: argparse.Namespace) -> int:
    from app.understanding import without_frame
    from ingest.analyser import Analyser
    from ingest.snapshots import IndexFolder

    if arguments.cases:
        with closing(_assistant(arguments)) as assistant:
            return _run_cases(
                arguments,
                lambda question, history: assistant.ask(question, history=history, style=arguments.style).to_json(),
            )
    question = _required(arguments.question, "question")
    folder = IndexFolder(find_index(arguments.index))
    folder.require()  # before a cache is made in it
    analyser = Analyser(folder.cache)
    with ExitStack() as stack:
        if analyser.needs_kiwi(without_frame(question)):
            stack.enter_context(analyser.kiwi_beside())  # it loads while everything else is imported
        assistant = stack.enter_context(closing(_assistant(arguments, analyser)))
        answer = assistant.ask(question, style=arguments.style, conversation=arguments.conversation)
    if arguments.json:
        show(answer.to_json())
        return 0
    for notice in answer.notices:
        print(notice, file=sys.stderr)
    show(answer.text)
    for citation in answer.citations:
        show(f"[{citation.marker}] {citation.location}\n    “{' '.join(citation.quote.split())}”")
    for place in answer.nearest:
        show(f"  · {place}")
    return 0


def chat(arguments: argparse.Namespace) -> int:
    """Serves until stopped. Without an index, ``corpus/`` in the working directory is ingested first."""
    from app.ui.server import serve

    corpus = Path("corpus")
    try:
        index = find_index(arguments.index)
    except NoIndexError:
        index = index_for(corpus)
    if not (index / "CURRENT").is_file():
        if not corpus.is_dir():
            raise NoIndexError(f"{index}: no index here, and no folder corpus/ to make one from.", _INGEST_FIRST)
        ingest(argparse.Namespace(corpus=corpus, index=index, **_PLAIN_INGEST))
    return serve(index, arguments.port)


def history(arguments: argparse.Namespace) -> int:
    from app.conversations import Conversations
    from app.memory import Memory
    from app.places import user_folder

    folder = user_folder(find_index(arguments.index))
    kept = Conversations(folder)
    wanted = arguments.export or arguments.delete
    if wanted and kept.info(wanted) is None:
        raise UsageError(f"{wanted}: no such conversation.", "seodang history lists them.")
    if arguments.delete:
        kept.delete(wanted)
        with closing(Memory(folder)) as memory:
            memory.forget(wanted)
    if arguments.export:
        text = kept.export(wanted)
        show({"id": wanted, "markdown": text} if arguments.json else text)
        return 0
    found = [{"id": info.id, "title": info.title, "updated": info.updated} for info in kept.find()]
    show(found if arguments.json else "\n".join(f"{info['id']}  {info['title']}" for info in found))
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Serves until stopped."""
    from app.rest import serve_rest

    assistant = _assistant(arguments)
    print(f"http://127.0.0.1:{arguments.port}", file=sys.stderr)
    serve_rest(assistant, arguments.port)
    return 0


def mcp(arguments: argparse.Namespace) -> int:
    """Serves on standard input and output until the input ends."""
    try:
        from app.mcp_server import mcp_server
    except ImportError as error:
        raise UsageError("The package mcp is missing.", "Run: pip install 'seodang[mcp]'") from error

    mcp_server(_assistant(arguments)).run()
    return 0


def doctor(arguments: argparse.Namespace) -> int:
    """Exit status 1 when something wants attention."""
    from app.doctor import examine

    findings = examine(find_index(arguments.index))
    show(findings.to_json() if arguments.json else findings.text())
    return 1 if findings.warnings else 0


def undo(arguments: argparse.Namespace) -> int:
    from ingest.snapshots import IndexFolder

    folder = IndexFolder(find_index(arguments.index))
    with folder.exclusive():
        snapshot = folder.undo()
    counts = {
        "snapshot": snapshot.number,
        "documents": snapshot.manifest.documents,
        "chunks": snapshot.manifest.chunks,
    }
    show(counts if arguments.json else f"Back to snapshot {snapshot.number}: {counts['documents']} documents.")
    return 0


def _assistant(arguments: argparse.Namespace, analyser: Analyser | None = None) -> Assistant:
    from app.assistant import Assistant
    from app.settings import AppSettings
    from ingest.settings import load_settings

    index = find_index(arguments.index)
    flags = {name: getattr(arguments, name, None) for name in ("model", "base_url", "tools")}
    return Assistant.open(index, load_settings(AppSettings, "app", index, flags), analyser=analyser)


def _run_cases(arguments: argparse.Namespace, run: Callable[[str, list[str]], dict[str, Any]]) -> int:
    """One result line a case; a case that crashes gets a line with ``error``."""
    if not arguments.out:
        raise UsageError("--cases needs --out.", "Say where the results go: --out FILE.jsonl")
    lines = numbered_lines(arguments.cases)
    try:
        out = arguments.out.open("w", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{arguments.out}: {error.strerror}.", "Name another file with --out.") from error
    crashed = 0
    with out:
        for number, line in lines:
            try:
                case = json.loads(line)
                key, question = case["id"], case["question"]
            except (ValueError, KeyError, TypeError) as error:
                cause = f"{arguments.cases}:{number}: not a case ({error})."
                raise UsageError(cause, 'Each needs "id" and "question".') from error
            try:
                result = run(question, case.get("history", []))
            except Exception as error:  # noqa: BLE001 (a case that crashes gets its line; the others go on)
                crashed += 1
                result = {"passages": [], "error": f"{type(error).__name__}: {error}"}
            out.write(json.dumps({"id": key, **result}, ensure_ascii=False) + "\n")
    return 1 if crashed else 0


def _required(value: str | None, name: str) -> str:
    if not value:
        raise UsageError(f"A {name} is missing.", f"Give a {name}, or --cases FILE.jsonl --out FILE.jsonl")
    return value


def _show_progress(progress: Progress) -> None:
    speed = f"{progress.rate:.1f}/s, {progress.seconds_left:.0f} s left"
    line = f"{progress.done}/{progress.total} files, {speed}: {progress.path}"
    print(
        f"\r\033[K{line[:100]}",
        end="" if progress.done < progress.total else "\n",
        file=sys.stderr,
        flush=True,
    )


def _report_text(report: dict[str, Any], index: Path, *, dry_run: bool) -> str:
    lines = []
    for word in ("added", "changed", "removed"):
        lines += [f"{word:9} {path}" for path in report[word]]
    lines += [f"renamed   {r['from']} → {r['to']}" for r in report["renamed"]]
    lines += [f"copy      {d['path']} = {d['of']}" for d in report["duplicates"]]
    lines += [f"partial   {p['path']}: pages {p['pages']}: {p['reason']}" for p in report["partial"]]
    lines += [f"skipped   {s['path']}: {s['reason']}" for s in report["skipped"]]
    lines += [
        f"FAILED    {_named(f['path'], f['reason'])}{' (the earlier version stays searchable)' if f['stale'] else ''}"
        for f in report["failed"]
    ]
    if dry_run:
        lines.append("Nothing was changed (--dry-run).")
    else:
        lines.append(
            f"{report['documents']} documents, {report['chunks']} chunks ({report['embedded']} embedded)"
            f" in {report['seconds']:.1f} s; {len(report['unchanged'])} files unchanged. Index: {index}"
        )
    return "\n".join(lines)


def _named(path: str, reason: str) -> str:
    return reason if reason.startswith(path) else f"{path}: {reason}"


def show(value: object) -> None:
    """Standard output: text as it is, anything else as one line of JSON."""
    print(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), flush=True)
