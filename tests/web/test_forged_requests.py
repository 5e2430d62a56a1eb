"""A request that another site made is refused, whatever cookies it carries."""

from collections.abc import AsyncIterator

import pytest
from litestar import post

from livehouse.web.context import WebSettings
from tests.support.web_client import HTML, JSON, WebClient, an_identity, web_client


@post("/change", status_code=200)
async def change() -> dict[str, str]:
    return {"changed": "yes"}


@post("/hook", status_code=200, opt={"csrf": False})
async def hook() -> None: ...


@pytest.fixture
async def web() -> AsyncIterator[WebClient]:
    async with web_client([change, hook]) as client:
        yield client


async def test_our_own_page_may_change_things(web: WebClient) -> None:
    assert (await web.post_form("/change")).status_code == 200
    assert (await web.post_json("/change", {})).status_code == 200


@pytest.mark.parametrize("token", ["", "x", "é", "AAAA" * 2000])
async def test_without_the_pages_token_nothing_changes(web: WebClient, token: str) -> None:
    await web.csrf_token()

    answer = await web.http.post("/change", data={"csrf_token": token}, headers=JSON)

    assert (answer.status_code, answer.json()["code"]) == (403, "forged_request")


async def test_another_persons_token_is_worth_nothing(web: WebClient) -> None:
    guests = await web.csrf_token()
    web.sign_in_as(an_identity())

    assert (await web.post_form("/change", csrf_token=guests)).status_code == 403
    assert (await web.post_form("/change")).status_code == 200


async def test_a_form_without_any_cookie_is_refused_too(web: WebClient) -> None:
    answer = await web.http.post("/change", data={"a": "b"}, headers=HTML)

    assert answer.status_code == 403


async def test_a_script_without_any_cookie_stands_for_nobody(web: WebClient) -> None:
    assert (await web.http.post("/change", json={}, headers=JSON)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://shop.test.evil.test"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_is_refused_even_with_a_token(
    web: WebClient, headers: dict[str, str]
) -> None:
    fields = {"csrf_token": await web.csrf_token()}

    answer = await web.http.post("/change", data=fields, headers=JSON | headers)

    assert answer.status_code == 403


async def test_the_configured_origin_is_the_only_one() -> None:
    async with web_client([change], settings=WebSettings(origin="http://shop.test")) as web:
        fields = {"csrf_token": await web.csrf_token()}
        ours = await web.http.post("/change", data=fields, headers={"Origin": "http://shop.test"})
        other = await web.http.post(
            "/change", data=fields, headers={"Origin": "http://a.test", "Host": "a.test"}
        )

    assert (ours.status_code, other.status_code) == (200, 403)


async def test_a_route_may_guard_itself(web: WebClient) -> None:
    assert (await web.http.post("/hook", content=b"signed")).status_code == 200
