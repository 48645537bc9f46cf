"""How many mutations and points the changes of each kind take. A number may fall; it must not rise unseen."""

from collections import Counter
from pathlib import Path
from string import Template
from typing import Any

import pytest

from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.directory import Directory
from reconciler.model.state import Live
from reconciler.planning.project import projected
from reconciler.shopify.steps import Compiler, GroupWrite, Known
from tests import case_files
from tests.planning import spelling

FILE = Path(__file__).parent / "figures.yaml"
FIGURES: dict[str, dict[str, Any]] = case_files.read(FILE)
PLACES = Directory(
    {
        "location": {"berlin": "L1"},
        "publication": {str(number): f"gid://shopify/Publication/{number}" for number in range(4)},
    }
)
IDS = {Address("product", str(number)): f"gid://shopify/Product/{number}" for number in range(4)}


def numbered(value: Any, root: int, change: int) -> Any:
    """Return the value with the numbers of a root and of a change in it."""
    match value:
        case dict():
            return {numbered(key, root, change): numbered(each, root, change) for key, each in value.items()}
        case list():
            return [numbered(each, root, change) for each in value]
        case str():
            return Template(value).substitute(n=root, m=change)
        case _:
            return value


def write(figure: dict[str, Any], root: int) -> GroupWrite:
    held: dict[str, Any] = {}
    changes: dict[str, Any] = {}
    for change in range(4):
        held |= numbered(figure["held"], root, change)
        each = numbered(figure["change"], root, change)
        changes[str(each)] = each
    live = Live(
        {at: KINDS[at.kind].resource.model_validate(each.get("fields", {})) for at, each in _by_address(held)},
        {at: each["id"] for at, each in _by_address(held)},
        frozenset(at for at, _ in _by_address(held)),
        handles={at: each["handles"] for at, each in _by_address(held) if "handles" in each},
    )
    made = tuple(map(spelling.change, changes.values()))
    return GroupWrite(
        Address.parse(numbered(figure["root"], root, 0)), made, live, projected(live, made, KINDS).resources
    )


def _by_address(held: dict[str, Any]) -> list[tuple[Address, Any]]:
    return [(Address.parse(text), each) for text, each in held.items()]


@pytest.mark.parametrize("kind", FIGURES)
def test_changes_of_25_roots_take_as_few_mutations_and_points_as_said(kind):
    figure = FIGURES[kind]
    writes = [write(figure, root) for root in range(25)]
    assert kind == writes[0].changes[0].address.kind
    sends = list(Compiler(KINDS, CODECS).forecast(writes, Known(IDS, PLACES, run="a-plan")))
    assert (figure["sends"], figure["points"]) == (
        Counter(mutation.root for mutation in sends),
        sum(mutation.cost_points for mutation in sends),
    )
    covered = {address for mutation in sends for address in mutation.covers}
    assert {change.address for each in writes for change in each.changes} <= covered


def test_every_kind_has_a_figure():
    assert {kind.name for kind in KINDS if not kind.standing} == set(FIGURES)
