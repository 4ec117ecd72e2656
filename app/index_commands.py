"""The commands that put files into a course, and put a whole index away: ``add``, ``backup``, ``restore``."""

from __future__ import annotations

import argparse
import sys

from app import commands
from app.places import corpus_of, find_index
from ingest.errors import UsageError


def add(arguments: argparse.Namespace) -> int:
    """Exit status 1 when something was refused or failed, 2 when nothing was added."""
    import json

    from app.additions import add as put

    index = find_index(arguments.index)
    corpus = corpus_of(index)
    if not corpus.is_dir():
        raise UsageError(f"{corpus}: the course folder is gone.", "Bring it back, or name the index with --index.")
    added, refused = 0, []
    for source in arguments.sources:
        try:
            path = put(source, corpus)
        except UsageError as error:
            refused.append(source)
            sys.stderr.write(f"seodang: {error}\n")
        else:
            added += 1
            sys.stderr.write(f"{source} → {json.dumps(path, ensure_ascii=False)}\n")
    if not added:
        return 2
    plain = {"corpus": None, "index": index, "embedder": None, "dry_run": False, "verify": False, "watch": False}
    status = commands.ingest(argparse.Namespace(**plain, json=arguments.json))
    return 1 if refused else status


def backup(arguments: argparse.Namespace) -> int:
    from app.backup import backup as write

    index = find_index(arguments.index)
    size = write(index, arguments.file)
    found = {"file": str(arguments.file), "index": str(index), "bytes": size}
    commands.show(found if arguments.json else f"{index} and what was made with it → {arguments.file} ({size:,} bytes)")
    return 0


def restore(arguments: argparse.Namespace) -> int:
    from app.backup import restore as take_in

    done = take_in(arguments.file, arguments.index, arguments.corpus)
    aside = str(done.set_aside) if done.set_aside else None
    if not done.corpus.is_dir():
        remedy = "seodang restore FILE --corpus DIR names the folder where they lie on this machine."
        sys.stderr.write(f"seodang: {done.corpus}: the course files are not here. {remedy}\n")
    if arguments.json:
        found = {"index": str(done.index), "corpus": str(done.corpus), "snapshot": done.snapshot}
        commands.show({**found, "documents": done.documents, "set_aside": aside})
        return 0
    commands.show(f"{done.index}: {done.documents} documents of {done.corpus}, snapshot {done.snapshot}.")
    if aside:
        commands.show(f"What was made there before is in {aside}.")
    return 0
