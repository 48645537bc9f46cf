"""What the writer writes is what the reader reads, value for value."""

from datetime import UTC, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.loading.catalog import load_catalog
from reconciler.loading.writer import products_text
from reconciler.loading.yaml import parse
from reconciler.model.catalog import Product
from tests.loading.memory import a_repository

NASTY = [
    *[
        "0012",
        "yes",
        "no",
        "null",
        "~",
        "true",
        "1.50",
        "1e3",
        "0x1F",
        ".inf",
        "2024-01-01",
        "12:30:45",
        "-",
        "=",
        "<<",
    ],
    *[
        " x",
        "x ",
        "a: b",
        "#x",
        "a #b",
        "- a",
        "? a",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a",
        "'a",
        '"a',
        "[a",
        "{a",
        "|",
        "> x",
    ],
    *["a\r\nb", "a\tb", "\ta", " \tx\ny", "\n\tx\ny", "a\n\tb", "---", "--- a", "...", "a\n---\nb", "a\\b", "\\u0041"],
    *[
        "<p>a</p>\n<p>b</p>\n",
        "\n a",
        "  a\nb",
        "x\n ",
        "x\n\n",
        "\n",
        " ",
        "שלום",
        "\u200fאב",
        "😀",
        "e\u0301",
        "\u00a0x",
    ],
    *[
        "\u2028",
        "\x85",
        "\ufeff",
        "a\u200bb",
        "x" * 300,
        "x " * 200,
        "a:" * 60,
        "\x1b[0m",
        "\ue000",
        "\U0010ffff",
        "a,b",
    ],
]
TEXT = st.one_of(
    st.sampled_from(NASTY),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map("".join),
    st.lists(st.sampled_from(NASTY), min_size=2, max_size=3).map("\n".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
AMOUNT = st.decimals(0, 10**9, places=2) | st.integers(0, 10**9).map(Decimal)
FREE = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers(-(10**17), 10**17) | AMOUNT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


NAMES = st.from_regex(r"[\w-]{3,9}\.[\w-]{2,9}", fullmatch=True).filter(str.isascii)
METAFIELD = FREE | st.fixed_dictionaries({"type": st.sampled_from(["json", "list.number_integer"]), "value": FREE})
IMAGE = st.one_of(
    TEXT.filter(len).map(lambda text: {"file": text}),
    st.sampled_from(["https://a.b/c.png", "http://a.b/:#x", "https://a.b/" + "x" * 200]).map(lambda url: {"url": url}),
).flatmap(lambda image: st.sampled_from([image, {**image, "alt": None}, {**image, "alt": "a: b"}]))
STOCK = st.one_of(
    st.none(),
    st.integers(-(10**9), 10**9),
    st.fixed_dictionaries({"quantity": st.integers(0, 9), "intent": st.sampled_from(["set", "seed", None])}),
    st.fixed_dictionaries({"adjust": st.integers(-9, 9), "reference": st.sampled_from(["PO: 7 #x", "- 1", "0012"])}),
)
LOCATION = st.from_regex(r"[^/\x00-\x20]([^/\x00-\x1f]*[^/\x00-\x20])?", fullmatch=True).filter(
    lambda name: name == name.strip() and ": " not in name and len(name) <= 100
)


def a_product(**fields):
    return Product.model_validate({"key": "a", "name": "A", "variants": [{"price": "1"}], **fields})


def read(text):
    return Product.model_validate(parse("x.yaml", text.encode()))


@pytest.mark.parametrize("text", NASTY)
def test_text_of_every_kind_comes_back(text):
    product = a_product(description=text, tags=[text, text], attributes={text: {text: [text, [text]]}})
    assert product == read(products_text([product]))


@given(TEXT, st.dictionaries(TEXT, FREE, max_size=3), st.dictionaries(st.sampled_from(["", "EUR", "USD"]), AMOUNT))
def test_any_product_comes_back(text, attributes, prices):
    product = a_product(description=text, attributes=attributes, variants=[{"price": prices, "options": {text: text}}])
    back = read(products_text([product]))
    assert product == back
    assert product.model_dump(exclude_unset=True) == back.model_dump(exclude_unset=True)


@given(
    st.lists(IMAGE, max_size=4),
    st.dictionaries(LOCATION, STOCK, max_size=3),
    st.dictionaries(NAMES, METAFIELD, max_size=3),
    st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])),
)
def test_what_hangs_on_a_product_comes_back(images, stock, metafields, moment):
    product = a_product(
        images=images,
        metafields=metafields,
        categories=["a", "0012"],
        publish_at=moment,
        published=False,
        variants=[{"price": "1", "image": "no", "stock": stock, "metafields": metafields}],
    )
    back = read(products_text([product]))
    assert product == back
    assert product.model_dump(exclude_unset=True) == back.model_dump(exclude_unset=True)


def test_images_and_stock_are_written_as_short_as_they_can_be():
    product = a_product(
        images=["a.png", {"url": "https://a.b/c.png", "alt": "C"}, f"https://a.b/{'x' * 100}.png"],
        metafields={"custom.fit": {"type": "boolean", "value": True}},
        publish_at="2026-12-01T08:00:00Z",
        variants=[{"price": 1, "image": "a.png", "stock": {"berlin": 3, "x": {"quantity": 1, "intent": "seed"}}}],
    )
    assert f"""\
key: a
name: A
images:
  - a.png
  - url: https://a.b/c.png
    alt: C
  - https://a.b/{"x" * 100}.png
metafields:
  custom.fit:
    type: boolean
    value: true
publish_at: 2026-12-01T08:00:00+00:00
variants:
  - price: 1
    image: a.png
    stock:
      berlin: 3
      x:
        quantity: 1
        intent: seed
""" == products_text([product])


def test_what_is_left_out_stays_left_out_and_null_stays_null():
    back = read(products_text([a_product(brand=None)]))
    assert {"key", "name", "brand", "variants"} == back.model_fields_set


def test_digits_and_order_are_kept():
    product = a_product(options={"B": ["2", "1"], "A": ["x"]}, variants=[{"price": "36.50", "options": {"B": "2"}}])
    back = read(products_text([product]))
    assert "36.50" == str(back.variants[0].price[""])
    assert [("B", ("2", "1")), ("A", ("x",))] == list((back.options or {}).items())


def test_the_text_is_what_a_person_would_write():
    product = a_product(
        description="<p>Soft: and light.</p>\n<p>\u00a0Made of linen</p>",
        tags=["summer", "no", "0012", "it's"],
        channels=[],
        seo={"title": "Linen"},
        variants=[{"sku": "0012", "price": {"EUR": "49.00", "USD": 55}, "taxable": True, "barcode": None}],
    )
    assert """\
key: a
name: A
description: |-
  <p>Soft: and light.</p>
  <p>\u00a0Made of linen</p>
tags:
  - summer
  - no
  - "0012"
  - it's
channels: []
seo:
  title: Linen
variants:
  - sku: "0012"
    price:
      EUR: 49.00
      USD: 55
    barcode: null
    taxable: true
""" == products_text([product])


def test_several_products_make_a_list_that_loads():
    products = [a_product(), a_product(key="b")]
    catalog = load_catalog(a_repository(many=products_text(products)))
    assert products == [entry.product for entry in catalog.entries.values()]


@pytest.mark.parametrize("text", ["\ta\n0012", "\t\n a", " \ta\nb", "a\n\tb"])
def test_lines_that_begin_with_a_tab_come_back(text):
    product = a_product(images=[{"file": text}])
    assert product == read(products_text([product]))
