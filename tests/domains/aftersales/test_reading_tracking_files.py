"""Files of parcels: any bytes are read, and what is bad is named by its line."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livehouse.domains.aftersales.errors import NotATrackingFile, TrackingFileTooLarge
from livehouse.domains.aftersales.model.parcels import ParcelEvent, ParcelState
from livehouse.domains.aftersales.model.tracking import (
    FILE_BYTES_MAX,
    RowReport,
    TrackingRow,
    read_tracking,
)
from livehouse.foundation.errors import DomainError

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)

HEAD = b"Order,Carrier,Tracking,Status,Time,Place\n"


def test_a_file_is_read_row_by_row_and_each_bad_row_is_named() -> None:
    content = HEAD + (
        b"AB12CD34,DHL,JD1\n"
        b"\n"
        b"AB12CD35,DHL,JD2,delivered,2026-11-20T10:00+01:00,Berlin\n"
        b"AB12CD36,DHL,JD3,teleported,,\n"
        b"AB12CD37,DHL,JD4,delivered,yesterday,\n"
        b"AB12CD38,DHL,\xff\n"
        b'AB12CD39,"DHL,JD6\n'
        b"'-AB12,DHL,JD7,In Transit,2026-11-20T10:00,\n"
    )

    rows = read_tracking(content, NOW)

    good = [row for row in rows if isinstance(row, TrackingRow)]
    bad = [(row.line, row.code) for row in rows if isinstance(row, RowReport)]
    assert [(row.line, row.order, row.tracking) for row in good] == [
        (2, "AB12CD34", "JD1"), (4, "AB12CD35", "JD2"), (9, "-AB12", "JD7"),
    ]  # fmt: skip
    assert good[1].event == ParcelEvent(
        ParcelState.DELIVERED, datetime(2026, 11, 20, 9, tzinfo=UTC), "Berlin"
    )
    assert good[2].event is not None
    assert good[2].event.at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert bad == [
        (5, "invalid_input"), (6, "invalid_input"), (7, "row_unreadable"), (8, "row_unreadable"),
    ]  # fmt: skip


def test_semicolons_and_a_byte_order_mark_are_what_some_spreadsheets_write() -> None:
    content = b"\xef\xbb\xbforder;carrier;tracking\r\nAB12CD34;DHL;JD1\r\n"

    assert read_tracking(content, NOW) == [TrackingRow(2, "AB12CD34", "DHL", "JD1")]


@pytest.mark.parametrize("content", [b"", b"order,carrier\n1,2\n", b"\x00\x01", b"\n\n"])
def test_what_has_not_the_columns_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotATrackingFile):
        read_tracking(content, NOW)


def test_a_file_has_a_size() -> None:
    with pytest.raises(TrackingFileTooLarge):
        read_tracking(HEAD + b"x" * FILE_BYTES_MAX, NOW)
    with pytest.raises(TrackingFileTooLarge):
        read_tracking(HEAD + b"1,2,3\n" * 5_001, NOW)


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reading(content: bytes) -> None:
    for row in read_tracking(HEAD + content, NOW):
        assert isinstance(row, TrackingRow | RowReport)
    with suppress(DomainError):
        read_tracking(content, NOW)
