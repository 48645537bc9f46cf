"""The page of a plan, in a real browser: what can be found and opened, who can use it, and what must never run."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from reconciler.model.effect import OffSale
from reconciler.model.ledger import Bar, Ledger
from reconciler.model.limits import Acceptance
from reconciler.model.plan import Observed, Plan, Violation
from reconciler.model.plan_text import parse_plan, plan_json, sealed
from reconciler.render.group import root_by_name
from reconciler.render.html import page
from reconciler.render.html_values import clean, difference
from reconciler.render.review import Reviewed
from tests.render.plans import (
    a_creation,
    a_field,
    a_plan,
    a_removal,
    a_shirt_in_sizes,
    an_address,
    an_adoption,
    an_update,
    three_changes,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OWNED = "window.top.owned = true; window.owned = true; document.title = 'owned'"
ATTACKS = [
    f"<script>{OWNED}</script>",
    f"</script><script>{OWNED}</script>",
    f'<img src=x onerror="{OWNED}">',
    f'<svg onload="{OWNED}"></svg>',
    f'<a href="javascript:{OWNED}">x</a>',
    f'"><iframe srcdoc="<script>{OWNED}</script>"></iframe>',
    "<!--<script>",
    f"{{{{ ''.__class__ }}}} ${{{OWNED}}}",
    '<link rel=stylesheet href="https://evil.example/x.css"><img src="https://evil.example/pixel.png">',
]
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        reason = "no Chromium here; on Debian: apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


class Shown:
    """A page in a browser, with everything that it said or asked for."""

    def __init__(self, browser: Browser, file: Path, **context: Any) -> None:
        self.page: Page = browser.new_context(**context).new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", lambda dialog: self.said.append(dialog.message))
        self.page.goto(file.as_uri())

    def names(self) -> list[str]:
        return self.page.locator("#list .name").all_inner_texts()

    def choose(self, **filters: str) -> list[str]:
        for name, value in filters.items():
            if name == "search":
                self.page.fill("#search", value)
                self.page.wait_for_timeout(200)
            else:
                self.page.select_option(f"#{name}", value)
        return self.names()

    def open_everything(self) -> None:
        for head in self.page.locator("#list button.head").all():
            head.click()
        for button in self.page.get_by_role("button", name="Show how it looks").all():
            button.click()


@pytest.fixture
def shown(browser, tmp_path):
    pages: list[Shown] = []

    def show(*plans: Plan, **context: Any) -> Shown:
        file = tmp_path / f"plan-{len(pages)}.html"
        reviewed = [Reviewed(parse_plan(plan_json(plan)), {}) for plan in plans]
        file.write_text(page(reviewed, root_by_name, lambda source: PIXEL if source.startswith("images/") else None))
        pages.append(Shown(browser, file, **context))
        return pages[-1]

    yield show
    for each in pages:
        each.page.context.close()


def in_store(plan: Plan, name: str) -> Plan:
    return sealed(replace(plan, target=replace(plan.target, store=name)))


def a_day_in_the_shop() -> Plan:
    cost = Violation("below-cost", "1 would be below the cost", (an_address("variant/mug/M"),), "--accept below-cost")
    accepted = replace(
        cost, rule="price-move", acceptance=Acceptance(rule="price-move", reason="sale", until=date(2026, 12, 24))
    )
    ledger = Ledger(repriced=3, moves=(Bar(None, -50, 0), Bar(-10, 0, 3), Bar(0, 10, 1)), pieces_added=7)
    plan = a_plan(
        *three_changes().changes,
        *a_shirt_in_sizes("silk-shirt", "S", "M"),
        an_adoption("product/mug", a_field("title", "Mug (old)", "Mug", line=2)),
        an_update("stock/hat/H-1/berlin", a_field("available", 12, 20)),
        an_update("variant/hat/H-1", a_field(cause="both")),
        an_update("product/hat", a_field("description_html", "<p>Warm hat</p>", "<p>Warm <b>wool</b> hat</p>")),
        a_creation("image/hat/front", source="images/hat.jpg", alt="A hat"),
        a_removal("product/old", title="Old thing"),
        observed=(Observed(an_address("variant/hat/H-2"), "price", "47.00", "49.00"),),
        violations=(cost, accepted),
        notes=("a note",),
    )
    return sealed(replace(plan, ledger=ledger))


def test_a_page_asks_for_nothing_and_complains_about_nothing(shown):
    day = shown(a_day_in_the_shop())
    day.open_everything()
    assert [] == day.said
    assert [day.page.url] == [url for url in day.asked if not url.startswith(("data:", "about:"))]


def test_the_summary_tells_counts_limits_and_money(shown):
    text = shown(a_day_in_the_shop()).page.locator("article").inner_text()
    for expected in (
        "below-cost",
        "--accept below-cost",
        "accepted in git until 2026-12-24: sale",
        "How far prices move",
    ):
        assert expected in text


def test_changes_are_found_by_words_action_cause_kind_and_store(shown):
    day = shown(in_store(a_day_in_the_shop(), "eu"), in_store(a_plan(an_update("variant/cap/C-1")), "us"))
    assert ["Linen shirt, washed"] == day.choose(search="LINEN wash")
    assert ["Old thing"] == day.choose(search="", action="remove")
    assert ["hat"] == day.choose(action="", cause="both")
    assert ["cap"] == day.choose(cause="", store="us")
    assert "1 of 6 rows fits, 1 shown" == day.page.locator("#found").inner_text()
    assert ["hat"] == day.choose(store="", kind="image")
    assert [] == day.choose(search="nobody sells this")
    assert "0 of 6 rows fit, 0 shown" == day.page.locator("#found").inner_text()


def test_a_product_opens_to_what_changes_and_why(shown):
    day = shown(a_day_in_the_shop())
    day.choose(search="hat")
    day.page.locator("#list button.head").click()
    body = day.page.locator("#list .body")
    assert "conflict: git and store · catalog/products/linen-shirt.yaml:12" in body.inner_text()
    assert "wool" in "".join(body.locator(".value ins").all_inner_texts())
    assert "12 20 +8" in re.sub(r"\s+", " ", body.locator(".grid").inner_text())
    assert PIXEL == body.locator("img").get_attribute("src")
    assert "A hat" == body.locator("img").get_attribute("alt")


def test_a_new_product_says_its_price_and_what_it_has_before_it_is_opened(shown):
    day = shown(
        a_plan(
            *a_shirt_in_sizes("silk-shirt", "S", "M", "L"),
            *a_shirt_in_sizes("coat", "S", price="190.00"),
            a_creation("variant/coat/XL", option_values=[["Size", "XL"]], price="210.00"),
            a_creation("image/coat/front", source="images/coat.jpg"),
            a_creation("stock/coat/XL/berlin", available=12),
            a_removal("product/old", title="Old thing"),
            an_update("variant/hat/H-1", a_field("price", "10.00", "12.00")),
            an_update("variant/hat/H-2", a_field("price", "10.00", "12.00")),
        )
    )
    heads = day.page.locator("#list .head").all_inner_texts()
    assert "new · 49.00 EUR · 3 variants" in heads[0]
    assert "new · 190.00 to 210.00 EUR · 2 variants · 1 image · 12 pieces of stock" in heads[1]
    assert "price 10.00 → 12.00 EUR (+20.0 %)" in heads[3]
    day.page.locator("#list .head").first.click()
    assert ["S 49.00", "M 49.00", "L 49.00"] == [
        re.sub(r"\s+", " ", each) for each in day.page.locator("#list .grid tbody tr").all_inner_texts()
    ]


def test_a_row_says_what_shoppers_lose_and_a_card_what_it_counts(shown):
    day = shown(
        a_plan(
            a_removal("publication/mug/Online Store", published=True),
            an_update("variant/cap/C-1"),
            a_removal("variant/cap/C-2"),
            an_update("stock/hat/H-1/berlin", a_field("available", 4, 40)),
            effects=(OffSale(an_address("product/mug"), "publications", "ACTIVE"),),
        )
    )
    assert ["mug", "cap"] == day.choose(action="remove")
    mug, cap = day.page.locator("#list .head").all()
    assert "sold nowhere any more" == mug.locator(".loss").inner_text()
    assert "remove 1 publication: leaves Online Store" in mug.inner_text()
    assert "remove 1 variant" in cap.inner_text()
    assert 0 == cap.locator(".loss").count()
    counted = "counted: 2 variants, 1 publication, 1 stock level; in 3 rows of the list below"
    assert counted in day.page.locator("article").inner_text()
    day.choose(action="")
    assert "stock 4 → 40 (+36)" in day.page.locator("#list .head").last.inner_text()


def test_a_search_that_finds_nothing_can_be_cleared(shown):
    day = shown(three_changes())
    clear = day.page.get_by_role("button", name="Clear search and filters")
    assert not clear.is_visible()
    assert [] == day.choose(action="remove", search="nobody sells this")
    clear.click()
    assert ["Linen shirt, washed"] == day.names()
    assert ("search", False) == (day.page.evaluate("document.activeElement.id"), clear.is_visible())


def test_a_row_shows_whether_it_is_open(shown):
    head = shown(three_changes()).page.locator("#list .head").first
    arrow = "head => getComputedStyle(head, '::before').transform + getComputedStyle(head).backgroundColor"
    closed = head.evaluate(arrow)
    assert "none" not in closed
    head.click()
    assert closed != head.evaluate(arrow)


def test_bars_are_to_one_scale_for_all_stores(shown):
    def moving(store: str, *bars: Bar) -> Plan:
        plan = in_store(three_changes(), store)
        return sealed(replace(plan, ledger=Ledger(repriced=1, moves=bars)))

    more, few = Bar(-10, 0, 1000), Bar(0, 10, 250)
    page = shown(
        moving("eu", Bar(None, -50, 0), more, Bar(10, 25, 0), few), moving("us", Bar(-10, 0, 500), Bar(0, 10, 1))
    ).page
    widths = [
        each.bounding_box()["width"] / each.evaluate("bar => bar.parentElement.clientWidth - 12")
        for each in page.locator(".bar").all()
    ]
    assert [1.0, 0.25, 0.5, 0.001] == pytest.approx(widths, abs=0.01)
    labels = ["cut by 0 to 10 %", "raised by 10 to 25 %", "raised by 0 to 10 %"]
    assert labels == page.locator(".bars").first.locator("th").all_inner_texts()


def test_a_description_is_shown_as_it_looks_in_frames_that_may_do_nothing(shown):
    day = shown(a_day_in_the_shop())
    day.choose(search="hat")
    day.open_everything()
    frames = day.page.locator("iframe").all()
    assert ["", ""] == [frame.get_attribute("sandbox") for frame in frames]
    assert "Warm wool hat" == day.page.frame_locator("iframe").nth(1).locator("body").inner_text()
    new = shown(a_plan(a_creation("product/cap", title="Cap", description_html="<p>A <b>red</b> cap</p>")))
    new.open_everything()
    assert "A red cap" == new.page.frame_locator("iframe").locator("body").inner_text()


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_a_store_holds_is_ever_run_or_loaded(shown, attack):
    plan = a_plan(
        a_creation(
            f"product/{attack.replace('/', '')}", title=attack, status="ACTIVE", description_html=f"<p>{attack}</p>"
        ),
        an_update(
            "product/hat",
            a_field("title", attack, f"{attack} x"),
            a_field("description_html", f"<p>a b</p>{attack}", f"<p>a c</p>{attack}", cause="store"),
        ),
        a_creation(f"image/hat/{attack.replace('/', '')}", source=attack, alt=attack),
        observed=(Observed(an_address("variant/hat/H"), attack, attack, attack),),
        notes=(attack,),
        violations=(Violation(attack, attack, (), attack),),
    )
    attacked = shown(in_store(plan, attack))
    attacked.open_everything()
    attacked.page.wait_for_timeout(50)
    owned = [
        frame.evaluate("typeof window.owned") for frame in attacked.page.frames if frame is attacked.page.main_frame
    ]
    assert ["undefined"] == owned
    assert "owned" != attacked.page.title()
    assert [] == [url for url in attacked.asked if not url.startswith(("file:", "data:", "about:"))]
    assert [] == [said for said in attacked.said if "Content Security Policy" not in said]
    assert 2 == len(attacked.names())


def test_it_can_be_used_by_keyboard_alone(shown):
    keys = shown(a_day_in_the_shop()).page
    keys.keyboard.press("Tab")
    assert "Skip to the changes" == keys.evaluate("document.activeElement.textContent")
    keys.keyboard.press("Enter")
    for _ in range(20):
        keys.keyboard.press("Tab")
        if keys.evaluate("document.activeElement.className") == "head":
            break
    keys.keyboard.press("Enter")
    assert "true" == keys.evaluate("document.activeElement.getAttribute('aria-expanded')")
    keys.keyboard.press("Space")
    assert "false" == keys.evaluate("document.activeElement.getAttribute('aria-expanded')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_an_accessibility_check_finds_nothing(shown, scheme, width):
    day = shown(a_day_in_the_shop(), color_scheme=scheme, viewport={"width": width, "height": 800})
    day.open_everything()
    results = Axe().run(day.page)
    assert [] == [
        (found["id"], [node["html"] for node in found["nodes"]][:3]) for found in results.response["violations"]
    ]


def test_it_is_dark_where_the_reader_wants_it(shown):
    colours = {
        scheme: shown(a_plan(), color_scheme=scheme).page.evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert {"light": "rgb(246, 246, 244)", "dark": "rgb(22, 24, 27)"} == colours


def test_a_phone_needs_no_scrolling_sideways(shown):
    phone = shown(a_day_in_the_shop(), viewport={"width": 360, "height": 700})
    phone.open_everything()
    assert 360 == phone.page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize(("width", "is_below"), [(390, True), (1280, False)])
def test_names_are_never_broken_and_an_origin_finds_its_place(shown, width, is_below):
    text = "<p>Folded from rye straw. Back in November, as every year, and never before that.</p>"
    plan = a_plan(
        a_creation("product/star", title="Straw Star", description_html=text),
        observed=(Observed(an_address("stock/linen-shirt/FF-LS-XS-NAT/bergen"), "available", None, 3),),
    )
    day = shown(plan, viewport={"width": width, "height": 800})
    day.open_everything()
    lines = "each => [...each.childNodes].map(text => { const range = document.createRange();"
    lines += " range.selectNodeContents(text); return range.getClientRects().length; })[0]"
    cells = day.page.locator(".told [scope=row], .told .origin").all() + day.page.locator(".told tbody td").all()[-5:]
    assert {1} == {cell.evaluate(lines) for cell in cells if cell.inner_text()}
    value, origin = (day.page.locator(f"#list .told td.{name}").nth(1).bounding_box() for name in ("value", "origin"))
    assert is_below is (value["y"] + value["height"] <= origin["y"])


def test_five_thousand_changes_are_built_a_hundred_at_a_time(shown):
    changes = [an_update(f"variant/shirt-{number:04}/S", a_field(cause="git")) for number in range(5000)]
    large = shown(a_plan(*changes))
    assert 100 == len(large.names())
    assert 100 == large.page.locator("#list *[class=mark\\ update]").count()
    large.page.get_by_role("button", name="Show 100 more").click()
    assert 200 == len(large.names())
    assert "head" == large.page.evaluate("document.activeElement.className")
    assert ["shirt-4711"] == large.choose(search="shirt-4711")


def test_a_plan_without_changes_says_so(shown):
    assert "0 rows in all, 0 shown" == shown(a_plan()).page.locator("#found").inner_text()


@pytest.mark.parametrize("attack", ATTACKS)
def test_cleaned_html_has_neither_scripts_nor_addresses(attack):
    cleaned = clean(f"<p>a</p>{attack}<b style='x' onclick='y'>c</b>")
    assert not re.search(r"<(script|img|svg|iframe|link|style)|on\w+=|href|src=|style=", cleaned.replace("&lt;", ""))
    assert "<b>c</b>" in cleaned or "script" in attack


def test_a_word_that_changes_in_a_long_text_is_all_that_is_marked():
    before = "<p>Woven in a small mill.</p>\n" * 500
    found = difference("description_html", before, before.replace("small", "big", 1), "EUR")
    assert [("gone", "small"), ("come", "big")] == [piece for piece in found.words if piece[0] != "same"]
    assert sum(len(text) for _, text in found.words) < 1_000


@pytest.mark.parametrize(
    ("before", "after"), [("<p>Warm</p>", "<p>Warmer</p>"), ("<p>Caf\u00e9</p>", "<p>Cafe\u0301</p>")]
)
def test_a_description_of_one_word_is_shown_as_it_looks_too(before, after):
    assert (before, after) == difference("description_html", before, after, "EUR").looks


def test_texts_that_look_alike_are_told_apart():
    found = difference("title", "Caf\u00e9 hat", "Cafe\u0301 hat", "EUR")
    assert ("Caf\\xe9 hat", "Cafe\\u0301 hat") == (found.before, found.after)
