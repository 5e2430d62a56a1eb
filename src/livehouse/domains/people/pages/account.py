"""One's own account: profile, tokens, password, data."""

from typing import Annotated, ClassVar
from uuid import UUID

import msgspec
from litestar import Response
from msgspec import Meta, Struct

from livehouse.domains.people.errors import (
    CountryUnknown,
    NameInvalid,
    PasswordTooEasy,
    PasswordTooShort,
    PasswordWrong,
    TimeZoneUnknown,
)
from livehouse.domains.people.model import (
    NAME_CHARS_MAX,
    PASSWORD_CHARS_MIN,
    SCOPES,
    Address,
    ApiToken,
    Person,
)
from livehouse.domains.people.service import People
from livehouse.foundation.errors import DomainError
from livehouse.foundation.text import LANGUAGES, N_
from livehouse.web import limits
from livehouse.web.context import web_of
from livehouse.web.forms import Form, Secret, read_form
from livehouse.web.guards import require_signed_in
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import SESSION_COOKIE, cookie

LANGUAGE_NAMES = {"en": "English", "zh-Hans": "简体中文"}

FIELDS: dict[type[DomainError], str] = {
    CountryUnknown: "country",
    NameInvalid: "name",
    PasswordTooEasy: "new_password",
    PasswordTooShort: "new_password",
    PasswordWrong: "old_password",
    TimeZoneUnknown: "time_zone",
}


class Profile(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX)]
    language: str
    time_zone: Annotated[str, Meta(max_length=60)] = ""


class Consent(Struct):
    shows_purchases: bool = False


class TokenForm(Struct):
    token_name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX)]
    scopes: Annotated[list[str], Meta(min_length=1, max_length=len(SCOPES))]


class ChangePassword(Struct):
    old_password: Secret
    new_password: Secret


class Confirmation(Struct):
    confirm_password: Secret


class AccountPage(Page, frozen=True, kw_only=True):
    template: ClassVar[str] = "people/account.html"

    person: Person
    addresses: list[Address]
    tokens: list[ApiToken]
    languages: list[tuple[str, str]]
    profile: Form[Profile]
    token_form: Form[TokenForm]
    password_form: Form[ChangePassword]
    erase_form: Form[Confirmation]
    new_token: str = ""
    password_chars_min: int = PASSWORD_CHARS_MIN


@get("/account")
async def account_page(
    viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    return render(await _account(viewer, people))


@post("/account/profile")
async def change_profile(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    person_id = require_signed_in(viewer)
    form = await read_form(request, Profile)
    try:
        if form.value is not None:
            await people.accounts.change_profile(person_id, **msgspec.structs.asdict(form.value))
            language = web_of(request).cookies.language(form.value.language)
            return render.see_other("/account", N_("Saved."), cookies=(language,))
    except DomainError as refused:
        form = form.refuse(refused, FIELDS.get(type(refused), ""))
    return render(await _account(viewer, people, profile=form), status_code=422)


@post("/account/consent")
async def change_consent(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    person_id = require_signed_in(viewer)
    form = await read_form(request, Consent)
    agreed = form.value is not None and form.value.shows_purchases
    await people.accounts.set_shows_purchases(person_id, agreed=agreed)
    return render.see_other("/account", N_("Saved."))


@post("/account/tokens")
async def create_token(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    """The one page that shows the token; it is stored nowhere, so neither may the page be."""
    person_id = require_signed_in(viewer)
    form = await read_form(request, TokenForm)
    try:
        if form.value is not None:
            token = await people.api_tokens.create(
                person_id, form.value.token_name, tuple(form.value.scopes)
            )
            page = await _account(viewer, people, new_token=token)
            return render(page, headers={"Cache-Control": "no-store"})
    except DomainError as refused:
        form = form.refuse(refused)
    return render(await _account(viewer, people, token_form=form), status_code=422)


@post("/account/tokens/{token_id:uuid}/revoke")
async def revoke_token(
    token_id: FromPath[UUID], viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    await people.api_tokens.revoke(token_id, require_signed_in(viewer))
    return render.see_other("/account", N_("The token works no more."))


@post("/account/password")
async def change_password(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    person_id = require_signed_in(viewer)
    form = await read_form(request, ChangePassword)
    try:
        if form.value is not None:
            web_of(request).rates.spend(limits.SIGN_IN_PER_ACCOUNT, str(person_id))
            await people.accounts.change_password(
                person_id,
                old=form.value.old_password,
                new=form.value.new_password,
                keep_session=cookie(request, SESSION_COOKIE),
            )
            return render.see_other(
                "/account", N_("Your new password is set. Other devices are signed out.")
            )
    except DomainError as refused:
        form = form.refuse(refused, FIELDS.get(type(refused), ""))
    return render(await _account(viewer, people, password_form=form), status_code=422)


@post("/account/sign-out-everywhere")
async def sign_out_everywhere(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    await people.accounts.sign_out_everywhere(require_signed_in(viewer))
    gone = web_of(request).cookies.gone(SESSION_COOKIE)
    return render.see_other("/sign-in", N_("You are signed out everywhere."), cookies=(gone,))


@get("/account/export")
async def export(viewer: CurrentViewer, people: Service[People]) -> Response[bytes]:
    """Everything that we keep of the person, as one file."""
    found = await people.privacy.export(require_signed_in(viewer))
    return Response(
        msgspec.json.format(msgspec.json.encode(found, enc_hook=str)),
        media_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="my-data.json"',
            "Cache-Control": "no-store",
        },
    )


@post("/account/erase")
async def erase(
    request: AnyRequest, viewer: CurrentViewer, render: CurrentRender, people: Service[People]
) -> Html:
    person_id = require_signed_in(viewer)
    form = await read_form(request, Confirmation)
    try:
        if form.value is not None:
            web_of(request).rates.spend(limits.SIGN_IN_PER_ACCOUNT, str(person_id))
            await people.privacy.erase(person_id, form.value.confirm_password)
            gone = web_of(request).cookies.gone(SESSION_COOKIE)
            return render.see_other("/", N_("Your account is erased. Farewell!"), cookies=(gone,))
    except DomainError as refused:
        name = "confirm_password" if isinstance(refused, PasswordWrong) else ""
        form = form.refuse(refused, name)
    return render(await _account(viewer, people, erase_form=form), status_code=422)


async def _account(
    viewer: CurrentViewer,
    people: People,
    *,
    profile: Form[Profile] | None = None,
    token_form: Form[TokenForm] | None = None,
    password_form: Form[ChangePassword] | None = None,
    erase_form: Form[Confirmation] | None = None,
    new_token: str = "",
) -> AccountPage:
    person = await people.accounts.get(require_signed_in(viewer))
    known: Form[Profile] = Form.blank(
        name=person.name, language=person.language, time_zone=person.time_zone
    )
    return AccountPage(
        person=person,
        addresses=list(await people.addresses.of(person.id)),
        tokens=list(await people.api_tokens.of(person.id)),
        languages=[(one, LANGUAGE_NAMES[one]) for one in LANGUAGES],
        profile=profile or known,
        token_form=token_form or Form.blank(),
        password_form=password_form or Form.blank(),
        erase_form=erase_form or Form.blank(),
        new_token=new_token,
    )


handlers = [
    account_page,
    change_profile,
    change_consent,
    create_token,
    revoke_token,
    change_password,
    sign_out_everywhere,
    export,
    erase,
]
