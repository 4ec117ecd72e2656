"""The owner's page: counts over all conversations, equal questions counted as one, gaps named."""

from __future__ import annotations

from pathlib import Path

from app.answers import Answer, Citation, Claim, Verdict
from app.conversations import Conversations, StoredTurn
from app.feedback import Feedback, Rated
from app.insights import insights
from ingest.documents import Span


def answered(question: str, place: str) -> StoredTurn:
    citation = Citation(1, place.split()[0], place, "글", Span(1, 0, 1))
    return StoredTurn(question, Answer(question, Verdict.ANSWER, (Claim("글", (1,)),), (citation,), ()))


def refused(question: str) -> StoredTurn:
    return StoredTurn(question, Answer(question, Verdict.REFUSE, (), (), ()))


def test_counts_over_all_conversations(tmp_path: Path) -> None:
    kept, feedback = Conversations(tmp_path), Feedback(tmp_path)
    first, second = kept.start("a"), kept.start("b")
    kept.save(first, [answered("LoRA가 뭐야?", "a.pdf p. 1"), refused("화성?")])
    kept.save(second, [answered("lora가  뭐야", "a.pdf p. 1"), answered("DPO?", "b.pdf p. 2")])
    disliked = kept.load(second)[1]
    feedback.rate(Rated("DPO?", (), disliked.answer), good=False)
    found = insights([tmp_path])
    assert (found.questions, found.answered) == (4, 3)
    assert found.asked[0][1] == 2
    assert found.cited[0] == ("a.pdf p. 1", 2)
    assert found.unanswered == ("화성?",)
    assert [rating["question"] for rating in found.disliked] == ["DPO?"]


def test_deleted_conversations_do_not_count(tmp_path: Path) -> None:
    kept = Conversations(tmp_path)
    key = kept.start("a")
    kept.save(key, [refused("화성?")])
    kept.delete(key)
    assert insights([tmp_path]).questions == 0
