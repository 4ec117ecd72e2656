"""Questions that no course file answers, each with the words that would have to stand there if one did."""

from __future__ import annotations

OFF_TOPIC: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("김치찌개는 몇 분 끓여야 해?", ("김치", "찌개")),
    ("How long should sourdough bread rise before baking?", ("sourdough", "baking")),
    ("서울에서 부산까지 KTX 요금이 얼마야?", ("KTX", "부산")),
    ("What does a campus parking permit cost?", ("parking",)),
    ("기숙사 통금 시간은 몇 시야?", ("기숙사", "통금")),
    ("Who won the football World Cup in 2018?", ("world cup", "football")),
    ("도서관 와이파이 비밀번호가 뭐야?", ("와이파이", "wifi", "wi-fi")),
    ("How do I renew my passport?", ("passport",)),
    ("감기에 걸리면 무슨 약을 먹어야 해?", ("감기",)),
    ("Which vaccine do I need before travelling to Brazil?", ("vaccine", "brazil")),
)
