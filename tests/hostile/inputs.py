"""Files as somebody hostile, or tired, would write them: good ones with a few things put in, taken out or swapped."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import yaml
from hypothesis import strategies as st

PRODUCT = """key: shirt
name: Shirt
description: {markdown: "*Linen*, washed"}
tags: [summer, linen]
channels: [web]
published: true
publish_at: 2026-12-01T08:00:00Z
seo: {title: Shirt, description: A shirt}
metafields: {custom.material: Linen, custom.size: {type: dimension, value: {value: 3, unit: cm}}}
attributes: {care: [cold, gentle], weight: 2}
images: [{url: "https://example.com/a.jpg", alt: A}, images/b.png]
options: {Size: [S, M], Color: [Red]}
variants:
  - sku: S-S
    options: {Size: S, Color: Red}
    price: 49.00
    compare_at_price: {EUR: 59}
    cost: 12.5
    barcode: "4006381333931"
    weight: 200 g
    tracked: true
    stock: {north: 3, south: {quantity: 2, intent: seed}}
    image: images/b.png
  - {sku: S-M, options: {Size: M, Color: Red}, price: {EUR: 49, USD: 55}, taxable: false,
     stock: {north: {adjust: -2, reference: R1}}}
"""
COLLECTION = """key: picks
name: Picks
image: {file: images/b.png, alt: B}
sort: best-selling
seo: {title: P}
conditions: {match: all, rules: [{field: tag, values: [summer]}, {field: price, relation: below, values: [150]}]}
"""
STORE = """url: sandbox:eu
api_version: 2026-10
channel: web
currency: EUR
mapping: eu
locations: {north: North, south: {name: South, intent: observe}, west: West}
stock: set
publications: [Online Store]
ownership: {product.tags: merge, variant.price: seed, image: merge}
on_remove: archive
limits: {removed: {product: {share: 0.1, floor: 5}}}
credentials: {token: {env: A_TOKEN}}
"""
MAPPING = """product:
  title: "{{ product.name | upper }}"
  tags: {union: ["{{ product.tags }}", [git]]}
  metafields:
    custom.care: {type: list.single_line_text_field, from: "{{ product.attributes.care }}"}
variant:
  price: {price: {from: "{{ variant.price }}", multiply: 1.1, add: 0.5, end_with: 0.95}}
publication:
  published: "{{ 'wholesale' not in product.tags | default([]) }}"
