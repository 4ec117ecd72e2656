"""Which of the files that are gone a new file with the same content was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath


def match_renames(gone: Mapping[str, str], new: Mapping[str, str]) -> dict[str, str]:
    """New path -> old path. Both arguments map paths to contents (sha256).

    Where several files share one content (copies, licences, empty notebooks), the folder renames that the unambiguous
    files show decide, then the file's own name, then the order of the names.
    """
    old_by_content: dict[str, list[str]] = defaultdict(list)
    for path in sorted(gone):
        old_by_content[gone[path]].append(path)
    new_by_content: dict[str, list[str]] = defaultdict(list)
    for path in sorted(new):
        if new[path] in old_by_content:
            new_by_content[new[path]].append(path)
    moves: Counter[tuple[tuple[str, ...], tuple[str, ...]]] = Counter()
    for content, targets in new_by_content.items():
        if len(targets) == len(old_by_content[content]) == 1:
            moves[_move(old_by_content[content][0], targets[0])] += 1
    found: dict[str, str] = {}
    for content, targets in new_by_content.items():
        found.update(_pair(old_by_content[content], targets, moves))
    return found


def _pair(
    sources: Iterable[str], targets: Iterable[str], moves: Mapping[tuple[tuple[str, ...], tuple[str, ...]], int]
) -> dict[str, str]:
    ranked = sorted(
        (-moves.get(_move(source, target), 0), PurePosixPath(source).name != PurePosixPath(target).name, target, source)
        for target in targets
        for source in sources
    )
    found: dict[str, str] = {}
    used: set[str] = set()
    for _, _, target, source in ranked:
        if target not in found and source not in used:
            found[target] = source
            used.add(source)
    return found


def _move(old: str, new: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The folders that differ: ``a/x/n.md`` -> ``b/x/n.md`` is a move from a to b."""
    before, after = PurePosixPath(old).parent.parts, PurePosixPath(new).parent.parts
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return before, after
