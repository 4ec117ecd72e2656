"""The review list: proposed cases that a person accepts or rejects. It lives in the user's folder.

``proposals.jsonl`` holds a case a line with ``"state"``: open, accepted or rejected (a rejected one stays, so that it
is not proposed again). An accepted case is also written to ``cases.jsonl``, beside those made from ratings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import msgspec

from eval.cases import Case, dump_case, load_cases, numbered_cases, write_cases
from ingest.errors import UsageError


class State(StrEnum):
    """What a person said of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ReviewList:
    """The proposals and accepted cases of one index's user folder."""

    def __init__(self, folder: Path) -> None:
        self.proposals_file, self.cases_file = folder / "proposals.jsonl", folder / "cases.jsonl"

    def proposals(self, state: State | None = None) -> list[Case]:
        """All, or those of one state, in the order they were made."""
        found = load_cases(self.proposals_file) if self.proposals_file.is_file() else ()
        return [case for case in found if state is None or state_of(case) is state]

    def propose(self, cases: Iterable[Case]) -> list[Case]:
        """Add what was never proposed before; returns what was added."""
        known = self.proposals()
        ids = {case.case_id for case in [*known, *self.accepted()]}
        new = [_with_state(case, State.OPEN) for case in cases if case.case_id not in ids]
        if new:
            self._write(self.proposals_file, [*known, *new])
        return new

    def decide(self, ids: Collection[str], state: State) -> list[Case]:
        """Accept or reject proposals by id; returns them. An unknown id is wrong use, and then nothing is done."""
        proposals = self.proposals()
        if unknown := sorted(set(ids) - {case.case_id for case in proposals}):
            raise UsageError(f"No proposal {', '.join(unknown)}.", "See them with: seodang eval review")
        decided = [_with_state(case, state) if case.case_id in ids else case for case in proposals]
        chosen = [case for case in decided if case.case_id in ids]
        accepted = self.accepted()
        known = {case.case_id for case in accepted}
        if state is State.ACCEPTED:
            self._append([_without_state(case) for case in chosen if case.case_id not in known])
        elif known & set(ids):
            self._write(self.cases_file, [case for case in accepted if case.case_id not in ids])
        self._write(self.proposals_file, decided)
        return chosen

    def edit(self, case_id: str, question: str, answers: Sequence[str]) -> None:
        """Put a proposal in other words; its evidence stays. An accepted one changes where it is run from, too."""
        proposals = self.proposals()
        if case_id not in {case.case_id for case in proposals}:
            raise UsageError(f"No proposal {case_id}.", "See them with: seodang eval review")
        if not question.strip():
            raise UsageError(f"{case_id}: a question needs words.", "Reject it instead.")

        def reworded(cases: Iterable[Case]) -> list[Case]:
            words = {"question": question.strip(), "answers": tuple(a.strip() for a in answers if a.strip())}
            return [msgspec.structs.replace(one, **words) if one.case_id == case_id else one for one in cases]

        accepted = self.accepted()
        if any(case.case_id == case_id for case in accepted):
            self._write(self.cases_file, reworded(accepted))
        self._write(self.proposals_file, reworded(proposals))

    def accepted(self) -> list[Case]:
        """The cases to run. A question that was kept with several right places has them all as evidence."""
        merged: dict[str, Case] = {}
        for _, case in numbered_cases(self.cases_file) if self.cases_file.is_file() else ():
            before = merged.get(case.case_id)
            gold = (*before.gold, *(one for one in case.gold if one not in before.gold)) if before else case.gold
            merged[case.case_id] = msgspec.structs.replace(case, gold=gold)
        return list(merged.values())

    def _append(self, cases: list[Case]) -> None:
        """The browser adds to this file as well, so it is never rewritten to add."""
        self.cases_file.parent.mkdir(parents=True, exist_ok=True)
        with self.cases_file.open("ab") as out:
            out.write(b"".join(dump_case(case) + b"\n" for case in cases))

    def _write(self, path: Path, cases: list[Case]) -> None:
        """Whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"{path.name}.new")
        write_cases(beside, cases)
        beside.replace(path)


def state_of(case: Case) -> State:
    """Open unless somebody decided; a word that is none of ours counts as open."""
    said = case.extra.get("state")
    return State(said) if said in list(State) else State.OPEN


def _with_state(case: Case, state: State) -> Case:
    return msgspec.structs.replace(case, extra={**case.extra, "state": state.value})


def _without_state(case: Case) -> Case:
    return msgspec.structs.replace(case, extra={key: case.extra[key] for key in case.extra if key != "state"})
