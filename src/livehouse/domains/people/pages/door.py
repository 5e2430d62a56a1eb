"""Signing up, in and out, and a forgotten password."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from livehouse.domains.people.errors import (
    EmailInvalid,
    EmailTaken,
    NameInvalid,
    PasswordTooEasy,
    PasswordTooShort,
)
from livehouse.domains.people.model import (
    EMAIL_CHARS_MAX,
    NAME_CHARS_MAX,
    PASSWORD_CHARS_MIN,
    SESSION_DURATION,
    email_key,
)
from livehouse.domains.people.service import People
from livehouse.foundation.errors import DomainError
from livehouse.foundation.text import N_
from livehouse.web import limits
from livehouse.web.connections import local_path
from livehouse.web.context import address_of, web_of
from livehouse.web.forms import Form, Secret, read_form
from livehouse.web.handlers import (
    AnyRequest,
    CurrentRender,
    CurrentViewer,
    FromPath,
    FromQuery,
    Html,
    Page,
    Service,
    get,
    post,
)
from livehouse.web.identity import SESSION_COOKIE, cookie
from livehouse.web.limits import address_key
from livehouse.web.rendering import Render

# A link that signs people in must not be told to the next site.
NO_REFERRER = {"Referrer-Policy": "no-referrer"}
SESSION_SECONDS = int(SESSION_DURATION.total_seconds())

# Which field of a form a refusal belongs to.
FIELDS: dict[type[DomainError], str] = {
    EmailInvalid: "email",
    EmailTaken: "email",
    NameInvalid: "name",
    PasswordTooEasy: "password",
    PasswordTooShort: "password",
}

Email = Annotated[str, Meta(min_length=1, max_length=EMAIL_CHARS_MAX)]


class SignUp(Struct):
    email: Email
    name: Annotated[str, Meta(min_length=1, max_length=NAME_CHARS_MAX)]
    password: Secret
    time_zone: Annotated[str, Meta(max_length=60)] = ""
    next: Annotated[str, Meta(max_length=500)] = "/"


class SignIn(Struct):
    email: Email
    password: Secret
    next: Annotated[str, Meta(max_length=500)] = "/"


class Forgot(Struct):
    email: Email


class NewPassword(Struct):
    password: Secret


class SignUpPage(Page, frozen=True):
    template: ClassVar[str] = "people/sign_up.html"

    form: Form[SignUp]
    next: str
    password_chars_min: int = PASSWORD_CHARS_MIN


class SignInPage(Page, frozen=True):
    template: ClassVar[str] = "people/sign_in.html"

    form: Form[SignIn]
    next: str


class ForgotPage(Page, frozen=True):
    template: ClassVar[str] = "people/forgot.html"

    form: Form[Forgot]
    asked: bool = False


class ResetPage(Page, frozen=True):
    template: ClassVar[str] = "people/reset.html"

    form: Form[NewPassword]
    token: str
    email: str
    password_chars_min: int = PASSWORD_CHARS_MIN


@get("/sign-up")
async def sign_up_page(
    viewer: CurrentViewer,
    render: CurrentRender,
    next: FromQuery[str] = "/",  # noqa: A002 - its name in the address
) -> Html:
    target = local_path(next)
    if viewer.signed_in:
        return render.see_other(target)
    return render(SignUpPage(form=Form.blank(), next=target))


@post("/sign-up")
async def sign_up(request: AnyRequest, render: CurrentRender, people: Service[People]) -> Html:
    """A new account, signed in at once."""
    _spend(request, limits.SIGN_UP)
    form = await read_form(request, SignUp)
    target = local_path(form.text("next"))
    if form.value is None:
        return render(SignUpPage(form=form, next=target), status_code=422)
    try:
        person = await people.accounts.sign_up(
            email=form.value.email,
            name=form.value.name,
            password=form.value.password,
            language=render.viewer.language,
            time_zone=form.value.time_zone,
        )
    except DomainError as refused:
        form = form.refuse(refused, FIELDS.get(type(refused), ""))
        return render(SignUpPage(form=form, next=target), status_code=422)
    token = await people.accounts.open_session(
        person.id, instead_of=cookie(request, SESSION_COOKIE)
    )
    return _signed_in(request, render, token, target)


@get("/sign-in")
async def sign_in_page(
    viewer: CurrentViewer,
    render: CurrentRender,
    next: FromQuery[str] = "/",  # noqa: A002 - its name in the address
) -> Html:
    target = local_path(next)
    if viewer.signed_in:
        return render.see_other(target)
    return render(SignInPage(form=Form.blank(), next=target))


@post("/sign-in")
async def sign_in(request: AnyRequest, render: CurrentRender, people: Service[People]) -> Html:
    """Counted per account and per address: guessing is slow from one place and from many."""
    form = await read_form(request, SignIn)
    target = local_path(form.text("next"))
    if form.value is None:
        return render(SignInPage(form=form, next=target), status_code=422)
    try:
        _spend(request, limits.SIGN_IN_PER_ADDRESS)
        _spend(request, limits.SIGN_IN_PER_ACCOUNT, email_key(form.value.email))
        token = await people.accounts.sign_in(
            form.value.email, form.value.password, instead_of=cookie(request, SESSION_COOKIE)
        )
    except DomainError as refused:
        return render(SignInPage(form=form.refuse(refused), next=target), status_code=422)
    return _signed_in(request, render, token, target)


@post("/sign-out")
async def sign_out(request: AnyRequest, render: CurrentRender, people: Service[People]) -> Html:
    await people.accounts.sign_out(cookie(request, SESSION_COOKIE))
    gone = web_of(request).cookies.gone(SESSION_COOKIE)
    return render.see_other("/", N_("You are signed out."), kind="info", cookies=(gone,))


@get("/forgot")
async def forgot_page(render: CurrentRender) -> Html:
    return render(ForgotPage(form=Form.blank()))


@post("/forgot")
async def forgot(request: AnyRequest, render: CurrentRender, people: Service[People]) -> Html:
    """The answer is the same whether there is an account or not, and takes as long."""
    form = await read_form(request, Forgot)
    if form.value is None:
        return render(ForgotPage(form=form), status_code=422)
    try:
        _spend(request, limits.RESET)
        _spend(request, limits.RESET_PER_ACCOUNT, email_key(form.value.email))
        people.resets.ask(form.value.email)
    except DomainError as refused:
        form = form.refuse(refused, FIELDS.get(type(refused), ""))
        return render(ForgotPage(form=form), status_code=422)
    return render(ForgotPage(form=form, asked=True))


@get("/reset/{token:str}")
async def reset_page(token: FromPath[str], render: CurrentRender, people: Service[People]) -> Html:
    holder = await people.resets.holder(token)
    page = ResetPage(form=Form.blank(), token=token, email=holder.email)
    return render(page, headers=NO_REFERRER)


@post("/reset/{token:str}")
async def reset(
    token: FromPath[str], request: AnyRequest, render: CurrentRender, people: Service[People]
) -> Html:
    _spend(request, limits.RESET)
    holder = await people.resets.holder(token)
    form = await read_form(request, NewPassword)
    try:
        if form.value is not None:
            await people.resets.reset(token, form.value.password)
            return render.see_other("/sign-in", N_("Your new password is set. Please sign in."))
    except (PasswordTooShort, PasswordTooEasy) as refused:
        form = form.refuse(refused, "password")
    page = ResetPage(form=form, token=token, email=holder.email)
    return render(page, status_code=422, headers=NO_REFERRER)


def _signed_in(request: AnyRequest, render: Render, token: str, target: str) -> Html:
    session = web_of(request).cookies.session(token, seconds=SESSION_SECONDS)
    return render.see_other(target, cookies=(session,))


def _spend(request: AnyRequest, rate: limits.Rate, key: str = "") -> None:
    web_of(request).rates.spend(rate, key or address_key(address_of(request)))


handlers = [
    sign_up_page,
    sign_up,
    sign_in_page,
    sign_in,
    sign_out,
    forgot_page,
    forgot,
    reset_page,
    reset,
]
