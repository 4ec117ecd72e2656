"""The MCP server as its clients start it: a process on standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters


def test_tools_over_standard_input_and_output(course_index: Path) -> None:
    async def talk() -> dict[str, Any]:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "app.cli", "mcp", "--index", str(course_index)], cwd=str(Path.cwd())
        )
        async with Client(command, read_timeout_seconds=60) as client:
            said: dict[str, Any] = {"tools": [tool.name for tool in (await client.list_tools()).tools]}
            for tool, arguments in (
                ("list_documents", {}),
                ("search", {"question": "attention", "k": 2}),
                ("ask", {"question": "What is attention?"}),
                ("open_page", {"path": "nowhere.md", "number": 1}),
            ):
                result = await client.call_tool(tool, arguments)
                said[tool] = "\n".join(part.text for part in result.content if part.type == "text")
            return said

    said = asyncio.run(talk())
    assert said["tools"] == ["ask", "search", "open_page", "list_documents"]
    assert json.loads(said["ask"])["verdict"] in ("answer", "partial", "refuse")
    assert "path" in said["search"]
    assert "kind" in said["list_documents"]
    assert "no page 1" in said["open_page"]
    assert "Traceback" not in said["open_page"]
