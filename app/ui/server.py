"""Starting the browser interface: one Streamlit process on this machine, quiet and without telemetry."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_FONT = "Pretendard, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', 'Noto Sans CJK KR', system-ui, sans-serif"
_OPTIONS: dict[str, str] = {
    "server.headless": "true",
    "server.fileWatcherType": "none",
    "server.maxUploadSize": "100",  # MB a file
    "browser.gatherUsageStats": "false",
    # Python collects garbage by itself; a full collection after each event took half of the server's processor time.
    "runner.postScriptGC": "false",
    "client.showErrorDetails": "none",  # a traceback helps nobody who studies
    "client.showErrorLinks": "false",
    "client.toolbarMode": "viewer",  # its menu stays unseen: the settings page changes the theme through it
    "theme.font": _FONT,  # what the system has: nothing is fetched
    "theme.headingFontSizes": '["2rem", "1.5rem", "1.25rem", "1.1rem", "1rem", "1rem"]',
    "theme.headingFontWeights": "650",
    "theme.baseRadius": "0.6rem",
    "theme.light.primaryColor": "#1b6e53",
    "theme.light.backgroundColor": "#fdfcf9",
    "theme.light.secondaryBackgroundColor": "#f3f0e8",
    "theme.light.textColor": "#23261f",
    "theme.light.linkColor": "#155c45",
    "theme.light.borderColor": "#dcd7c9",
    "theme.dark.primaryColor": "#5fc39b",
    "theme.dark.backgroundColor": "#171a18",
    "theme.dark.secondaryBackgroundColor": "#212623",
    "theme.dark.textColor": "#e9ebe4",
    "theme.dark.linkColor": "#7ad3ae",
    "theme.dark.borderColor": "#39403b",
}


def serve_command(index: Path, port: int, address: str = "localhost") -> list[str]:
    """The command line that serves an index; what stands after ``--`` goes to the page."""
    page = Path(__file__).with_name("chat.py")
    options = {"server.port": str(port), "server.address": address, **_OPTIONS}
    flags = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", str(page), *flags, "--", str(index.resolve())]


def serve(index: Path, port: int) -> int:
    """Serves until stopped; the exit status."""
    return subprocess.run(serve_command(index, port), check=False).returncode
