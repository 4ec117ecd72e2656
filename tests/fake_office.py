"""A stand-in for LibreOffice: a script that is started as it is and does what the test wrote into it."""

from __future__ import annotations

import sys
from pathlib import Path

_SCRIPT = """#!{python}
import os, subprocess, sys, time
from pathlib import Path
arguments = sys.argv[1:]
folder, document = Path(arguments[arguments.index("--outdir") + 1]), Path(arguments[-1])
log = Path({log!r})
with log.open("a") as file:
    print("run", *arguments, file=file)
{body}
"""


def make_office(folder: Path, body: str) -> tuple[str, Path]:
    """The command, and the file where each run leaves a line. ``body`` knows ``folder`` (where the PDF goes, as
    ``document.pdf``), ``document`` and ``log``."""
    script, log = folder / "soffice", folder / "log.txt"
    script.write_text(_SCRIPT.format(python=sys.executable, log=str(log), body=body), "utf-8")
    script.chmod(0o755)
    return str(script), log
