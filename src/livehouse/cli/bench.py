"""`livehouse bench`: figures of this machine, each beside what it stands against."""

import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
import msgspec
import uvloop
from msgspec import Struct
from msgspec.structs import replace

from livehouse.app.bench.crews import CrewFailed
from livehouse.app.bench.draw import DrawPlan, bench_draw
from livehouse.app.bench.fanout import FanoutPlan, a_stage, bench_fanout
from livehouse.app.bench.frames import Crowd, FramesPlan, bench_frames
from livehouse.app.bench.history import Broken
from livehouse.app.bench.house import HouseFailed
from livehouse.app.bench.jump import JumpPlan, bench_jump
from livehouse.app.bench.latency import LatencyPlan, bench_latency
from livehouse.app.bench.leavings import KeepFolderInUse, judge_again
from livehouse.app.bench.media import MediaPlan, bench_media
from livehouse.app.bench.nodes import NodesPlan, bench_nodes
from livehouse.app.bench.orders import OrdersPlan, bench_orders
from livehouse.app.bench.soak import SoakPlan, bench_soak
from livehouse.app.bench.storm import StormPlan, bench_storm
from livehouse.app.bench.torture import TorturePlan, bench_torture
from livehouse.app.bench.votes import VotesPlan, bench_votes
from livehouse.cli.logs import configure_logs

LONG = 4
LONG_KILLS = 200
HOUR_SECONDS = 3_600.0
# So much more than there is must the buyers be allowed to have, for all of it to be sold.
MARGIN = 1.2
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group("bench")
def bench_commands() -> None:
    """Measure this machine: real processes, real clients, a database of their own."""


@bench_commands.command("orders")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Measure for longer.")
@click.option("--buyers", type=click.IntRange(1, 5_000), default=OrdersPlan().buyers)
@click.option("--window", type=click.IntRange(1, 64), default=OrdersPlan().window,
              help="Orders on their way per buyer.")  # fmt: skip
@click.option("--offers", type=click.IntRange(1, 100), default=OrdersPlan().offers)
@click.option("--viewers", type=click.IntRange(1, 10_000), default=OrdersPlan().viewers)
def orders_command(*, as_json: bool, is_long: bool, **sizes: int) -> None:
    """Durable orders a second over the live connection, beside a room that watches."""
    plan = OrdersPlan(seconds=OrdersPlan().seconds * (LONG if is_long else 1), **sizes)
    _run(lambda: bench_orders(plan, _say), as_json=as_json)


@bench_commands.command("fanout")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Measure for longer.")
@click.option("--viewers", type=click.IntRange(1, 25_000), help="One stage with so many.")
@click.option("--events", type=click.FloatRange(1, 380), help="One stage with so many a second.")
def fanout_command(
    *, as_json: bool, is_long: bool, viewers: int | None, events: float | None
) -> None:
    """From one viewer's word to everybody's screen, and what a viewer costs.

    Without sizes: 5,000 viewers with 300 events a second, then 15,000 with 22.
    """
    stages = FanoutPlan().stages
    if viewers or events:
        stages = (a_stage(viewers or stages[0].viewers, events or stages[0].events),)
    if is_long:
        stages = tuple(replace(stage, seconds=stage.seconds * LONG) for stage in stages)
    _run(lambda: bench_fanout(FanoutPlan(stages=stages), _say), as_json=as_json)


@bench_commands.command("nodes")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Measure for longer.")
@click.option("--many", type=click.IntRange(11, 20_000), default=NodesPlan().many,
              help="Viewers in the second round.")  # fmt: skip
def nodes_command(*, as_json: bool, is_long: bool, many: int) -> None:
    """What a room costs the bus between nodes, and how much later it is there."""
    plan = NodesPlan(many=many, seconds=NodesPlan().seconds * (LONG if is_long else 1))
    _run(lambda: bench_nodes(plan, _say), as_json=as_json)


@bench_commands.command("storm")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--viewers", type=click.IntRange(1, 25_000), default=StormPlan().viewers)
@click.option("--kill", is_flag=True, help="Then kill the server too, and start it again.")
def storm_command(*, as_json: bool, viewers: int, kill: bool) -> None:
    """All viewers lose the server at once: how soon they are back, and what that asks."""
    _run(lambda: bench_storm(StormPlan(viewers=viewers, kill=kill), _say), as_json=as_json)


@bench_commands.command("frames")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Measure for longer.")
@click.option("--viewers", type=click.IntRange(1, 25_000), help="One crowd of so many.")
def frames_command(*, as_json: bool, is_long: bool, viewers: int | None) -> None:
    """A busy room over plain HTTP through Varnish: what reaches the house, and how old news are.

    Without a size: 100, 1,000 and 10,000 viewers, one after the other.
    """
    crowds = FramesPlan().crowds
    if viewers:
        crowds = (Crowd(viewers, crowds[-1].segments),)
    if is_long:
        crowds = tuple(Crowd(crowd.viewers, crowd.segments * LONG) for crowd in crowds)
    _run(lambda: bench_frames(FramesPlan(crowds=crowds), _say), as_json=as_json)


@bench_commands.command("latency")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Look for an hour.")
@click.option("--seconds", type=click.FloatRange(5, 86_400), help="Look for so long.")
def latency_command(*, as_json: bool, is_long: bool, seconds: float | None) -> None:
    """From the stage to the screen: the clock in the picture, read in Chromium."""
    looked = seconds or (HOUR_SECONDS if is_long else LatencyPlan().fast_seconds)
    _run(lambda: bench_latency(LatencyPlan(fast_seconds=looked), _say), as_json=as_json)


