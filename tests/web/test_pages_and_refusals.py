"""Pages, endpoints and refusals, asked over HTTP."""

from collections.abc import AsyncIterator
from typing import Annotated, ClassVar

import pytest
from litestar.types import ControllerRouterHandler
from msgspec import Meta, Struct
from typing_extensions import override

from livehouse.foundation.errors import DomainError, Refusal, TooManyRequests
from livehouse.foundation.roles import Role
from livehouse.web.context import WebSettings
from livehouse.web.errors import STATUS, ErrorPage
from livehouse.web.forms import Upload, read_form
from livehouse.web.guards import require_operator, require_signed_in, require_store
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    Html,
    JSONBody,
    Page,
    get,
    pages,
    post,
)
from livehouse.web.identity import Identity
from tests.support.web_client import (
    HTML,
    JSON,
    KnownIdentities,
    WebClient,
    a_store_id,
    an_identity,
    web_client,
)


class SoldOutHere(DomainError):
    kind = Refusal.CONFLICT
    code = "sold_out_here"
    message = "There are only {left} of {what}."


class NotePage(Page, frozen=True):
    template: ClassVar[str] = "refusal.html"
    message: str


class Note(Struct):
    title: Annotated[str, Meta(min_length=1, max_length=20)]
    count: Annotated[int, Meta(ge=1, le=5)]
    agreed: bool = False
    remark: str | None = None


@get("/note")
async def note(render: CurrentRender, viewer: CurrentViewer) -> Html:
    return render(NotePage(f"<b>{viewer.name or 'guest'}</b>"))


@post("/note")
async def write_note(request: AnyRequest, render: CurrentRender) -> Html:
    form = await read_form(request, Note)
    if form.value is None:
        return render(NotePage(repr(sorted(form.errors.items()))), status_code=422)
    return render.see_other("/note", "Saved {title}.", title=form.value.title)


class WithFile(Struct):
    file: Upload


@post("/file")
async def take_file(request: AnyRequest, render: CurrentRender) -> Html:
    form = await read_form(request, WithFile)
    return render(NotePage(str(len(form.value.file.content) if form.value else form.error("file"))))


@get("/mine")
async def mine(viewer: CurrentViewer) -> None:
    require_signed_in(viewer)


@get("/operator")
async def operator(viewer: CurrentViewer) -> None:
    require_operator(viewer)


@get("/store")
async def store(viewer: CurrentViewer) -> None:
    require_store(viewer, a_store_id(1), Role.EDITOR)


@get("/api/scoped", opt={"scope": "orders:read"})
async def scoped(viewer: CurrentViewer) -> dict[str, str]:
    return {"name": viewer.name}


@get("/api/open", opt={"scope": "shows:write", "public": True})
async def open_to_all(viewer: CurrentViewer) -> dict[str, list[str]]:
    return {"stores": [slug for slug, _ in viewer.stores]}


@post("/api/echo", opt={"scope": "orders:write"}, status_code=200)
async def echo(data: JSONBody[Note]) -> Note:
    return data


@get("/api/sold-out")
async def sold_out() -> None:
    raise SoldOutHere(left=3, what="cups")


@get("/api/busy")
async def busy() -> None:
    raise TooManyRequests(retry_seconds=7)


@get("/broken")
async def broken() -> None:
    raise ZeroDivisionError("a secret of ours")


ROUTES: list[ControllerRouterHandler] = [
    pages(note, write_note, take_file, mine, operator, store, broken),
    scoped,
    open_to_all,
    echo,
    sold_out,
    busy,
]


@pytest.fixture
async def web() -> AsyncIterator[WebClient]:
    async with web_client(ROUTES) as client:
        yield client


async def test_what_a_page_shows_is_escaped(web: WebClient) -> None:
    answer = await web.get("/note")

    assert answer.status_code == 200
    assert "&lt;b&gt;guest&lt;/b&gt;" in answer.text
    assert answer.headers["cache-control"] == "private, no-cache"


async def test_every_answer_carries_the_headers_that_protect_the_reader(web: WebClient) -> None:
    for path in ("/note", "/api/sold-out", "/no-such-page", "/static/nothing.js", "/broken"):
        answer = await web.get(path)
        assert "frame-ancestors 'self'" in answer.headers["content-security-policy"], path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert len(answer.headers["x-request-id"]) == 16


async def test_a_refusal_to_a_script_is_a_problem_with_a_stable_code(web: WebClient) -> None:
    answer = await web.get("/api/sold-out")

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "/problems/sold_out_here",
        "title": "Something has changed meanwhile",
        "status": 409,
        "detail": "There are only 3 of cups.",
        "code": "sold_out_here",
        "params": {"left": 3, "what": "cups"},
    }


async def test_whoever_asks_too_often_hears_when_to_come_back(web: WebClient) -> None:
    answer = await web.get_json("/api/busy")

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


async def test_a_bug_tells_nothing_but_its_number(web: WebClient) -> None:
    for headers in (HTML, JSON):
        answer = await web.http.get("/broken", headers=headers)
        assert answer.status_code == 500
        assert "secret of ours" not in answer.text
        assert "ZeroDivision" not in answer.text


async def test_a_wrong_address_is_answered_in_the_readers_name(web: WebClient) -> None:
    web.sign_in_as(an_identity(name="Bertha"))

    answer = await web.get("/no/such/page")

    assert answer.status_code == 404
    assert "Bertha" in answer.text
    assert "not_found" in answer.text


async def test_a_wrong_method_is_a_refusal_too(web: WebClient) -> None:
    answer = await web.http.delete("/note", headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["/mine", "/store", "/operator"])
