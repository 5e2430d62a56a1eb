"""What starts and stops, in which order: the database first and last, viewers' doors last."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeAlias

import structlog

from livehouse.app.build import build
from livehouse.app.channels import PUSH_EVERY, ChannelWork
from livehouse.app.data_folder import DataFolderRefused, held
from livehouse.app.platform import Platform
from livehouse.app.purging import Purger
from livehouse.app.recordings import LOOK_EVERY, MAKE_EVERY, RecordingWork
from livehouse.app.secrets_folder import secret_file
from livehouse.app.settings import Settings
from livehouse.app.stage import BEGIN_EVERY, Stage, begin_what_is_due
from livehouse.domains.aftersales import jobs as aftersales_jobs
from livehouse.domains.campaigns import jobs as campaign_jobs
from livehouse.domains.crowd import jobs as crowd_jobs
from livehouse.domains.films import jobs as films_jobs
from livehouse.domains.followers import jobs as followers_jobs
from livehouse.domains.ledger.jobs import STATEMENTS_EVERY, make_statements
from livehouse.domains.offers.jobs import CLOSE_EVERY, OPEN_EVERY, close_due, open_due
from livehouse.domains.orders.jobs import (
    ADVANCE_EVERY,
    ASK_EVERY,
    EXPIRE_EVERY,
    REFUND_EVERY,
    SERVE_EVERY,
    TELL_EVERY,
    advance_openings,
    ask_about_payments,
    expire_unpaid,
    send_refunds,
    serve_lines,
    tell_drawn,
)
from livehouse.domains.play import jobs as play_jobs
from livehouse.domains.programmes import jobs as programmes_jobs
from livehouse.domains.screens import jobs as screens_jobs
from livehouse.domains.stores.jobs import run_uploads
from livehouse.foundation.clock import Clock, SystemClock
from livehouse.jobs.periodic import Periodic
from livehouse.media.after.desk import RecordingDesk
from livehouse.media.outgoing_desk import OutgoingDesk
from livehouse.storage.database import connect
from livehouse.storage.migrate import migrate
from livehouse.storage.postgres import BundledPostgres

log = structlog.get_logger()

STOP_SECONDS_MAX = 10.0

Work: TypeAlias = Coroutine[object, object, None]


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    clock: Clock | None = None,
    alone: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Platform]:
    """The platform with its database and nothing running: what commands need.

    Beside a running house on the same data folder its database is used; `alone` refuses that.
    """
    clock = clock or SystemClock()
    with held(settings.folder) as is_ours:
        if alone and not is_ours:
            raise DataFolderRefused(f"a house is running on {settings.folder} already")
        async with database_server(settings, clock, is_ours=is_ours) as (url, server):
            database = await connect(url, pool_size=settings.database_pool_size)
            try:
                await migrate(database.engine, progress)
                platform = build(settings, database, server=server, clock=clock)
                await platform.frames.keep_partitions(
                    clock.now().date(), keep_days=settings.frame_keep_days
                )
                try:
                    yield platform
                finally:
                    await platform.providers.close()
            finally:
                await database.close()


@asynccontextmanager
async def working(platform: Platform) -> AsyncIterator[None]:
    """What this node does beside its doors: tills, rooms, media, background work."""
    stopping = (
        platform.till.group,
        platform.chat.group,
        platform.openings.group,
        platform.draws.group,
        platform.drops.group,
    )
    await platform.membership.join()
    async with asyncio.TaskGroup() as lasting:
        keeping = [lasting.create_task(work) for work in _lasting(platform)]
        # The queues in front of the database outlive the rest: what is in them is answered.
        queues = [lasting.create_task(group.run()) for group in stopping]
        rooms = [lasting.create_task(work) for work in _rooms(platform)]
        others = [lasting.create_task(work) for work in _others(platform)]
        try:
            yield
        finally:
            for task in others:
                task.cancel()
            for group in stopping:
                group.close()
            await _settled(queues)
            platform.conductor.stop()
            platform.gateway.stop()
            await _settled(rooms)
            await platform.membership.leave()
            for task in keeping:
                task.cancel()


async def _settled(tasks: list[asyncio.Task[None]]) -> None:
    """Wait for tasks that were asked to end; those that do not are cancelled."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=STOP_SECONDS_MAX)
    for task in late:
        log.warning("task_did_not_end", task=task.get_name())
        task.cancel()


def _lasting(platform: Platform) -> Iterator[Work]:
    """What the rest stands on: the database, and the way to the other nodes."""
    if platform.server is not None:
        yield platform.server.keep()
    if platform.nats is not None:
        yield platform.nats.run()


def _rooms(platform: Platform) -> Iterator[Work]:
    if platform.settings.does("conductor"):
        yield platform.conductor.run()
    if platform.settings.does("gateway"):
        yield platform.gateway.run()


def _others(platform: Platform) -> Iterator[Work]:
    yield platform.membership.staying().run(platform.clock)
    if platform.settings.does("gateway"):
        yield from _on_gateways(platform)
    if platform.settings.does("web"):
        for one in screens_jobs.on_pages(platform.screens):
            yield Periodic(*one).run(platform.clock)
    if platform.settings.does("worker"):
        for work in _periodic(platform):
            yield work.run(platform.clock)
    if platform.settings.makes_video:
        yield from _on_media(platform)


