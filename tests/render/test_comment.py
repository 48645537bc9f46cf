"""The comment of a pull request: exact text for a few, and what holds for any plan, however hostile its values."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from reconciler.model.plan import Observed, Plan
from reconciler.model.plan_text import parse_plan, plan_json, sealed
from reconciler.render.group import root_by_name
from reconciler.render.markdown import MARKER, comment
from reconciler.render.markdown_text import Sheet, code, text
from reconciler.render.printable import printable
from reconciler.render.review import Reviewed
from tests.render.plans import (
    a_creation,
    a_field,
    a_plan,
    a_shirt_in_sizes,
    an_address,
    an_update,
    side_effects,
    three_changes,
)
from tests.render.plans import three_thousand_changes as price_list
from tests.render.test_laws import PLANS
from tests.render.test_plan_golden import adoption_and_removals, causes, hostile, values

GFM = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MARKUP = st.text(st.sampled_from("\\`*_{}[]()#+-.!|<>&@:~\"'=$/ \n\tab1w漢"), max_size=30)
BAIT = [
    "<img src=x onerror=alert(1)>",
    "</details><script>alert(1)</script>",
    "[click](https://evil.example)",
    "![](https://evil.example/pixel.png)",
    "https://evil.example",
    "www.evil.example",
    "@octocat and #12 and GH-3 and someone@example.com",
    "| a | b |\n|---|---|",
    "# Heading",
    "- [ ] task",
    "1. one",
    "```\nfence",
    "`` ` ``",
    "*bold* _it_ ~~gone~~ $x^2$ :smile:",
    "<!-- hidden -->",
    "&lt;b&gt; &copy;",
]
HTML = {"html_block", "html_inline"}


def of(*plans: Plan) -> list[Reviewed]:
    return [Reviewed(parse_plan(plan_json(plan)), {}) for plan in plans]


def in_store(plan: Plan, name: str) -> Plan:
    return sealed(replace(plan, target=replace(plan.target, store=name, shop_id=f"gid://shopify/Shop/{name}")))


CASES = {
    "three-changes": lambda: of(three_changes()),
    "alike-in-two-stores": lambda: of(
        in_store(three_changes(), "eu"),
        in_store(three_changes(), "us"),
        in_store(a_plan(*three_changes().changes, an_update("variant/hat/H-1")), "ch"),
    ),
    "nothing": lambda: of(a_plan()),
    "limits": lambda: of(adoption_and_removals()),
    "causes": lambda: of(causes()),
    "values": lambda: of(values()),
    "hostile": lambda: of(hostile()),
    "side-effects": lambda: of(side_effects()),
    "create": lambda: of(a_plan(*a_shirt_in_sizes("linen-shirt", "S", "M"))),
}


@pytest.mark.parametrize("case", CASES)
def test_a_comment_reads_as_its_golden_file_says(case, golden):
    golden(f"comment-{case}", comment(CASES[case](), root_by_name))


def test_what_changes_alike_in_several_stores_is_told_once():
    stores = [in_store(three_changes(), name) for name in ("eu", "us", "ch")]
    assert 1 == comment(of(*stores), root_by_name).count("barcode")


def test_a_large_plan_keeps_its_room_and_counts_what_found_none():
    said = comment(of(price_list()), root_by_name, room=10_000)
    assert len(said) <= 10_000
    shown = said.count("\n- `")
    assert f"**{750 - shown} more** found no room here" in said


@pytest.mark.parametrize(("stores", "room"), [(8, 3_000), (120, 60_000)])
def test_the_digest_of_every_plan_is_told_however_little_room_there_is(stores, room):
    notes = tuple("a note that takes some room in every store" for _ in range(20))
    plans = [in_store(a_plan(*three_changes().changes, notes=notes), f"store-{n}") for n in range(stores)]
    said = comment(of(*plans), root_by_name, room)
    assert all(plan.digest in said for plan in plans)
    assert len(said) <= room


@given(st.lists(PLANS, min_size=1, max_size=3), st.integers(2_500, 60_000))
def test_a_comment_is_never_longer_than_its_room_and_begins_with_its_marker(plans, room):
    said = comment(of(*plans), root_by_name, room)
    assert len(said) <= room
    assert said.startswith(MARKER)


def tokens(markdown: str) -> list[tuple[str, str]]:
    found = []
    for token in GFM.parse(markdown):
        found += [(child.type, child.content) for child in token.children or ()] or [(token.type, token.content)]
    return found


@pytest.mark.parametrize("bait", BAIT)
def test_words_of_a_store_are_shown_as_they_are_and_mean_nothing(bait):
    shown = GFM.render(f"- **x** {text(bait)}, then")
    found = {kind for kind, _ in tokens(f"- **x** {text(bait)}, then")}
    assert set() == found & {*HTML, "link_open", "image", "code_inline"}
    assert "evil" not in shown or "href" not in shown


@given(MARKUP)
def test_escaped_text_is_one_line_that_reads_as_the_words(words):
    (paragraph,) = [token for token in GFM.parse(f"x {text(words)} x") if token.type == "inline"]
    assert {child.type for child in paragraph.children or ()} <= {"text", "text_special"}
    read = "".join(child.content for child in paragraph.children or ())
    assert ["x", *printable(words).split(), "x"] == read.split()


@given(MARKUP.filter(str.strip))
def test_code_reads_as_the_words(words):
    spans = [content for kind, content in tokens(f"x {code(words)} x") if kind == "code_inline"]
    one_line = printable(words)
    assert spans in ([one_line], [one_line.strip()]) or "|" in one_line


@given(st.sampled_from(BAIT))
def test_no_value_of_a_plan_becomes_markup_of_the_comment(bait):
    plan = a_plan(
        a_creation(f"product/{bait.replace('/', '')}", title=bait, status="ACTIVE"),
        an_update(f"variant/hat/{bait}", a_field("title", bait, f"{bait} new", file=bait)),
        observed=(Observed(an_address("variant/hat/H"), bait, bait, bait),),
        notes=(bait,),
    )
    said = comment(of(plan), root_by_name)
    links = [kind for kind, _ in tokens(said) if kind in {"link_open", "image"}]
    assert [] == links
    markup = {tag for kind, content in tokens(said) if kind in HTML for tag in re.findall("<[^>]*>", content)}
    assert markup <= {MARKER, "<br>", "<b>", "</b>", "<details>", "<summary>", "</summary>", "</details>"}


def test_a_difference_of_texts_is_a_fenced_block_that_no_line_of_it_ends():
    change = an_update("product/hat", a_field("description_html", "<p>\n````\nold", "<p>\n````\nnew"))
    lines = ("@@ -1,3 +1,3 @@", " <p>", " ````", "-old", "+new", *(f" {number}" for number in range(20)))
    reviewed = Reviewed(parse_plan(plan_json(a_plan(change))), {(change.address, "description_html"): lines})
    [fence] = [token for token in GFM.parse(comment([reviewed], root_by_name)) if token.type == "fence"]
    assert "diff" == fence.info
    shown = fence.content.splitlines()
    assert [*lines[:12], "@@ 13 more lines @@"] == shown


def test_a_sheet_refuses_what_does_not_fit_whole():
    sheet = Sheet(10)
    assert sheet.add("12345", "123")
    assert not sheet.add("1")
    assert "12345\n123\n" == sheet.written()


def test_a_fold_that_holds_nothing_is_not_opened():
    sheet = Sheet(30)
    assert 1 == sheet.fold("<details>", "</details>", [("x" * 40,)])
    assert "" == sheet.written()
