"""Every word of the interface, in Korean and English."""

from __future__ import annotations

from app.phrases import Language

_STRINGS: dict[str, tuple[str, str]] = {
    "title": ("서당", "Seodang"),
    "tagline": (
        "강의 자료에게 물어보세요. 모든 답에 쪽 번호가 붙습니다.",
        "Ask your course. Every answer shows its page.",
    ),
    "ask": ("강의 자료에 대해 물어보세요", "Ask about the course"),
    "examples": ("이렇게 물어볼 수 있어요", "You could ask"),
    "example_about": ("“{topic}”에 대해 알려 줘", "Tell me about “{topic}”"),
    "example_week": ("{week}주차에는 뭘 배워?", "What is covered in week {week}?"),
    "language": ("화면 언어", "Interface language"),
    "indexed": ("자료 {documents}개 · {pages}쪽", "{documents} documents · {pages} pages"),
    "new_chat": ("새 대화", "New conversation"),
    "source": ("출처", "Source"),
    "source_of": ("출처 {marker}: {location}", "Source {marker}: {location}"),
    "close": ("닫기", "Close"),
    "previous": ("앞 쪽", "Previous page"),
    "next": ("다음 쪽", "Next page"),
    "page_of": ("전체 {count}쪽", "{count} pages"),
    "page_image": ("{place}의 그림", "Image of {place}"),
    "quote_box": ("인용한 부분", "The quoted words"),
    "download": ("원본 내려받기", "Download the original"),
    "note_changed": (
        "원본이 색인한 뒤에 바뀌었어요. 색인한 글을 보여 드립니다.",
        "The file has changed since it was indexed. This is the text as indexed.",
    ),
    "note_gone": ("원본 파일이 없어요. 색인한 글을 보여 드립니다.", "The file is gone. This is the text as indexed."),
    "note_undrawn": (
        "이 쪽은 그림으로 그릴 수 없어요. 색인한 글을 보여 드립니다.",
        "This page cannot be drawn. This is the text as indexed.",
    ),
    "no_page": ("이 자료는 지금 색인에 없어요.", "This document is no longer in the index."),
    "nearest": ("가까운 곳", "Nearest places"),
    "step_understand": ("질문을 읽고 있어요", "Reading the question"),
    "step_retrieve": ("자료에서 찾고 있어요", "Searching the materials"),
    "step_judge": ("근거를 살펴보고 있어요", "Weighing the evidence"),
    "step_try_again": ("더 넓게 찾고 있어요", "Looking wider"),
    "step_answer": ("답을 쓰고 있어요", "Writing the answer"),
    "step_verify": ("인용을 원문과 맞춰 보고 있어요", "Checking the quotes against the pages"),
    "loading": ("자료를 여는 중이에요", "Opening the materials"),
    "error_title": ("지금은 답할 수 없어요", "This did not work"),
    "error_unknown": (
        "예상하지 못한 문제가 생겼어요. 다시 시도해 주세요. 터미널에 자세한 기록이 있습니다.",
        "Something unexpected happened. Try again; the terminal has the details.",
    ),
    "error_no_index": ("아직 색인한 자료가 없어요.", "Nothing has been indexed yet."),
    "kind_slides": ("슬라이드", "Slides"),
    "kind_notes": ("노트", "Notes"),
    "kind_paper": ("논문", "Paper"),
    "kind_notebook": ("노트북", "Notebook"),
    "kind_transcript": ("자막", "Transcript"),
    "kind_table": ("표", "Table"),
    "kind_image": ("그림", "Image"),
    "kind_code": ("코드", "Code"),
    "kind_web": ("웹 문서", "Web page"),
    "week": ("{week}주차", "Week {week}"),
    "other_files": ("그 밖의 자료", "Other materials"),
}


def words(name: str, language: Language, **values: object) -> str:
    """A string of the interface. ``values`` go in as they are: escape what comes from documents."""
    return _STRINGS[name][language == "en"].format(**values)
