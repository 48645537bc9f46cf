"""Documented examples that are valid in our version and ask for core roots get an answer of the documented shape."""

from collections.abc import Iterator

import pytest

from tests.conformance.documented import Example, examples, shape
from tests.sandbox.store import Server, ended, started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = started(tmp_path_factory.mktemp("documented"))
    yield running
    ended(running)


def test_every_example_is_answered_in_the_documented_shape(server, subtests):
    for example in examples():
        with subtests.test(example.name):
            _hold(server, example)


def _hold(server: Server, example: Example) -> None:
    if example.lacking:
        pytest.skip(f"the store does not have it: {example.lacking[0]}")
    difference = example.difference(server)
    if example.why_not:
        assert difference is not None, f"answered as documented after all; take its why_not away: {example.why_not}"
    else:
        assert difference is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"a": 1, "b": None}, {"a": "int", "b": None}),
        ({"a": [{"b": "x"}, {"b": None}]}, {"a": [{"b": "str"}]}),
        ({"a": []}, {"a": []}),
        ({"a": True, "b": 1.5}, {"a": "bool", "b": "float"}),
    ],
)
def test_a_shape_is_keys_types_and_what_is_null(value, expected):
    assert expected == shape(value)
