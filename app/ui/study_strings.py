"""The words of the study page and of the buttons that lead to it, in Korean and English."""

from __future__ import annotations

STUDY: dict[str, tuple[str, str]] = {
    "study_page": ("공부", "Study"),
    "study_intro": (
        "자료의 문장으로 만든 문제예요. 모든 문제에 나온 곳이 있어요.",
        "Questions made from sentences of the materials, each with its page.",
    ),
    "study_what": ("무엇으로 공부할까요?", "What to study"),
    "study_everything": ("모든 자료", "Everything"),
    "study_missed": ("지난번에 틀린 문제", "What I got wrong last time"),
    "study_from_answer": ("답: {question}", "Answer: {question}"),
    "study_this_answer": ("이 답으로 카드와 퀴즈 만들기", "Flashcards and a quiz from this answer"),
    "study_this_page": ("이 쪽으로 공부하기", "Study this page"),
    "study_document": ("이 자료로 공부하기", "Study this document"),
    "study_quiz": ("퀴즈", "Quiz"),
    "study_cards": ("카드", "Flashcards"),
    "study_none": ("문제를 만들 만한 문장이 없어요.", "There are no sentences to make questions from."),
    "study_check": ("채점하기", "Check"),
    "study_right": ("맞았어요", "Right"),
    "study_wrong": ("정답: {answer}", "The answer: {answer}"),
    "study_score": ("{total}문제 중 {right}개 맞았어요", "{right} of {total} right"),
    "study_more": ("다른 문제", "Other questions"),
    "study_show": ("뒷면 보기", "Show the answer"),
    "study_hide": ("앞면 보기", "Hide the answer"),
    "study_open": ("나온 곳 보기", "Open the page"),
    "study_anki": ("Anki (.apkg)", "Anki (.apkg)"),
    "study_csv": ("CSV", "CSV"),
    "study_guide": ("{week}주차 길잡이: 한 쪽으로 보는 요점과 나온 곳", "Guide to week {week}: its points on one page"),
    "study_guide_pdf": ("PDF", "PDF"),
    "study_guide_markdown": ("Markdown", "Markdown"),
    "study_model": ("언어 모델로 문제 만들기", "Questions by the language model"),
    "study_model_help": (
        "고른 쪽을 언어 모델에 보냅니다. 자료에서 근거를 확인한 문제만 보여 드려요.",
        "The chosen pages go to the language model. Only questions whose quote stands in the materials are shown.",
    ),
    "study_making": ("문제를 만들고 있어요", "Making questions"),
    "study_model_none": (
        "자료에서 확인되는 문제를 얻지 못했어요.",
        "The model gave no question that the materials confirm.",
    ),
}