"""
GOOD: dict[str, str] = {
    "catalog/products/shirt.yaml": PRODUCT,
    "catalog/collections/picks.yaml": COLLECTION,
    "catalog/stock/erp.csv": "sku,location,quantity,intent\nS-S,west,4,set\nS-M,west,5,\n",
    "catalog/stock/more.yaml": "- {sku: S-M, location: north, adjust: 3, reference: D2}\n",
    "catalog/metafields.yaml": "product.custom.material: {name: Material, type: single_line_text_field}\n"
    "product.custom.size: {name: Size, type: dimension}\n",
    "catalog/redirects.yaml": "/old: {target: /new}\n/gone: {target: null, channels: [web]}\n",
    "stores/eu.yaml": STORE,
    "mappings/eu.yaml": MAPPING,
}
EXPORT = """Handle,Title,Body (HTML),Vendor,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty\
,Variant Price,Image Src,Image Position,Status
shirt,Shirt,<p>Linen</p>,Us,"a, b",true,Size,S,S-S,3,49.00,https://example.com/a.jpg,1,active
shirt,,,,,,,M,S-M,4,49.00,https://example.com/b.jpg,2,
cup,Cup,,Us,,false,Title,Default Title,CUP,,9,,,draft
"""
DUMP = json.dumps(
    {
        "products": [
            {
                "id": 1,
                "handle": "shirt",
                "title": "Shirt",
                "body_html": "<p>x</p>",
                "tags": "a, b",
                "options": [{"name": "Size", "position": 1, "values": ["S"]}],
                "variants": [
                    {"id": 2, "sku": "S", "price": "49.00", "option1": "S", "grams": 200, "inventory_quantity": 3}
                ],
                "images": [{"id": 3, "src": "https://example.com/a.jpg", "alt": None, "variant_ids": [2]}],
            }
        ]
    },
    indent=1,
)

ODD_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    -(10**400),
    2**63,
    1e308,
    float("inf"),
    float("nan"),
    "",
    " ",
    "\n",
    "\x00",
    "\x1b[2J",
    "\ud800",
    "\u202e",
    "'",
    '"',
    "{{",
    "{{ x }}",
    "{% raw %}",
    "${HOME}",
    "../../etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "http://[",
    "javascript:alert(1)",
    "gid://shopify/Product/1",
    "2026-13-45",
    "tomorrow",
    "1e999",
    "0x10",
    "٣",
    "a" * 5000,
    "=cmd()",
    [],
    [[]],
    [None],
    {},
    {"": ""},
    {"a": {"b": {"c": []}}},
    ["a", "a"],
    [1, "1"],
    {"1": 1},
    {"quantity": None},
    {"value": "x"},
    {"from": []},
]
ODD_TEXTS = [
    "",
    "\n",
    "\t",
    "\r",
    "\x00",
    "\x85",
    "\u2028",
    "\ufeff",
    "\x1b[31m",
    ":",
    ": ",
    "- ",
    "-",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    '"',
    "'",
    "#",
    "&a ",
    "*a",
    "!!python/object/apply:os.system ",
    "!!binary ",
    "<<: ",
    "---\n",
    "...\n",
    "%YAML 9.9\n",
    "|",
    ">",
    "~",
    "null",
    "yes",
    "0o17",
    "1_000",
    "12:30:45",
    ".nan",
    "1e5",
    "99999999999999999999999999",
    "{{ ",
    " }}",
    "{% for a in b %}",
    "{{ ''.__class__ }}",
    "| upper",
    "é",
    "\ud7ff",
    "\U0001d54f",
    "key: x\n",
    "  " * 40,
    "[" * 60,
    "{a: " * 60,
    "a" * 3000,
    ";",
    '""',
    '"\n"',
    "<script>",
    "=1+1",
]
Path = tuple[str | int, ...]


@st.composite
def edited(draw: Callable[..., Any], text: str) -> str:
    """Draw the text with one to four edits of characters."""
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 0, 1, 2, 7, 40]))
        put = draw(st.sampled_from(ODD_TEXTS) | st.just(text[start : start + 30] * 2) | st.text(max_size=5))
        text = text[:start] + put + text[start + length :]
    return text


@st.composite
def rebuilt(draw: Callable[..., Any], content: Any) -> Any:
    """Draw the content with one to three of its members replaced, taken out, doubled or swapped with others."""
    for _ in range(draw(st.integers(1, 3))):
        places = list(paths(content))
        at = draw(st.sampled_from(places))
        other = draw(st.sampled_from(places))
        put = draw(st.sampled_from([_GONE, *ODD_VALUES, member(content, other)]))
        content = replaced(content, at, put)
    return content


_GONE = object()


def paths(content: Any, above: Path = ()) -> Iterator[Path]:
    """Yield the way to every member, the whole first."""
    yield above
    if isinstance(content, dict | list):
        for key, each in content.items() if isinstance(content, dict) else enumerate(content):
            yield from paths(each, (*above, key))


def member(content: Any, at: Path) -> Any:
    """Return what stands at a place."""
    for step in at:
        content = content[step]
    return content


def replaced(content: Any, at: Path, put: Any) -> Any:
    """Return a copy with something else at a place, or nothing."""
    if not at:
        return None if put is _GONE else put
    step, rest = at[0], at[1:]
    if isinstance(content, dict):
        return {
            key: replaced(each, rest, put) if key == step else each
            for key, each in content.items()
            if rest or key != step or put is not _GONE
        }
    return [
        replaced(each, rest, put) if place == step else each
        for place, each in enumerate(content)
        if rest or place != step or put is not _GONE
    ]


def as_yaml(content: Any) -> str:
    """Return the text of what was rebuilt, odd values and all."""
    return yaml.safe_dump(content, allow_unicode=True, width=200)


def hostile_yaml(text: str) -> st.SearchStrategy[str]:
    """Draw a YAML file that differs from a good one by characters, or by what it says."""
    return edited(text) | rebuilt(yaml.safe_load(text)).map(as_yaml)


def hostile_json(text: str) -> st.SearchStrategy[str]:
    """Draw a JSON file likewise."""
    return edited(text) | rebuilt(json.loads(text)).map(json.dumps)
