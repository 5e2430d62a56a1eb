"""Typed pages: a Struct is everything its template may read."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import CodeType
from typing import ClassVar

import msgspec
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.runtime import Context
from jinja2.utils import pass_context
from litestar.datastructures import Cookie
from litestar.enums import MediaType
from litestar.response import Response
from msgspec import Struct
from typing_extensions import override

from livehouse.foundation.errors import DomainError
from livehouse.foundation.text import LANGUAGES
from livehouse.web import limits
from livehouse.web.assets import Assets
from livehouse.web.connections import AnyConnection, Html
from livehouse.web.i18n import Languages, Translator
from livehouse.web.identity import NOTICE_COOKIE, Cookies, Viewer, cookie, viewer_of
from livehouse.web.signing import Signer

TEMPLATES = Path(__file__).parent / "templates"
DOMAINS = Path(__file__).parents[1] / "domains"

_notices = msgspec.json.Decoder(list[tuple[str, str]])


class Page(Struct, frozen=True):
    """What a template may read, and which template reads it."""

    template: ClassVar[str]


class Renderer:
    """Turns pages into HTML: one Jinja environment per language, made at the start."""

    def __init__(
        self,
        languages: Languages,
        assets: Assets,
        cookies: Cookies,
        signer: Signer,
        *,
        site_name: str = "Livehouse",
    ) -> None:
        self.languages = languages
        self.cookies = cookies
        self.signer = signer
        self.site_name = site_name
        self._environments = {
            language: _environment(languages.translator(language), assets, site_name)
            for language in LANGUAGES
        }

    def html(
        self, page: Page, viewer: Viewer, *, path: str = "/", flashes: list[tuple[str, str]]
    ) -> str:
        template = self._environments[viewer.language].get_template(page.template)
        return template.render(
            page=page, viewer=viewer, csrf_token=viewer.csrf_token, path=path, flashes=flashes
        )


class Render:
    """Renders for one request: handlers ask for it by the name `render`."""

    def __init__(self, renderer: Renderer, request: AnyConnection) -> None:
        self._renderer = renderer
        self._request = request
        self.viewer = viewer_of(request)
        self.translator = renderer.languages.translator(self.viewer.language)

    def __call__(
        self, page: Page, *, status_code: int = 200, headers: Mapping[str, str] | None = None
    ) -> Html:
        """The page as a response; notices left by the request before are shown once."""
        flashes = self._flashes()
        html = self._renderer.html(page, self.viewer, path=self._path(), flashes=flashes)
        response = Response(
            html,
            status_code=status_code,
            media_type=MediaType.HTML,
            headers={"Cache-Control": "private, no-cache"} | dict(headers or {}),
        )
        if flashes:
            response.set_cookie(self._renderer.cookies.gone(NOTICE_COOKIE))
        return response

    def see_other(
        self,
        path: str,
        notice: str = "",
        *,
        kind: str = "good",
        cookies: tuple[Cookie, ...] = (),
        **params: object,
    ) -> Html:
        """Go on to `path` after a change, with a notice there; kinds: good, warn, bad, info."""
        response = Response(
            "", status_code=303, media_type=MediaType.HTML, headers={"Location": path}
        )
        for one in cookies:
            response.set_cookie(one)
        if notice:
            text = self.translator.text(notice, **params)
            signed = self._renderer.signer.sign("notice", msgspec.json.encode([(kind, text)]))
            response.set_cookie(self._renderer.cookies.notice(signed))
        return response

    def refused(self, path: str, refusal: DomainError) -> Html:
        """Back to `path`, with the refusal in the reader's words."""
        return self.see_other(path, self.translator.refusal(refusal), kind="bad")

    def _flashes(self) -> list[tuple[str, str]]:
        signed = cookie(self._request, NOTICE_COOKIE, chars_max=limits.NOTICE_CHARS_MAX)
        payload = self._renderer.signer.open("notice", signed) if signed else None
        return _notices.decode(payload) if payload else []

    def _path(self) -> str:
        url = self._request.url
        return f"{url.path}?{url.query}" if url.query else url.path


class CompiledTemplates(BytecodeCache):
    """Each template is compiled once, whatever the language it is then filled in.

    Languages differ in what a template calls, never in its code: no template of ours gives a
    filter a constant, which Jinja would work out as it compiles.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    @override
    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None, "Jinja hands over what it has compiled"
        self._codes[bucket.key, bucket.checksum] = bucket.code


# What is compiled depends on the template's text alone, so that it may be known to all.
_compiled = CompiledTemplates()


def _environment(translator: Translator, assets: Assets, site_name: str) -> Environment:
    environment = Environment(
        loader=ChoiceLoader([FileSystemLoader(TEMPLATES), _domain_templates()]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_compiled,
    )

    @pass_context
    def when(context: Context, moment: datetime, style: str = "medium") -> str:
        return translator.when(moment, context["viewer"].time_zone, style)

    environment.globals.update(
        _=translator.text,
        gettext=translator.text,
        ngettext=translator.plural,
        money=translator.money,
        when=when,
        asset=assets.tags,
        site_name=site_name,
    )
    environment.filters.update(money=translator.money, when=when)
    return environment


def _domain_templates() -> PrefixLoader:
    """Each domain's own folder, under its own name."""
    folders = sorted(DOMAINS.glob("*/templates"))
    return PrefixLoader({folder.parent.name: FileSystemLoader(folder) for folder in folders})
