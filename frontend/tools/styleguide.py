# ruff: noqa: INP001 - a script beside the web build, not part of the package
"""Renders the style guide from the real layout and macros, to look at in a browser."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

FRONTEND = Path(__file__).parent.parent
WEB = FRONTEND.parent / "src" / "livehouse" / "web"
BUILD = WEB / "static" / "build"


def main() -> None:
    """Write the guide beside package.json; its assets come from the last build."""
    folders = [str(FRONTEND / "styleguide"), str(WEB / "templates")]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
    )
    environment.globals.update(
        _=lambda text, **named: text % named if named else text,
        money=lambda minor: f"€{minor / 100:,.2f}",
        asset=_asset,
        csrf_token="token",  # noqa: S106 - a picture of a form, not a secret
        page=SimpleNamespace(
            store=SimpleNamespace(slug="kiln", name="Kiln & Co"),
            section="overview",
            status=404,
            title="Nothing here",
            message="This show does not exist, or its address has changed.",
            code="show_not_found",
        ),
    )
    guest = SimpleNamespace(
        signed_in=False, name="", language="en", is_operator=False, stores=[], theme=""
    )
    host = SimpleNamespace(
        **{
            **vars(guest),
            "signed_in": True,
            "name": "Ann",
            "stores": [("kiln", "Kiln & Co")],
        }
    )
    pages = {"page": guest, "console": host, "error": guest}
    for name, viewer in pages.items():
        html = environment.get_template(f"{name}.html").render(viewer=viewer)
        target = "styleguide.html" if name == "page" else f"styleguide-{name}.html"
        relative = html.replace("/static/build/", "../src/livehouse/web/static/build/")
        (FRONTEND / target).write_text(relative)


def _asset(entry: str) -> Markup:
    manifest = json.loads((BUILD / "manifest.json").read_text())
    chunk = manifest[f"src/entries/{entry}.ts"]
    tags = [f'<link rel="stylesheet" href="/static/build/{css}">' for css in chunk.get("css", [])]
    tags.append(f'<script type="module" src="/static/build/{chunk["file"]}"></script>')
    return Markup("".join(tags))  # noqa: S704 - built from our own manifest


if __name__ == "__main__":
    main()
