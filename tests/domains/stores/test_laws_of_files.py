"""What holds for every file, whatever stands in it."""

from contextlib import suppress
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from livehouse.domains.stores.errors import NotACatalogue
from livehouse.domains.stores.model import (
    Image,
    ImageId,
    Product,
    Stock,
    Variant,
    clean_html,
    export_catalogue,
    limits,
    parse_catalogue,
    plan_import,
)
from livehouse.domains.stores.model.cells import read_handle
from livehouse.domains.stores.model.columns import guarded, unguarded
from livehouse.foundation.clock import SystemClock
from livehouse.foundation.ids import ProductId, QuotaId, StoreId, SystemIds, VariantId
from livehouse.foundation.money import Money
from tests.support.stores_builders import COLUMNS, HEADER

STORE = StoreId(UUID(int=7))
IDS = SystemIds(SystemClock())

# A busy machine is no failure.
UNHURRIED = settings(max_examples=80, deadline=None)

# Half of it looks like a catalogue, so that the reader gets beyond the first line.
fragments = st.sampled_from(
    [*COLUMNS, "cup", "19.90", "-1", "NaN", "true", "S", '"', '""', ",", ",,", "\n", "\r\n", "\r",
     "\x00", "=1+1", "'", ";", "\t", "https://a.example/a.jpg", "Default Title", "\ud800"[:0]]
)  # fmt: skip
texts = st.lists(fragments | st.text(max_size=5), max_size=60).map("".join)


@UNHURRIED
@given(texts | texts.map(lambda text: f"{HEADER}\n{text}"))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    try:
        file = parse_catalogue(text.encode("utf-8", "surrogatepass"), "EUR")
    except NotACatalogue:
        return
    told = {row.line for row in file.refused} | {
        line for product in file.products for line in product.lines
    }
    assert len(told) == file.row_count, "every row has a word, or a place in a product"


@UNHURRIED
@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_fail(content: bytes) -> None:
    parse_catalogue(HEADER.encode() + b"\n" + content, "JPY")
    with suppress(NotACatalogue):
        parse_catalogue(content, "JPY")


@UNHURRIED
@given(st.text(max_size=30) | st.text("='+-@\t", max_size=6))
def test_a_guarded_cell_reads_back_and_is_no_formula(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell
    assert not guarded(cell).startswith(("=", "+", "-", "@", "\t", "\r"))


@UNHURRIED
@given(st.text(max_size=200) | st.text("<>/&;abp \"'=", max_size=60))
def test_cleaning_html_again_changes_nothing(text: str) -> None:
    cleaned = clean_html(text)

    assert clean_html(cleaned) == cleaned


def printable(most: int) -> st.SearchStrategy[str]:
    """Text as a cell keeps it: without control characters and without space around it."""
    alphabet = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")
    return st.text(alphabet, max_size=most).map(str.strip)


words = printable(12)
names = printable(8).filter(bool)
handles = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,4})?", fullmatch=True)


@st.composite
def products(draw: st.DrawFn) -> Product:
    option_names = draw(st.lists(names, max_size=limits.OPTIONS_MAX, unique=True))
    values = st.tuples(*(names for _ in option_names))
    combinations = draw(st.lists(values, min_size=1, max_size=4, unique=True))
    sources = draw(st.lists(names, max_size=3, unique=True))
    images = tuple(
        Image(id=ImageId(IDS.new()), source=source, alt=draw(words), position=position)
        for position, source in enumerate(sources, start=1)
    )
    return Product(
        id=ProductId(IDS.new()),
        store_id=STORE,
        handle=read_handle(draw(handles)),
        title=draw(names),
        description_html=clean_html(draw(st.text(st.characters(categories=("L", "S", "P"))))),
        vendor=draw(words),
        kind=draw(words),
        tags=tuple(draw(st.lists(names.filter(lambda tag: "," not in tag), unique=True))),
        published=draw(st.booleans()),
        option_names=tuple(option_names),
        variants=tuple(
            draw(variants(combination, position, images))
            for position, combination in enumerate(combinations, start=1)
        ),
        images=images,
    )


@st.composite
def variants(
    draw: st.DrawFn, values: tuple[str, ...], position: int, images: tuple[Image, ...]
) -> Variant:
    prices = st.integers(0, limits.PRICE_MINOR_MAX).map(lambda minor: Money("EUR", minor))
    quantity = draw(st.integers(0, limits.QUANTITY_MAX))
    return Variant(
        id=VariantId(IDS.new()),
        option_values=values,
        price=draw(prices),
        stock_quota_id=QuotaId(IDS.new()),
        compare_at=draw(st.none() | prices),
        sku=draw(words),
        barcode=draw(words),
        grams=draw(st.integers(0, limits.GRAMS_MAX)),
        requires_shipping=draw(st.booleans()),
        taxable=draw(st.booleans()),
        position=position,
        image_id=draw(st.sampled_from([None, *(image.id for image in images)])),
        imported_quantity=quantity,
        stock=Stock(quantity),
    )


@UNHURRIED
@given(st.lists(products(), max_size=3, unique_by=lambda product: product.handle))
def test_importing_an_export_changes_nothing(catalogue: list[Product]) -> None:
    file = parse_catalogue(export_catalogue(catalogue).encode(), "EUR")

    assert file.refused == ()
    assert len(file.products) == len(catalogue)
    for said, stored in zip(file.products, catalogue, strict=True):
        plan = plan_import(said, stored, STORE, IDS)
        assert plan.product == stored
        assert not plan.writes


@UNHURRIED
@given(st.lists(products(), max_size=3, unique_by=lambda product: product.handle))
def test_an_export_makes_the_same_catalogue_elsewhere(catalogue: list[Product]) -> None:
    file = parse_catalogue(export_catalogue(catalogue).encode(), "EUR")

    plans = [plan_import(said, None, STORE, IDS) for said in file.products]

    made = [plan.product for plan in plans]
    assert export_catalogue(made) == export_catalogue(catalogue)
