"""Question -> cited answer.

The public way in is ``Assistant``; everything else here serves it. Offline, over an index that ``seodang ingest`` made:

>>> from pathlib import Path
>>> from app.assistant import Assistant
>>> assistant = Assistant.open(Path("index"))
>>> answer = assistant.ask("How are the scores scaled?")
>>> answer.verdict
<Verdict.ANSWER: 'answer'>
>>> citation = answer.citations[0]
>>> page = assistant.page(citation.path, citation.span.page)
>>> page.text[citation.span.start : citation.span.end] == citation.quote
True

What it does not find it says, with the nearest places:

>>> refused = assistant.ask("What happens in week 40?")
>>> refused.verdict, refused.citations
(<Verdict.REFUSE: 'refuse'>, ())

Passages alone, from what passes a filter; a conversation that is remembered; an answer as it comes:

>>> from ingest.facets import Filters
>>> found = assistant.search("attention", k=2, filters=Filters(weeks=(3,)))
>>> {passage.path for passage in found.passages}
{'week3/notes.md'}
>>> _ = assistant.ask("LoRA는 뭘 학습해?", conversation="mine")
>>> [turn.question for turn in assistant.conversations.load("mine")]
['LoRA는 뭘 학습해?']
>>> [type(event).__name__ for event in assistant.stream("What is attention?")][-1]
'AnswerEvent'
>>> assistant.close()

With a language model (``pip install 'seodang[openai]'``), its claims verified against the same pages::

    settings = AppSettings(model="openai:gpt-4.1-mini")
    Assistant.open(Path("index"), settings).ask("…", style=Style.BRIEF)

or for one question, with a key that lives no longer than the object::

    assistant.ask("…", model=ChatModel.load("openai:gpt-4.1-mini", api_key=key))

``seodang serve`` (``app.rest``) and ``seodang mcp`` (``app.mcp_server``) offer the same to other programs.
"""
