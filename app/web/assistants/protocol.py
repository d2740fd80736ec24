"""The tools in the Model Context Protocol: streamable HTTP without sessions, by the protocol's own library."""

from typing import Any

import orjson
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp_types import CallToolResult, ListToolsResult, TextContent, ToolAnnotations
from mcp_types import Tool as ToolTold
from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.assistants.inside import Inside
from app.web.assistants.tools import TOOLS, Refused

MOST_BYTES_ASKED = 100_000
INSTRUCTIONS = (
    "Conflict events in which every row carries a citation. Cite what you use by `cite_as`, and say which release it is"
    " from. Claims are never merged, families of sources never added, and unknown is null, never 0. An unknown"
    " parameter or value is an error that names the nearest right one."
)


async def serve(app: ASGIApp, version: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one message; the tools ask `app`."""
    inside = Inside(app, scope)

    async def list_tools(*_: Any) -> ListToolsResult:
        return ListToolsResult(tools=_TOLD)

    async def call_tool(_: Any, asked: Any) -> CallToolResult:
        tool = TOOLS.get(asked.name)
        if tool is None:
            return _said(f"There is no tool {asked.name!r}; there are: {', '.join(TOOLS)}.", is_error=True)
        try:
            answer = await tool.answer(inside, asked.arguments or {})
        except Refused as refusal:
            return _said(str(refusal), is_error=True)
        return _said(orjson.dumps(answer).decode())

    server = Server(
        "conflict-events",
        title="Conflict Events API",
        version=version,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )
    # A manager runs once; without sessions, one for each request keeps nothing from one to the next.
    manager = StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, max_request_body_size=MOST_BYTES_ASKED
    )
    async with manager.run():
        await manager.handle_request(scope, receive, send)


def _said(text: str, *, is_error: bool = False) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=text)], is_error=is_error)


_TOLD = [
    ToolTold(
        name=tool.name,
        description=tool.description,
        input_schema={"type": "object", "properties": tool.properties, "required": list(tool.required)},
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )
    for tool in TOOLS.values()
]
