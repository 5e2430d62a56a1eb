"""What the API's description says of every operation: how one signs in, and how it refuses."""

from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin
from typing_extensions import override

from livehouse.web.errors import Problem

_SCHEMAS = "#/components/schemas/"
_REFUSED = {
    "description": "Refused, and why (RFC 9457); `code` is one of `docs/reference/refusals.md`.",
    "content": {"application/problem+json": {"schema": {"$ref": f"{_SCHEMAS}Problem"}}},
}
_TOKEN = {"type": "http", "scheme": "bearer", "description": "An API token of the account's page."}


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The framework's description with our own refusals, which it does not know of."""
    _, components = msgspec.json.schema_components([Problem], ref_template=_SCHEMAS + "{name}")
    for path in schema["paths"].values():
        for operation in path.values():
            operation["responses"].pop("400", None)
            operation["responses"]["default"] = _REFUSED
    schema["components"]["schemas"] |= components
    schema["components"]["securitySchemes"] = {"token": _TOKEN}
    schema["security"] = [{"token": []}, {}]
    return schema


class Description(JsonRenderPlugin):
    """Serves it."""

    @override
    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        return super().render(request, described(openapi_schema))
