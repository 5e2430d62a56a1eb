"""What a product CSV says, and what is refused of it."""

import pytest

from livehouse.domains.stores.errors import FileTooLarge, NotACatalogue, TooManyRows
from livehouse.domains.stores.model import limits, parse_catalogue
from livehouse.foundation.money import Money
from tests.support.stores_builders import HEADER, REAL_FILES, a_file, a_row, real_file


def refusals(content: bytes, currency: str = "EUR") -> list[tuple[int, str]]:
    return [(row.line, row.code) for row in parse_catalogue(content, currency).refused]


@pytest.mark.parametrize(
    ("name", "products", "variants"), [(REAL_FILES[0], 20, 22), (REAL_FILES[1], 20, 21)]
)
def test_a_real_export_is_read_whole(name: str, products: int, variants: int) -> None:
    file = parse_catalogue(real_file(name), "EUR")

    assert file.refused == ()
    assert len(file.products) == products
    assert sum(len(product.variants) for product in file.products) == variants


def test_rows_that_share_a_handle_are_one_product() -> None:
    file = parse_catalogue(
        a_file(
            a_row(option1_name="Size", option1_value="S"),
            a_row("bowl"),
            a_row(title="", option1_value="M", variant_price="21"),
        ),
        "EUR",
    )

    cup, _ = file.products
    assert cup.option_names == ("Size",)
    assert [(one.option_values, one.price) for one in cup.variants] == [
        (("S",), Money("EUR", 1990)),
        (("M",), Money("EUR", 2100)),
    ]


def test_a_default_title_means_one_variant_without_options() -> None:
    (cup,) = parse_catalogue(
        a_file(a_row(option1_name="Title", option1_value="Default Title")), "EUR"
    ).products

    assert cup.option_names == ()
    assert [variant.option_values for variant in cup.variants] == [()]


def test_a_row_with_only_a_picture_adds_a_picture() -> None:
    (cup,) = parse_catalogue(
        a_file(
            a_row(image_src="https://shop.example/a.jpg", image_position="1"),
            a_row(title="", variant_price="", image_src="https://shop.example/b.jpg"),
        ),
        "EUR",
    ).products

    assert [image.source[-5:] for image in cup.images] == ["a.jpg", "b.jpg"]
    assert len(cup.variants) == 1


def test_newer_headers_mean_the_same() -> None:
    newer = (
        "Title,URL handle,Description,Published on online store,Status,SKU,Price,"
        "Compare-at price,Inventory quantity,Weight value (grams),Product image URL,Charge tax"
    )
    row = "Cup,cup,Warm,TRUE,Draft,C-1,19.90,25,7,350,https://shop.example/a.jpg,FALSE"

    (cup,) = parse_catalogue(f"{newer}\n{row}\n".encode(), "EUR").products

    (variant,) = cup.variants
    assert (cup.handle, cup.description_html, cup.published) == ("cup", "Warm", False)
    assert (variant.sku, variant.quantity, variant.grams) == ("C-1", 7, 350)
    assert (variant.compare_at, variant.taxable) == (Money("EUR", 2500), False)


def test_a_byte_order_mark_and_semicolons_are_no_trouble() -> None:
    content = "\ufeffHandle;Title;Variant Price\ncup;Cup;19.90\n".encode()

    (cup,) = parse_catalogue(content, "EUR").products

    assert cup.title == "Cup"


def test_a_file_without_the_columns_we_need_is_no_catalogue() -> None:
    for content in (b"", b"\n\n", b"Name,Price\na,1\n", b"\xff\xfeH\x00", b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(NotACatalogue):
            parse_catalogue(content, "EUR")


def test_a_file_beyond_the_bounds_is_refused_whole() -> None:
    with pytest.raises(FileTooLarge):
        parse_catalogue(b"x" * (limits.FILE_BYTES_MAX + 1), "EUR")
    with pytest.raises(TooManyRows):
        parse_catalogue(b"Handle,Title,Price\n" + b"a,b,1\n" * (limits.FILE_ROWS_MAX + 1), "EUR")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (a_row(""), "handle_missing"),
        (a_row("a b"), "handle_invalid"),
        (a_row("h" * 201), "field_too_long"),
        (a_row(title=""), "title_missing"),
        (a_row(title="t" * 256), "field_too_long"),
        (a_row(body="b" * 60_001), "field_too_long"),
        (a_row(tags="t" * 121), "field_too_long"),
        (a_row(variant_price=""), "price_missing"),
        (a_row(variant_price="free"), "price_invalid"),
        (a_row(variant_price="NaN"), "price_invalid"),
        (a_row(variant_price="Infinity"), "price_invalid"),
        (a_row(variant_price="1e5"), "price_invalid"),
        (a_row(variant_price="1,299.00"), "price_invalid"),
        (a_row(variant_price="=1+1"), "price_invalid"),
        (a_row(variant_price="9" * 18), "price_invalid"),
        (a_row(variant_price="٣"), "price_invalid"),
        (a_row(variant_price="-1"), "price_negative"),
        (a_row(variant_price="19.999"), "price_digits"),
        (a_row(variant_compare_at_price="-3"), "price_negative"),
        (a_row(variant_inventory_qty="many"), "quantity_invalid"),
        (a_row(variant_inventory_qty="1.5"), "quantity_invalid"),
        (a_row(variant_inventory_qty="-1"), "quantity_invalid"),
        (a_row(variant_inventory_qty="9999999999"), "quantity_invalid"),
        (a_row(variant_grams="-5"), "number_invalid"),
        (a_row(image_src="https://a.example/a.jpg", image_position="0"), "number_invalid"),
        (a_row(published="maybe"), "flag_invalid"),
        (a_row(option1_name="Size"), "option_value_missing"),
        (a_row(option1_value="S"), "option_name_missing"),
        (a_row(option2_name="Size", option2_value="S"), "option_name_missing"),
        (
            a_row(option1_name="A", option1_value="1", option2_name="A", option2_value="2"),
            "option_name_repeated",
        ),
        (a_row() + ",one cell too many", "row_malformed"),
        (a_row(title="nul\x00"), "row_not_text"),
        ('"cup"x,Cup' + "," * 22, "row_malformed"),
    ],
)
def test_a_bad_row_is_named_and_the_good_ones_are_kept(row: str, code: str) -> None:
    content = a_file(row, a_row("bowl"))

    file = parse_catalogue(content, "EUR")

    assert [(one.line, one.code) for one in file.refused] == [(2, code)]
    assert [product.handle for product in file.products] == ["bowl"]


