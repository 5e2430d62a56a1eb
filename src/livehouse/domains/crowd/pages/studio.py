"""The host's part: the queue of questions, quizzes, red packets, applause."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct, field

from livehouse.domains.crowd.model import applause, drops, quizzes
from livehouse.domains.crowd.model.drops import Drop
from livehouse.domains.crowd.model.questions import Question
from livehouse.domains.crowd.model.quizzes import Quiz
from livehouse.domains.crowd.model.rewards import POINTS_MAX, REWARDED_MAX, Reward
from livehouse.domains.crowd.service import Crowd, Questions
from livehouse.domains.offers import choices
from livehouse.domains.shows import RUNNING_ROLES, Show, Shows
from livehouse.foundation.errors import DomainError, NotFound
from livehouse.foundation.ids import CouponId, QuestionId, QuizId
from livehouse.foundation.roles import Role
from livehouse.foundation.text import N_
from livehouse.web.forms import Form, read_form
from livehouse.web.guards import own_show
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

CHOICES_CHARACTERS_MAX = quizzes.CHOICES_MAX * (quizzes.CHOICE_CHARACTERS_MAX + 2)
# Raised and oldest first; whoever is further behind comes up when others are answered.
QUESTIONS_SHOWN_MAX = 50
QUEUE_ROLES = (*RUNNING_ROLES, Role.MODERATOR)


class QuizForm(Struct):
    """`choices` stand one in each line; `right` counts them from 1."""

    text: Annotated[str, Meta(min_length=1, max_length=quizzes.TEXT_CHARACTERS_MAX)]
    choices: Annotated[str, Meta(min_length=1, max_length=CHOICES_CHARACTERS_MAX)]
    right: Annotated[int, Meta(ge=1, le=quizzes.CHOICES_MAX)]
    quiz_seconds: Annotated[int, Meta(ge=quizzes.SECONDS_MIN, le=quizzes.SECONDS_MAX)]
    winners_max: Annotated[int, Meta(ge=1, le=REWARDED_MAX)]
    points: Annotated[int, Meta(ge=0, le=POINTS_MAX)] = 0
    coupon: UUID | None = None


class DropForm(Struct):
    """`source` is a coupon's id; without one, `total` points are in the pot."""

    title: Annotated[str, Meta(min_length=1, max_length=drops.TITLE_CHARACTERS_MAX)]
    count: Annotated[int, Meta(ge=1, le=drops.PACKETS_MAX)]
    seconds: Annotated[int, Meta(ge=drops.SECONDS_MIN, le=drops.SECONDS_MAX)]
    total: Annotated[int, Meta(ge=0, le=drops.POT_MAX)] = 0
    source: UUID | None = None


class ApplauseForm(Struct):
    what: Annotated[str, Meta(min_length=1, max_length=applause.TITLE_CHARACTERS_MAX)]
    goal: Annotated[int, Meta(ge=1, le=applause.GOAL_MAX)]
    clap_seconds: Annotated[int, Meta(ge=applause.SECONDS_MIN, le=applause.SECONDS_MAX)]


class QuestionForm(Struct):
    question_id: UUID | None = None


class QuestionRow(Struct, frozen=True, kw_only=True):
    id: QuestionId
    text: str
    by: str
    raised: int


class QuizRow(Struct, frozen=True, kw_only=True):
    """`state` is ready, open or closed; `right` stands there for the staff alone."""

    id: QuizId
    text: str
    state: str
    right: str
    answers: int
    won: int
    closes_at: datetime | None