@bench_commands.command("jump")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Jump more often.")
def jump_command(*, as_json: bool, is_long: bool) -> None:
    """From the tap on another room's door to the first picture from there, in Chromium."""
    jumps = JumpPlan().jumps * (LONG if is_long else 1)
    _run(lambda: bench_jump(JumpPlan(jumps=jumps), _say), as_json=as_json)


@bench_commands.command("draw")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--entrants", type=click.IntRange(1, 1_000_000), default=DrawPlan().entrants)
def draw_command(*, as_json: bool, entrants: int) -> None:
    """A draw with very many entrants: closed, drawn, and published so that anybody can check it."""
    _run(lambda: bench_draw(DrawPlan(entrants=entrants), _say), as_json=as_json)


@bench_commands.command("votes")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Measure for longer.")
@click.option("--voters", type=click.IntRange(1, 20), default=VotesPlan().voters,
              help="More from one address would be held back.")  # fmt: skip
def votes_command(*, as_json: bool, is_long: bool, voters: int) -> None:
    """Votes a second over the live connection, in exact sums, and how late the ranking is."""
    plan = VotesPlan(voters=voters, seconds=VotesPlan().seconds * (LONG if is_long else 1))
    _run(lambda: bench_votes(plan, _say), as_json=as_json)


@bench_commands.command("media")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help="Measure for longer.")
@click.option("--shows", type=click.IntRange(1, 60), default=MediaPlan().shows,
              help="Cameras at once.")  # fmt: skip
def media_command(*, as_json: bool, is_long: bool, shows: int) -> None:
    """Cameras over RTMP, passed through: what they cost, and whether any part is late."""
    plan = MediaPlan(shows=shows, all_seconds=MediaPlan().all_seconds * (LONG if is_long else 1))
    _run(lambda: bench_media(plan, _say), as_json=as_json)


@bench_commands.command("soak")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--minutes", type=click.FloatRange(0.5, 24 * 60), default=SoakPlan().seconds / 60,
              help="How long, without what it takes to begin and to judge.")  # fmt: skip
@click.option("--viewers", type=click.IntRange(1, 5_000), default=SoakPlan().viewers)
def soak_command(*, as_json: bool, minutes: float, viewers: int) -> None:
    """Two shows from cameras that drop, and a media process that is killed; then judge all of it.

    Ends with status 1 if the recordings have holes, or if anything is late, apart or grows.
    """
    figures = _measured(lambda: bench_soak(SoakPlan(seconds=minutes * 60, viewers=viewers), _say))
    _print(figures, as_json=as_json)
    _end(is_clean=figures.is_clean)


@bench_commands.command("torture")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on standard output.")
@click.option("--long", "is_long", is_flag=True, help=f"Kill {LONG_KILLS} times.")
@click.option("--attempts", type=click.IntRange(1), default=TorturePlan().attempts)
@click.option("--units", type=click.IntRange(1), default=TorturePlan().units)
@click.option("--buyers", type=click.IntRange(1, 20_000), default=TorturePlan().buyers,
              help="Each has a connection of its own.")  # fmt: skip
@click.option("--kills", type=click.IntRange(0, 10_000), default=TorturePlan().kills)
@click.option("--seed", type=click.IntRange(0), help="Repeats the choices of another run.")
@click.option("--keep", type=FOLDER, help="An empty folder for logs and database.")
@click.option("--judge", "judged", type=FOLDER, help="Only judge what a run has kept there.")
def torture_command(
    *,
    as_json: bool,
    is_long: bool,
    attempts: int,
    units: int,
    buyers: int,
    kills: int,
    seed: int | None,
    keep: Path | None,
    judged: Path | None,
) -> None:
    """Ask a hundred times for each unit, and kill house and database all the while.

    Ends with status 1 if a law of the sale was broken.
    """
    if judged is not None:
        broken = judge_again(judged)
        _print(Judged(broken), as_json=as_json)
        _end(is_clean=not broken)
    plan = TorturePlan(
        attempts=attempts,
        units=units,
        buyers=buyers,
        kills=LONG_KILLS if is_long else kills,
        seed=secrets.randbits(31) if seed is None else seed,
    )
    if plan.units * MARGIN > plan.buyers * plan.limit:
        raise click.UsageError(f"{plan.buyers} buyers may not have so many units")
    figures = _measured(lambda: bench_torture(plan, _say, keep))
    _print(figures, as_json=as_json)
    _end(is_clean=figures.is_clean)


class Judged(Struct, frozen=True):
    """What `--judge` prints."""

    broken: list[Broken]


F = TypeVar("F", bound=Struct)


def _run(bench: Callable[[], Coroutine[Any, Any, Struct]], *, as_json: bool) -> None:
    _print(_measured(bench), as_json=as_json)


def _measured(bench: Callable[[], Coroutine[Any, Any, F]]) -> F:
    configure_logs(as_json=False, quiet=True)
    try:
        return uvloop.run(bench())
    except* (CrewFailed, HouseFailed, KeepFolderInUse) as failed:
        raise click.ClickException(str(failed.exceptions[0])) from None


def _print(figures: Struct, *, as_json: bool) -> None:
    encoded = msgspec.json.encode(figures)
    click.echo(encoded if as_json else msgspec.json.format(encoded, indent=2))


def _end(*, is_clean: bool) -> NoReturn:
    raise SystemExit(0 if is_clean else 1)


def _say(line: str) -> None:
    click.echo(line, err=True)
