"""Drift as text and as Markdown: what a reader sees, and what hostile values cannot do."""

import re

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.model.address import Address
from reconciler.model.adoption import Adopted, Adoption, AlsoChanged, NotAdopted
from reconciler.model.drift import Drift, Drifted, DriftedField, Moved, Watched
from reconciler.model.origin import Origin, Place
from reconciler.model.plan import Inputs, Scope, Target
from reconciler.render.adoption import adoption_text
from reconciler.render.drift import drift_text
from reconciler.render.drift_markdown import code, drift_markdown
from reconciler.render.style import Style

SHIRT = Address("product", "linen-shirt")
PLACE = Origin(Place("catalog/products/linen-shirt.yaml", 3, 7))
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "https://evil.example www.evil.example",
    "@everyone #1 owner/repo#2",
    "`code` ``more``",
    "`",
    "a\n\n# Heading\n* item\n---",
    "\x1b[31mred\x1b[0m \x07",
    "\u202egnp.exe\u200b",
    "|a|b|\n|-|-|",
    "&lt;b&gt; \\* </code></details>",
    " ",
    "",
]


def a_drift(store: str = "Blouse", *, base: str | None = "b" * 40, **changes: object) -> Drift:
    field = DriftedField("title", "Linen Shirt", store, "store" if base else None, PLACE)
    adopt = "reconciler drift eu --adopt product/linen-shirt --field title"
    silence = "ownership: {product.title: observe}"
    items = (
        Drifted(SHIRT, "edited", (field,), adopt, None, silence, silence),
        Drifted(Address("image", f"linen-shirt/{store or 'x'}"), "added", (), None, "apply takes it off", None),
    )
    settings: dict[str, object] = {
        "target": Target("eu", "gid://shopify/Shop/1", "2026-10", "EUR"),
        "file": "stores/eu.yaml",
        "inputs": Inputs("d", "a" * 40, base_commit=base),
        "scope": Scope(),
        "complete": True,
        "errored": False,
        "items": items,
        "sold": (Moved(Address("stock", "linen-shirt/LS-M/oslo"), 12, 9),),
        "watched": (Watched(SHIRT, "vendor", "Fjord", store),),
        "pending": 2,
        "notes": (f"{store} is in the store twice",),
        **changes,
    }
    return Drift(**settings)  # type: ignore[arg-type]


def test_what_is_gone_along_is_counted() -> None:
    below = tuple(Address("variant", f"linen-shirt/{each}") for each in ("LS-M", "LS-L"))
    gone = Drifted(SHIRT, "removed", (), along=(*below, Address("image", "linen-shirt/front")))
    said = "product/linen-shirt  missing in the store, with 2 variants, 1 image"
    assert said in drift_text(a_drift(items=(gone,), base=None), Style()).splitlines()


def test_the_text_says_both_values_the_line_and_the_cures() -> None:
    assert """\
Drift: store eu holds 2 things that git did not ask for
  shop 1, EUR, API 2026-10, commit aaaaaaaaaaaa, last applied bbbbbbbbbbbb

product/linen-shirt  edited in the store
  title  git "Linen Shirt", store "Blouse"                         catalog/products/linen-shirt.yaml:3:7
  adopt    reconciler drift eu --adopt product/linen-shirt --field title
  silence  ownership: {product.title: observe}   in stores/eu.yaml, for every product of the store
  narrower ownership: {product.title: observe}   in the file of linen-shirt, for every store

image/linen-shirt/Blouse  only in the store
  or else  apply takes it off

Moved by customers, which is no drift
  stock/linen-shirt/LS-M/oslo  git 12, store 9

Watched only, which is no drift
  product/linen-shirt vendor  git "Fjord", store "Blouse"

Notes
  Blouse is in the store twice

2 changes of git not in the store yet; see `reconciler plan eu`
""" == drift_text(a_drift(), Style(width=104))


def test_markdown_fits_a_phone_and_needs_no_table() -> None:
    text = drift_markdown([a_drift()])
    assert (
        """\
## Drift: store eu holds 2 things that git did not ask for

commit `aaaaaaaaaaaa`, last applied `bbbbbbbbbbbb`

### `product/linen-shirt`

*edited in the store*

* `title` · `catalog/products/linen-shirt.yaml:3:7`
  * git `"Linen Shirt"`
  * store `"Blouse"`
* adopt: `reconciler drift eu --adopt product/linen-shirt --field title`
* silence: `ownership: {product.title: observe}   in stores/eu.yaml, for every product of the store`
* narrower: `ownership: {product.title: observe}   in the file of linen-shirt, for every store`
"""
        in text
    )
    assert text.endswith("2 changes of git not in the store yet; see `reconciler plan eu`\n\n")
    assert "|" not in text