async def test_a_guest_is_asked_to_sign_in_and_comes_back(web: WebClient, path: str) -> None:
    page = await web.get(f"{path}?a=1")
    script = await web.get_json(path)

    assert (page.status_code, page.headers["location"]) == (303, f"/sign-in?next={path}%3Fa%3D1")
    assert (script.status_code, script.json()["code"]) == (401, "sign_in_required")


@pytest.mark.parametrize(
    ("stores", "status"),
    [
        ({}, 404),
        ({a_store_id(2): Role.OWNER}, 404),
        ({a_store_id(1): Role.HOST}, 403),
        ({a_store_id(1): Role.EDITOR}, 200),
        ({a_store_id(1): Role.OWNER}, 200),
    ],
)
async def test_a_store_is_there_only_for_its_members(
    web: WebClient, stores: dict[object, Role], status: int
) -> None:
    web.sign_in_as(an_identity(stores=stores))  # type: ignore[arg-type] # parametrised

    assert (await web.get_json("/store")).status_code == status


async def test_the_operators_page_is_not_there_for_others(web: WebClient) -> None:
    web.sign_in_as(an_identity(stores={a_store_id(1): Role.OWNER}))
    assert (await web.get_json("/operator")).status_code == 404

    web.sign_in_as(an_identity(is_operator=True))
    assert (await web.get_json("/operator")).status_code == 200
    assert (await web.get_json("/store")).status_code == 200


async def test_a_token_enters_only_where_its_scope_is_named(web: WebClient) -> None:
    web.known.tokens["t"] = an_identity(scopes=frozenset({"orders:read"}))
    body = {"title": "a", "count": 1}

    assert (await web.get_json("/api/scoped", token="t")).json() == {"name": "Ann"}
    refused = await web.post_json("/api/echo", body, token="t")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert (await web.get_json("/mine", token="t")).status_code == 403
    unknown = await web.get_json("/api/scoped", token="x")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "token_refused")


@pytest.mark.parametrize(("scope", "stores"), [("orders:read", []), ("shows:write", ["store-0"])])
async def test_what_is_public_needs_no_scope_and_tells_no_more_without_it(
    web: WebClient, scope: str, stores: list[str]
) -> None:
    web.known.tokens["t"] = an_identity(
        stores={a_store_id(1): Role.OWNER}, scopes=frozenset({scope})
    )

    assert (await web.get_json("/api/open", token="t")).json() == {"stores": stores}
    assert (await web.get_json("/api/open", token="x")).status_code == 401


async def test_a_form_comes_back_with_a_word_per_field(web: WebClient) -> None:
    answer = await web.post_form("/note", title="x" * 21, count="nine", agreed="on")

    assert answer.status_code == 422
    assert "Please use at most 20 characters." in answer.text
    assert "Please enter a whole number." in answer.text


async def test_a_saved_form_leads_on_with_a_notice_that_shows_once(web: WebClient) -> None:
    saved = await web.post_form("/note", title=" tea ", count="5")
    assert (saved.status_code, saved.headers["location"]) == (303, "/note")

    shown = await web.get("/no-such-page")
    again = await web.get("/no-such-page")

    assert "Saved tea." in shown.text
    assert "Saved tea." not in again.text


async def test_a_file_is_read_with_its_form(web: WebClient) -> None:
    fields = {"csrf_token": await web.csrf_token()}

    answer = await web.http.post(
        "/file", data=fields, files={"file": ("a.csv", b"1,2,3")}, headers=HTML
    )
    nothing = await web.http.post("/file", data=fields, files={"other": ("", b"")}, headers=HTML)

    assert ">5<" in answer.text
    assert "Please fill this in." in nothing.text


async def test_what_is_too_large_is_refused_before_it_is_read(web: WebClient) -> None:
    form = await web.post_form("/note", title="x" * 300_000, count="1")
    script = await web.post_json("/api/echo", {"title": "x" * 300_000, "count": 1})

    assert form.status_code == 413
    assert (script.status_code, script.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"title": 5}', b'{"title": "a", "count": 9}', b"\xff"]
)
async def test_malformed_json_is_a_bad_request(web: WebClient, body: bytes) -> None:
    headers = JSON | {"Content-Type": "application/json"}

    answer = await web.http.post("/api/echo", content=body, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


async def test_an_error_page_says_what_happened() -> None:
    assert set(STATUS) == set(Refusal)
    assert ErrorPage.template == "error.html"


async def test_cookies_are_secure_behind_https() -> None:
    settings = WebSettings(origin="https://shop.test")
    async with web_client(ROUTES, settings=settings) as web:
        answer = await web.get("/note")

    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("guest=", "secure", "httponly", "samesite=lax"))
    assert "max-age" in answer.headers["strict-transport-security"]


async def test_within_a_page_a_refusal_is_a_part_of_it(web: WebClient) -> None:
    part = await web.http.get("/no-such-page", headers=HTML | {"HX-Request": "true"})
    sign_in = await web.http.get("/mine", headers=HTML | {"HX-Request": "true"})

    assert part.status_code == 404
    assert "<html" not in part.text
    assert "The address is mistyped or old" in part.text
    assert (sign_in.status_code, sign_in.headers["hx-redirect"]) == (200, "/sign-in?next=/mine")


class NoDatabase(KnownIdentities):
    @override
    async def by_session(self, token: str) -> Identity | None:
        raise ConnectionError(token)


async def test_while_accounts_cannot_be_asked_nobody_is_taken_for_a_guest() -> None:
    async with web_client(ROUTES, identities=NoDatabase()) as web:
        guest = await web.get("/note")
        web.http.cookies.set("session", "a-secret")
        answer = await web.get("/note")

    assert (guest.status_code, answer.status_code) == (200, 503)
    assert "a-secret" not in answer.text
