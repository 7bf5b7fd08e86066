"""What ``/openapi.json`` says of a route, made from its structs and its access rule."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from server_stub.kit.routes import PUBLIC, Route

_TEMPLATE = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"{(\w+)}")
ERROR = {
    "type": "object",
    "required": ["code", "params", "message"],
    "properties": {"code": {"type": "string"}, "params": {"type": "object"}, "message": {"type": "string"}},
}
SECURITY = {"access_token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def structs(routes: Iterable[Route]) -> dict[str, Any]:
    """The JSON schemas of all structs that the routes take and give."""
    kinds = {kind for each in routes for kind in (each.body, each.answer) if _is_struct(kind)}
    ordered = sorted(kinds, key=lambda kind: str(kind.__name__))
    _refs, components = msgspec.json.schema_components(ordered, ref_template=_TEMPLATE)
    return {**components, "Error": ERROR}


def _content(kind: Any) -> dict[str, Any]:
    if not _is_struct(kind):
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": {"schema": {"$ref": _TEMPLATE.format(name=kind.__name__)}}}


def describe(route: Route) -> dict[str, Any]:
    """Arguments of FastAPI's ``add_api_route`` that document *route*."""
    error = {
        "description": "refused",
        "content": {"application/json": {"schema": {"$ref": _TEMPLATE.format(name="Error")}}},
    }
    names = _PARAMETER.findall(route.path)
    extra: dict[str, Any] = {
        "parameters": [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names],
        "security": [] if route.access == PUBLIC else [{"access_token": []}],
        "x-access": route.access if isinstance(route.access, str) else sorted(route.access),
        "x-body-limit": route.limit,
    }
    if route.body is not None:
        extra["requestBody"] = {"required": True, "content": _content(route.body)}
    status = 204 if route.answer is None else 200
    good: dict[str, Any] = {"description": "done"}
    if route.answer is not None:
        good["content"] = _content(route.answer)
    return {
        "openapi_extra": extra,
        "responses": {status: good, "4XX": error},
        "status_code": status,
        "summary": (inspect.getdoc(route.endpoint) or "").partition("\n")[0],
        "description": inspect.getdoc(route.endpoint) or "",
    }