def test_without_a_base_both_say_so_loudly() -> None:
    drift = a_drift(base=None)
    assert "UNKNOWN: no base is known" in drift_text(drift, Style())
    assert "**Unknown: no base is known" in drift_markdown([drift])
    assert "edited in the store" not in drift_text(drift, Style())


def test_nothing_drifted_is_said_with_what_was_looked_at() -> None:
    calm = a_drift(items=(), sold=(), watched=(), notes=(), pending=0)
    assert "No drift: store eu holds nothing" in drift_text(calm, Style())
    scoped = a_drift(items=(), complete=False, scope=Scope(only=("product/a",)))
    assert "No drift in what was looked at" in drift_text(scoped, Style())
    unread = a_drift(items=(), complete=False, errored=True)
    assert "could not be read in full" in drift_text(unread, Style())
    assert "**Incomplete" in drift_markdown([unread])


def test_many_things_are_cut_with_their_number() -> None:
    many = a_drift(items=a_drift().items * 40)
    assert "… 30 more" in drift_text(many, Style())
    assert "… 30 more" in drift_markdown([many])
    assert "more" not in drift_text(many, Style(), limit=None)


def rendered(text: str) -> str:
    """As a reader's page shows it: CommonMark with HTML and links of bare addresses, which is the worst case."""
    return str(MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").render(text))


def is_harmless(value: str) -> bool:
    html = rendered(drift_markdown([a_drift(value)]))
    outside = re.sub(r"<code>[^<]*</code>", "", html)
    tags = set(re.findall(r"<[^>]*>", outside))
    allowed = {f"<{slash}{tag}>" for tag in ("h2", "h3", "p", "em", "strong", "ul", "li") for slash in ("", "/")}
    return tags <= allowed and not re.search(r"evil|alert|@|https?:", outside)


def test_no_hostile_value_leaves_its_code_span() -> None:
    assert [] == [value for value in HOSTILE if not is_harmless(value)]


def test_no_hostile_value_reaches_a_terminal_as_it_is() -> None:
    for value in HOSTILE:
        text = drift_text(a_drift(value), Style()) + drift_markdown([a_drift(value)])
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]", text)


@given(st.text(max_size=60) | st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join))
def test_no_text_leaves_its_code_span(value: str) -> None:
    html = rendered(code(value))
    assert re.fullmatch(r"<p><code>[^<]*</code></p>\n", html), html


def test_an_adoption_says_what_changed_where_and_what_else() -> None:
    variant = Address("variant", "linen-shirt/LS-M")
    because = "the same line also makes seo_title of product/linen-shirt"
    adoption = Adoption(
        store="eu",
        currency="EUR",
        written=("catalog/products/linen-shirt.yaml", "stores/eu.yaml"),
        adopted=(
            Adopted(variant, "price", "49.00", "47.00", "catalog", ("catalog/products/linen-shirt.yaml",)),
            Adopted(SHIRT, "title", "Linen Shirt", "Blouse", "override", ("stores/eu.yaml",), because),
        ),
        refused=(
            NotAdopted(Address("product", "cup"), None, "no line of the catalog makes it", "apply makes it again"),
        ),
        elsewhere=(AlsoChanged("us", variant, "price", "49.00", "47.00", "USD"),),
    )
    assert f"""\
Adopted 2 changes of store eu in catalog/products/linen-shirt.yaml, stores/eu.yaml
  variant/linen-shirt/LS-M price  49.00 EUR → 47.00 EUR              catalog/products/linen-shirt.yaml
  product/linen-shirt title  "Linen Shirt" → "Blouse"                                   stores/eu.yaml
    as an override, because {because}
  product/cup  not adopted: no line of the catalog makes it
    instead: apply makes it again

The same lines ask other stores for something else now, too: us
  us: variant/linen-shirt/LS-M price  49.00 USD → 47.00 USD

Look at it with `git diff`, and commit it; `reconciler plan eu` has nothing left to say about what was adopted.
""" == adoption_text(adoption, Style(width=102))
    nothing = Adoption(store="eu", currency="EUR", written=(), adopted=())
    assert adoption_text(nothing, Style()).startswith("Nothing to adopt: store eu")


def test_lists_that_share_a_line_show_where_each_ends():
    tags = DriftedField("tags", ["linen", "summer"], ["linen", "staff-pick", "summer"], "store", None)
    emptied = DriftedField("options", ["a"], [], "store", None)
    drift = a_drift(items=(Drifted(SHIRT, "edited", (tags, emptied), None, None, None, None),))
    lines = [line.strip() for line in drift_text(drift, Style()).splitlines()]
    assert "tags  git [linen, summer], store [linen, staff-pick, summer]" in lines
    assert "options  git [a], store none" in lines
