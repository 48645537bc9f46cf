"""Generated repositories: products of four variants, three images and six metafields, 2,300 bytes of YAML each."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VARIANTS = 4
METAFIELDS = ("material", "care", "origin", "fit", "season", "collection_year")
SIZES = ("S", "M", "L", "XL")
WORDS: tuple[str, ...] = (
    "linen",
    "shirt",
    "woven",
    "from",
    "long",
    "fibres",
    "washed",
    "once",
    "soft",
    "heavy",
    "light",
    "summer",
    "winter",
    "northern",
    "coast",
    "harbour",
    "buttons",
    "made",
    "of",
    "shell",
    "reinforced",
    "seams",
    "relaxed",
    "collar",
    "pocket",
    "inside",
    "hem",
    "straight",
    "sleeve",
    "cuff",
    "warm",
    "dry",
)
REPEATED = 25_000
"""After so many products their texts and prices begin anew, under further numbers."""
STORES = ("bench", "again")
STORE = """\
url: sandbox:{store}
channel: bench
currency: EUR
"""
DEFINITION = """\
product.custom.{name}:
  name: {title}
  type: single_line_text_field
"""
PRODUCT = """\
key: product-{number}
name: {name}
handle: product-{number}
description: >-
  <p>{description}</p>
brand: Brand {brand}
type: Type {type}
tags: [season-{season}, line-{line}, all]
status: active
seo:
  title: {name}, from Brand {brand}
  description: {sentence}
options:
  Size: [S, M, L, XL]
images:
{images}
metafields:
{metafields}
variants:
{variants}
"""
IMAGE = """\
  - url: https://cdn.example.com/catalog/product-{number}/view-{view}.jpg
    alt: {name}, view {view}
"""
VARIANT = """\
  - sku: SKU-{number:07d}-{size}
    options: {{Size: {size}}}
    price: {{EUR: {price}.90, USD: {price}.50}}
    compare_at_price: {{EUR: {before}.00, USD: {before}.50}}
    barcode: "{barcode}"
    weight: {weight} g
    taxable: true
    tracked: true
    requires_shipping: true
"""


@dataclass(frozen=True)
class Shape:
    """How large a catalog is, and how many products a file holds."""

    variants: int
    products_per_file: int = 1

    @property
    def products(self) -> int:
        return self.variants // VARIANTS


def product(number: int) -> str:
    """Return the YAML of one product; the same for the same number, always."""
    like = number % REPEATED
    words = random.Random(like)
    name = " ".join(words.choices(WORDS, k=3)).capitalize()
    texts = {key: " ".join(words.choices(WORDS, k=4)) for key in METAFIELDS}
    price = 10 + like % 90
    return PRODUCT.format(
        number=number,
        name=name,
        description=" ".join(words.choices(WORDS, k=45)),
        sentence=" ".join(words.choices(WORDS, k=10)),
        brand=like % 40,
        type=like % 15,
        season=like % 4,
        line=like % 9,
        images="".join(IMAGE.format(number=number, view=view, name=name) for view in range(1, 4)).rstrip("\n"),
        metafields="\n".join(f"  custom.{key}: {text}" for key, text in texts.items()),
        variants="".join(
            VARIANT.format(
                number=number,
                size=size,
                price=price,
                before=price + 20,
                barcode=4_000_000_000_000 + number * VARIANTS + place,
                weight=150 + like % 60,
            )
            for place, size in enumerate(SIZES)
        ).rstrip("\n"),
    )


def write_repository(root: Path, shape: Shape) -> None:
    """Write a repository of that shape into an empty folder."""
    for folder in ("catalog/products", "stores"):
        (root / folder).mkdir(parents=True)
    for store in STORES:
        (root / "stores" / f"{store}.yaml").write_text(STORE.format(store=store), encoding="utf-8")
    definitions = "".join(DEFINITION.format(name=name, title=name.capitalize()) for name in METAFIELDS)
    (root / "catalog" / "metafields.yaml").write_text(definitions, encoding="utf-8")
    for name, content in _files(shape):
        path = root / "catalog" / "products" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")


def _files(shape: Shape) -> Iterator[tuple[str, str]]:
    """Yield name and content of the files of products: a thousand files a folder."""
    if shape.products_per_file == 1:
        for number in range(shape.products):
            yield f"{number // 1000:04d}/product-{number}.yaml", product(number)
        return
    for first in range(0, shape.products, shape.products_per_file):
        numbers = range(first, min(first + shape.products_per_file, shape.products))
        members = ("  - " + product(number).rstrip("\n").replace("\n", "\n    ") for number in numbers)
        yield f"from-{first:07d}.yaml", "products:\n" + "\n".join(members) + "\n"