def _on_gateways(platform: Platform) -> Iterator[Work]:
    telling = Periodic("tell_drawn", TELL_EVERY, lambda: tell_drawn(platform.openings))
    yield telling.run(platform.clock)
    for one in play_jobs.on_gateways(platform.draws, platform.battles):
        yield Periodic(*one).run(platform.clock)
    for one in crowd_jobs.on_gateways(platform.crowd, platform.gateway.visitors):
        yield Periodic(*one).run(platform.clock)
    counting = Periodic(
        "audiences",
        programmes_jobs.COUNT_EVERY,
        lambda: platform.companions.count(platform.membership.node.id, platform.gateway.visitors),
    )
    yield counting.run(platform.clock)


def _on_media(platform: Platform) -> Iterator[Work]:
    stage = Stage(platform)
    recording = RecordingWork(
        platform.recordings, RecordingDesk(platform.media), lambda: platform.membership.node.id
    )
    pushing = ChannelWork(
        platform.channels,
        OutgoingDesk(platform.media),
        lambda: platform.membership.node.id,
        allow_private=platform.settings.channels_private,
    )
    platform.shows.nudges.append(stage.look)
    platform.guests.nudges.append(stage.look)
    yield platform.media.run()
    yield Periodic("channels", PUSH_EVERY, pushing.push).run(platform.clock)
    yield Periodic("recordings", LOOK_EVERY, recording.look).run(platform.clock)
    yield Periodic("recorded_files", MAKE_EVERY, recording.make).run(platform.clock)
    for one in films_jobs.on_media(platform.films):
        yield Periodic(*one).run(platform.clock)
    yield Periodic("stage", timedelta(milliseconds=250), stage.look_after).run(platform.clock)


def _periodic(platform: Platform) -> list[Periodic]:
    settings, clock = platform.settings, platform.clock
    return [
        Periodic("begin_shows", BEGIN_EVERY, lambda: begin_what_is_due(platform.shows)),
        Periodic("close_offers", CLOSE_EVERY, lambda: close_due(platform.offers)),
        Periodic("open_offers", OPEN_EVERY, lambda: open_due(platform.offers)),
        Periodic("openings", ADVANCE_EVERY, lambda: advance_openings(platform.openings)),
        Periodic("expire_orders", EXPIRE_EVERY, lambda: expire_unpaid(platform.orders)),
        Periodic("serve_lines", SERVE_EVERY, lambda: serve_lines(platform.waiting)),
        Periodic("statements", STATEMENTS_EVERY, lambda: make_statements(platform.settlement)),
        Periodic("ask_payments", ASK_EVERY, lambda: ask_about_payments(platform.payments)),
        Periodic("send_refunds", REFUND_EVERY, lambda: send_refunds(platform.payments)),
        Periodic("uploads", timedelta(seconds=1), lambda: run_uploads(platform.uploads)),
        Periodic("pictures", timedelta(seconds=5), platform.pictures.fetch_pending_images),
        Periodic("guests", timedelta(hours=1), platform.guests.forget_ended),
        Periodic("sessions", timedelta(hours=1), platform.people.sessions.forget_expired),
        Periodic(
            "facts",
            timedelta(minutes=10),
            lambda: platform.outbox.forget(
                keep=timedelta(days=settings.fact_keep_days), now=clock.now()
            ),
        ),
        Periodic("archive", timedelta(seconds=1), platform.sealer.work),
        *(
            Periodic(*one)
            for one in programmes_jobs.periodic(platform.programmes, platform.reminders)
        ),
        *(Periodic(*one) for one in followers_jobs.periodic(platform.news)),
        *(Periodic(*one) for one in screens_jobs.periodic(platform.screens)),
        *(Periodic(*one) for one in campaign_jobs.periodic(platform.counting)),
        *(Periodic(*one) for one in aftersales_jobs.periodic(platform.aftersales)),
        *(
            Periodic(*one)
            for one in play_jobs.periodic(
                platform.draw_steps,
                platform.prizes,
                platform.battle_ends,
                platform.prize_letters,
                platform.contests,
            )
        ),
        *(Periodic(*one) for one in crowd_jobs.periodic(platform.crowd)),
        *(Periodic(*one) for one in films_jobs.periodic(platform.films)),
        *_purging(platform),
        *_old_recordings(platform),
        Periodic(
            "frames",
            timedelta(hours=1),
            lambda: platform.frames.keep_partitions(
                clock.now().date(), keep_days=settings.frame_keep_days
            ),
        ),
    ]


def _purging(platform: Platform) -> list[Periodic]:
    base = platform.settings.purge_url
    purger = Purger(base, platform.archive)
    return [Periodic("purge", timedelta(seconds=2), purger.work)] if base else []


def _old_recordings(platform: Platform) -> list[Periodic]:
    keep = timedelta(days=platform.settings.video_keep_days)
    work = Periodic(
        "old_recordings", timedelta(minutes=10), lambda: platform.recordings.forget_old(keep)
    )
    return [work] if keep else []


@asynccontextmanager
async def database_server(
    settings: Settings, clock: Clock, *, is_ours: bool
) -> AsyncIterator[tuple[str, BundledPostgres | None]]:
    """The database's address, and its server where we are the ones who run it."""
    if settings.database_url:
        yield settings.database_url, None
        return
    password = secret_file(settings.folder / "secrets", "postgres")
    server = BundledPostgres(settings.folder / "postgres", password, clock)
    if not is_ours:
        yield server.url, None
        return
    async with server.running() as url:
        yield url, server
