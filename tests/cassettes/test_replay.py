"""One whole plan, apply and second plan, replayed without a store.

Recorded from the embedded store: ``RECORD_CASSETTES=1 pytest tests/cassettes`` writes the cassette again.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

import pytest
import vcr
from vcr.cassette import Cassette
from vcr.request import Request

from reconciler.app.sessions.session import Session
from reconciler.app.stores.fleet import FleetResult
from reconciler.cli.embedded import EmbeddedStores
from reconciler.model.outcome import ApplyReport
from reconciler.model.plan import Plan, Scope
from reconciler.shopify.shop_notes import APPLIED, LEASE
from tests.contract.repository import Repository

CASSETTE = Path(__file__).parent / "recorded" / "plan-and-apply.yaml"
RECORDS = bool(os.environ.get("RECORD_CASSETTES"))
TOKEN = "shpat_0123456789abcdef0123456789abcdef"
NOBODY = "http://127.0.0.1:9/recorded"  # the discard port: whoever really sends there gets no answer

Result = TypeVar("Result")

SHIRT = {
    "key": "shirt",
    "name": "Shirt",
    "tags": ["summer", "linen"],
    "options": {"Size": ["S", "M"]},
    "variants": [
        {"sku": "S-S", "options": {"Size": "S"}, "price": "49.00", "weight": "250 g"},
        {"sku": "S-M", "options": {"Size": "M"}, "price": "49.00", "compare_at_price": "59.00"},
    ],
}
CUP = {"key": "cup", "name": "Cup ☕", "variants": [{"sku": "CUP", "price": "9.00"}]}


class _NoEmbeddedStores:
    def shop(self, name: str, currency: str, places: Mapping[str, Sequence[str]] | None = None) -> tuple[str, str]:
        raise AssertionError(f"no embedded store is needed here, but {name} was asked for")


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    if not RECORDS:
        monkeypatch.setenv("CASSETTE_TOKEN", TOKEN)
        yield NOBODY
        return
    with EmbeddedStores(tmp_path_factory.mktemp("recorded")) as stores:
        base_url, token = stores.shop("recorded", "EUR")
        monkeypatch.setenv("CASSETTE_TOKEN", token)
        yield base_url


@pytest.fixture
def cassette(url: str) -> Iterator[Cassette]:
    if RECORDS:
        CASSETTE.unlink(missing_ok=True)  # "all" would keep what is no longer asked
    recorder = vcr.VCR(
        record_mode="all" if RECORDS else "none",
        match_on=["method", "path", "body"],
        filter_headers=["X-Shopify-Access-Token", "User-Agent", "Host"],
        before_record_request=_without_this_run,
        before_record_response=_without_noise,
        decode_compressed_response=True,
    )
    with recorder.use_cassette(str(CASSETTE)) as cassette:
        yield cassette


def _without_this_run(request: Request) -> Request:
    """Return the request without what every run says anew: its name, its process and the time, in notes on the shop."""
    body = json.loads(request.body) if request.body else {}
    rows = [row for row in body.get("variables", {}).get("rows", []) if row.get("key") in {LEASE, APPLIED}]
    if not rows:
        return request
    for row in rows:
        row["value"] = ""
    kept = copy(request)
    kept.body = json.dumps(body).encode()
    return kept


def _without_noise(response: dict[str, Any]) -> dict[str, Any]:
    kept = {"content-type", "x-shopify-api-version"}
    response["headers"] = {name: value for name, value in response["headers"].items() if name.lower() in kept}
    return response


def test_a_plan_and_an_apply_replay_without_a_store(url: str, cassette: Cassette, tmp_path: Path) -> None:
    repository = Repository(tmp_path, "unused", EmbeddedStores(tmp_path))
    (tmp_path / "stores").mkdir()
    (tmp_path / "stores" / "shop.yaml").write_text(
        f"url: {url}\nchannel: web\ncurrency: EUR\ncredentials: {{token: {{env: CASSETTE_TOKEN}}}}\n"
    )
    repository.has([SHIRT, CUP])
    first = _plan(tmp_path)
    assert 6 == first.summary.create
    assert _apply(tmp_path, first).complete
    repository.has([{**SHIRT, "variants": [{**SHIRT["variants"][0], "price": "45.00"}, SHIRT["variants"][1]]}, CUP])  # type: ignore[index]
    second = _plan(tmp_path)
    assert [["price"]] == [[field.path for field in change.fields] for change in second.changes]
    report = _apply(tmp_path, second)
    assert (1, True) == (report.writes, report.complete)
    assert () == _plan(tmp_path).changes
    assert RECORDS or cassette.all_played


def test_no_cassette_holds_a_token() -> None:
    for file in CASSETTE.parent.glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        assert "shpat_" not in text
        assert "access-token" not in text.lower()


def _plan(root: Path) -> Plan:
    return _only(Session(root, [], _NoEmbeddedStores()).planned(Scope())).plan


def _apply(root: Path, plan: Plan) -> ApplyReport:
    return _only(Session(root, [], _NoEmbeddedStores()).applied([plan], []))


def _only(fleet: FleetResult[Result]) -> Result:
    for failure in fleet.failures:
        raise failure.error
    return fleet.results[0]