class DropRow(Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    is_points: bool
    total: int
    count: int
    taken: int
    is_over: bool


def _no_quiz() -> Form[QuizForm]:
    return Form.blank(right=1, quiz_seconds=20, winners_max=100, points=10)


def _no_drop() -> Form[DropForm]:
    return Form.blank(count=100, total=10_000, seconds=60)


def _no_call() -> Form[ApplauseForm]:
    return Form.blank(goal=1_000, clap_seconds=30)


class Forms(Struct, frozen=True):
    """The page's three forms, as they first appear or as somebody filled one in."""

    quiz: Form[QuizForm] = field(default_factory=_no_quiz)
    drop: Form[DropForm] = field(default_factory=_no_drop)
    applause: Form[ApplauseForm] = field(default_factory=_no_call)


class CrowdPage(Page, frozen=True, kw_only=True):
    """`sources` are the coupons that can be given, as value and words."""

    template: ClassVar[str] = "crowd/studio.html"

    show_slug: str
    show_title: str
    is_on: bool
    takes_questions: bool
    on_stage: QuestionRow | None
    questions: list[QuestionRow]
    quizzes: list[QuizRow]
    drops: list[DropRow]
    sources: list[tuple[str, str]]
    quiz_form: Form[QuizForm]
    drop_form: Form[DropForm]
    applause_form: Form[ApplauseForm]


@get("/studio/{slug:str}/crowd")
async def crowd_page(
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    crowd: Service[Crowd],
) -> Html:
    show = await own_show(viewer, shows, slug, *QUEUE_ROLES)
    return render(await _page(show, crowd, Forms()))


@post("/studio/{slug:str}/crowd/questions/{step:str}")
async def press_queue(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    step: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    crowd: Service[Crowd],
) -> Html:
    """Take questions or not, and say what becomes of one."""
    await own_show(viewer, shows, slug, *QUEUE_ROLES)
    form = await read_form(request, QuestionForm)
    asked = form.value.question_id if form.value else None
    here = f"/studio/{slug}/crowd"
    try:
        await _press(crowd.questions, slug, step, asked)
    except NotFound:
        raise
    except DomainError as refusal:
        return render.refused(here, refusal)
    return render.see_other(here)


async def _press(questions: Questions, slug: str, step: str, asked: UUID | None) -> None:
    if step in {"open", "close"}:
        await questions.set_open(slug, is_open=step == "open")
        return
    steps = {
        "take": questions.take, "answered": questions.answered, "dismiss": questions.dismiss,
    }  # fmt: skip
    if asked is None or step not in steps:
        raise NotFound
    await steps[step](slug, QuestionId(asked))


@post("/studio/{slug:str}/crowd/quizzes")
async def make_quiz(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    crowd: Service[Crowd],
) -> Html:
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    form = await read_form(request, QuizForm)
    if form.value is not None:
        typed = form.value
        try:
            await crowd.quizzes.make(
                show, typed.text, [one for one in typed.choices.splitlines() if one.strip()],
                right=typed.right - 1, seconds=typed.quiz_seconds,
                reward=Reward(points=typed.points, coupon_id=_coupon(typed.coupon)),
                winners_max=typed.winners_max,
            )  # fmt: skip
            return render.see_other(f"/studio/{slug}/crowd", N_("It is ready to be started."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(show, crowd, Forms(quiz=form)), status_code=422)


@post("/studio/{slug:str}/crowd/quizzes/{quiz_id:uuid}/{step:str}")
async def press_quiz(
    *,
    slug: FromPath[str],
    quiz_id: FromPath[UUID],
    step: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    crowd: Service[Crowd],
) -> Html:
    """Start a quiz question, which freezes it, or throw it away."""
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    here = f"/studio/{slug}/crowd"
    if step not in {"start", "remove"}:
        raise NotFound
    try:
        if step == "start":
            await crowd.quizzes.start(slug, QuizId(quiz_id))
            return render.see_other(here, N_("Everybody sees it now."))
        await crowd.quizzes.throw_away(show, QuizId(quiz_id))
    except NotFound:
        raise
    except DomainError as refusal:
        return render.refused(here, refusal)
    return render.see_other(here, N_("It is gone."))


@post("/studio/{slug:str}/crowd/packets")
async def drop_packets(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    crowd: Service[Crowd],
) -> Html:
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    form = await read_form(request, DropForm)
    if form.value is not None:
        typed = form.value
        try:
            await crowd.drops.drop(
                slug, typed.title, count=typed.count, points=typed.total,
                coupon_id=_coupon(typed.source), seconds=typed.seconds,
            )  # fmt: skip
            return render.see_other(f"/studio/{slug}/crowd", N_("They fall in a moment."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(show, crowd, Forms(drop=form)), status_code=422)


@post("/studio/{slug:str}/crowd/applause")
async def ask_for_applause(
    *,
    request: AnyRequest,
    slug: FromPath[str],
    viewer: CurrentViewer,
    render: CurrentRender,
    shows: Service[Shows],
    crowd: Service[Crowd],
) -> Html:
    show = await own_show(viewer, shows, slug, *RUNNING_ROLES)
    form = await read_form(request, ApplauseForm)
    if form.value is not None:
        typed = form.value
        try:
            await crowd.applause.ask(slug, typed.what, typed.goal, typed.clap_seconds)
            return render.see_other(f"/studio/{slug}/crowd", N_("The room is asked to clap."))
        except DomainError as refusal:
            form = form.refuse(refusal)
    return render(await _page(show, crowd, Forms(applause=form)), status_code=422)


async def _page(show: Show, crowd: Crowd, forms: Forms) -> CrowdPage:
    queue = await crowd.questions.standing(show)
    return CrowdPage(
        show_slug=show.slug,
        show_title=show.title,
        is_on=show.run is not None and show.run.on,
        takes_questions=queue.is_open,
        on_stage=_question(queue.on_stage) if queue.on_stage else None,
        questions=[_question(one) for one in queue.waiting[:QUESTIONS_SHOWN_MAX]],
        quizzes=[_quiz(one) for one in await crowd.quizzes.of_show(show)],
        drops=[_drop(one) for one in await crowd.drops.of_show(show)],
        sources=choices(await crowd.coupons.promisable_by(show.room.store_id)),
        quiz_form=forms.quiz,
        drop_form=forms.drop,
        applause_form=forms.applause,
    )


def _question(one: Question) -> QuestionRow:
    return QuestionRow(id=one.id, text=one.text, by=one.shown_as, raised=one.raised)


def _quiz(one: Quiz) -> QuizRow:
    state = "closed" if one.closed_at else "open" if one.opens_at else "ready"
    return QuizRow(
        id=one.id,
        text=one.text,
        state=state,
        right=one.choices[one.right],
        answers=one.answers,
        won=one.won,
        closes_at=one.closes_at,
    )


def _drop(one: Drop) -> DropRow:
    return DropRow(
        id=one.id,
        title=one.title,
        is_points=one.kind is drops.Kind.POINTS,
        total=one.total,
        count=one.count,
        taken=one.taken,
        is_over=one.ended_at is not None,
    )


def _coupon(chosen: UUID | None) -> CouponId | None:
    return CouponId(chosen) if chosen else None


handlers = (
    crowd_page,
    press_queue,
    make_quiz,
    press_quiz,
    drop_packets,
    ask_for_applause,
)
