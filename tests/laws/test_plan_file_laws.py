"""What holds for every plan file: same bytes there and back, and a seal that any edit breaks."""

import hashlib
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from reconciler.app.review.planfile import read_plan, write_plan
from reconciler.model.address import Address
from reconciler.model.errors import PlanRefused
from reconciler.model.limits import Limits
from reconciler.model.plan import Header, Inputs, Observed, Plan, Scope, Target
from reconciler.model.plan_text import parse_plan, plan_digest, plan_json, plan_of_lines, sealed
from reconciler.model.state import Desired, Live
from reconciler.planning.forecast import Request
from reconciler.planning.group import plan_group
from reconciler.planning.planner import Circumstances, assembled
from reconciler.planning.scope import Policy
from tests.laws.toys import SCOPED_POLICIES, TOYS, desires, lives

CIRCUMSTANCES = Circumstances(
    engine="reconciler 0",
    target=Target("eu", "gid://shopify/Shop/1", "2026-10", "EUR"),
    inputs=Inputs("0" * 64, "abc", dirty=True),
    scope=Scope(only=("shelf/*",)),
    limits=Limits(removed={}),
    header=Header("2026-10-01T00:00:00Z", "here"),
)


def the_plan(desired, live, policy, circumstances=CIRCUMSTANCES) -> Plan:
    return assembled(
        [plan_group(desired, live, kinds=TOYS, policy=policy)],
        circumstances,
        kinds=TOYS,
        managed={"shelf": 2},
        requests=[Request(10)],
        unread={"note": "no scope"},
        notes=("a note",),
    )


PLANS = st.builds(the_plan, desires(), lives(), SCOPED_POLICIES)


@given(PLANS)
def test_a_plan_survives_json_byte_for_byte_and_keeps_its_digest(plan):
    again = parse_plan(plan_json(plan))
    assert plan == again
    assert plan_json(plan) == plan_json(again)
    assert plan.digest == plan_digest(again)


@given(PLANS, st.booleans())
def test_a_plan_is_spelled_and_read_in_pieces_as_it_is_as_a_whole(plan, misleads):
    if misleads:
        odd = Observed(Address("shelf", "a"), "name", store={"changes": []}, git='"changes": []')
        plan = sealed(replace(plan, observed=(*plan.observed, odd), notes=('  "changes": [\n', "    },")))
    whole = TypeAdapter(Plan)
    assert plan_json(plan) == whole.dump_json(plan, indent=2) + b"\n"
    unsealed = replace(plan, header=None, digest="")
    assert plan_digest(plan) == hashlib.sha256(whole.dump_json(unsealed)).hexdigest()
    assert plan_of_lines(plan_json(plan).splitlines(keepends=True)) == plan


@given(desires(), lives(), SCOPED_POLICIES, st.randoms(use_true_random=False))
def test_the_same_world_in_another_order_makes_the_same_bytes(desired, live, policy, chance):
    one = plan_json(the_plan(desired, live, policy))
    resources, held = list(desired.resources.items()), list(live.resources.items())
    chance.shuffle(resources)
    chance.shuffle(held)
    again = replace(live, resources=dict(held))
    assert one == plan_json(the_plan(Desired(dict(resources)), again, policy))


@given(PLANS)
def test_a_header_is_no_part_of_the_digest(plan):
    other = Header("2030-01-01T00:00:00Z", "elsewhere")
    spelled = {
        **json.loads(plan_json(plan)),
        "header": {"created_at": other.created_at, "host": other.host, "journal": None, "lease": None},
    }
    again = parse_plan(json.dumps(spelled).encode())
    assert other == again.header
    assert plan.digest == plan_digest(again)


def edits(value: Any) -> Iterator[Any]:
    """Yield copies of a JSON value, each with one edit."""
    match value:
        case dict():
            yield {**value, "note to self": "x"}
            for key, member in value.items():
                yield {other: each for other, each in value.items() if other != key}
                yield from ({**value, key: edited} for edited in edits(member))
        case list():
            yield [*value, value[-1] if value else "x"]
            if len(value) > 1:
                yield value[1:]
                yield value[::-1]
            for place, member in enumerate(value):
                yield from ([*value[:place], edited, *value[place + 1 :]] for edited in edits(member))
        case bool():
            yield not value
            yield int(value)
        case int():
            yield value + 1
            yield str(value)
        case str():
            yield f"{value}x"
            yield None
        case _:
            yield "x"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return tmp_path_factory.mktemp("plans") / "eu.json"


@given(PLANS, st.integers())
def test_any_edit_of_the_file_is_refused(file, plan, seed):
    write_plan(plan, file)
    assert plan == read_plan(file)
    spelled = json.loads(file.read_bytes())
    del spelled["header"]
    different = [edited for edited in edits(spelled) if json.dumps(edited) != json.dumps(spelled)]
    chosen = random.Random(seed).choice(different)
    file.write_text(json.dumps({**chosen, "header": None}), encoding="utf-8")
    with pytest.raises(PlanRefused):
        read_plan(file)


def test_spaces_and_line_ends_are_no_edit(file):
    plan = the_plan(Desired({}), Live(), Policy())
    file.write_bytes(json.dumps(json.loads(plan_json(plan))).encode())
    assert plan == read_plan(file)