def test_digits_follow_the_currency() -> None:
    assert refusals(a_file(a_row(variant_price="1200.5")), "JPY") == [(2, "price_digits")]
    assert refusals(a_file(a_row(variant_price="1200.00")), "JPY") == []
    assert refusals(a_file(a_row(variant_price="1.255")), "BHD") == []


def test_four_options_are_one_too_many() -> None:
    header = HEADER + ",Option4 Name,Option4 Value"
    row = a_row(option1_name="A", option1_value="1") + ",B,2"

    assert refusals(f"{header}\n{row}\n".encode()) == [(2, "too_many_options")]


def test_the_same_options_twice_name_the_line_that_has_them() -> None:
    content = a_file(
        a_row(option1_name="Size", option1_value="S"), a_row(title="", option1_value="S")
    )

    (refused,) = parse_catalogue(content, "EUR").refused
    assert (refused.line, refused.code, refused.params) == (3, "options_repeated", {"line": "2"})


def test_a_refused_product_takes_all_its_rows_with_it() -> None:
    content = a_file(
        a_row(title="", option1_name="Size", option1_value="S"),
        a_row(title="", option1_value="M"),
    )

    assert refusals(content) == [(2, "title_missing"), (3, "product_refused")]


def test_a_bad_first_variant_leaves_the_others() -> None:
    content = a_file(
        a_row(option1_name="Size", option1_value="S", variant_price="?"),
        a_row(title="", option1_value="M"),
    )

    file = parse_catalogue(content, "EUR")

    assert refusals(content) == [(2, "price_invalid")]
    assert [one.option_values for one in file.products[0].variants] == [("M",)]


def test_a_quote_that_never_closes_costs_one_row() -> None:
    content = a_file('cup,"Cup' + "," * 23, a_row("bowl"), a_row("jar"))

    file = parse_catalogue(content, "EUR")

    assert [(one.line, one.code) for one in file.refused] == [(2, "row_malformed")]
    assert [product.handle for product in file.products] == ["bowl", "jar"]


def test_a_cell_of_ten_megabytes_costs_one_row() -> None:
    content = a_file(a_row(body="x" * 10_000_000), a_row("bowl"))

    file = parse_catalogue(content, "EUR")

    assert [(one.line, one.code) for one in file.refused] == [(2, "row_malformed")]
    assert [product.handle for product in file.products] == ["bowl"]


def test_a_file_broken_throughout_ends_with_a_word_for_the_rest() -> None:
    content = HEADER.encode() + b'\n"x' * 5000

    found = refusals(content)

    assert found[-1][1] == "rows_left_out"
    assert len(found) == limits.BROKEN_ROWS_MAX + 2


def test_bytes_that_are_no_text_cost_their_row() -> None:
    content = a_file(a_row()) + b"bowl,B\xe9ol" + b"," * 23 + b"\n"

    assert refusals(content) == [(3, "row_not_text")]


def test_blank_rows_are_left_out_and_lines_still_count() -> None:
    content = a_file("", "," * 24, a_row(variant_price="?"))

    assert refusals(content) == [(4, "price_invalid")]


def test_a_report_repeats_only_what_one_can_read() -> None:
    (refused,) = parse_catalogue(a_file(a_row("x" * 500 + "\t")), "EUR").refused

    assert len(refused.handle) == 80


def test_handles_of_any_script_are_kept_in_small_letters() -> None:
    file = parse_catalogue(a_file(a_row("Tasse-BLAU"), a_row("青瓷-茶杯")), "EUR")

    assert [product.handle for product in file.products] == ["tasse-blau", "青瓷-茶杯"]
