"""Settings of answering: ``[app]`` in seodang.toml, then ``SEODANG_*``, then flags."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.errors import UsageError


@dataclass(frozen=True, slots=True)
class AppSettings:
    """What answers, from how much, and how sure it must be."""

    passages: int = 8  # shown to the answerer
    refuse_below: float = 0.34  # confidence in [0, 1] under which the answer is "not in the materials"
    model: str = ""  # provider:name of a language model; empty: answers are quotes
    base_url: str = ""  # of a server that speaks OpenAI's protocol
    model_seconds: float = 60.0  # for one question, retries included
    prompt_tokens: int = 6000  # most tokens of one prompt
    tools: bool = False  # the model may search and open pages itself before it answers
    reranker: str = ""  # name or folder of a sentence-transformers CrossEncoder; empty: none
    input_price: float = 0.0  # US dollars for a million tokens; with 0 no cost is shown
    output_price: float = 0.0
    font: str = ""  # file of the font that study guides are written in as PDF; empty: one of this machine
    soffice: str = "soffice"  # LibreOffice, which draws the pages of office files where it is installed; empty: never
    page_cache_mb: int = 500  # of page images and converted office files; the least recently used go

    def __post_init__(self) -> None:
        if not 1 <= self.passages <= 50 or not 0 <= self.refuse_below <= 1:
            raise UsageError(
                f"passages {self.passages}, refuse_below {self.refuse_below}: out of range.",
                "passages is 1 to 50, refuse_below 0 to 1.",
            )
        if self.model_seconds <= 0 or self.prompt_tokens < 500 or min(self.input_price, self.output_price) < 0:
            raise UsageError(
                f"model_seconds {self.model_seconds}, prompt_tokens {self.prompt_tokens}, prices {self.input_price} and"
                f" {self.output_price}: out of range.",
                "model_seconds is above 0, prompt_tokens at least 500, prices at least 0.",
            )
        if self.page_cache_mb < 1:
            raise UsageError(f"page_cache_mb {self.page_cache_mb}: out of range.", "It is at least 1.")
        if self.base_url and not self.base_url.startswith(("http://", "https://")):
            raise UsageError(f"base_url {self.base_url}: not a web address.", "Example: http://localhost:11434/v1")


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Who may use the browser interface: ``[server]``. Without passwords (and without accounts, which Streamlit's own
    ``secrets.toml`` names) everybody who reaches it, with all rights."""

    password: str = field(default="", repr=False)  # one for everybody
    owner_password: str = field(default="", repr=False)  # who has it may also change the course's files
    owners: str = ""  # accounts with the same right: verified e-mail addresses or subjects, comma between

    def __post_init__(self) -> None:
        if self.owner_password and not self.password:
            raise UsageError("[server] owner_password without password.", "Set both, or none.")
        if self.password and self.password == self.owner_password:
            raise UsageError("[server] password and owner_password are the same.", "Give the owner another one.")
