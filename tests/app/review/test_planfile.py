"""Plan files are read as they were written, or not at all."""

import json
import os
import tracemalloc
from dataclasses import replace

import pytest

from reconciler.app.review.planfile import read_plan, write_plan
from reconciler.model.errors import PlanRefused
from reconciler.model.plan import Header
from tests.render.plans import a_creation, a_plan


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "eu.json"
    write_plan(a_plan(), path)
    return path


def test_what_was_written_is_read(file):
    assert a_plan() == read_plan(file)


def test_a_name_that_is_there_twice_is_refused_although_the_last_counts(file):
    text = file.read_text()
    file.write_text(text.replace('"engine":', '"engine": "9",\n  "engine":', 1))
    with pytest.raises(PlanRefused, match="changed after it was written"):
        read_plan(file)


@pytest.mark.parametrize("moment", ["", "yesterday", "2026-11-29", "2026-11-28T06:15:00"])
def test_a_plan_that_does_not_say_when_it_was_made_is_refused(file, moment):
    write_plan(replace(a_plan(), header=Header(moment, "ci-7")), file)
    with pytest.raises(PlanRefused, match=r"header\.created_at is .*, expected a time with its zone, such as 2026"):
        read_plan(file)


def test_a_file_that_is_larger_than_any_plan_is_not_read(file):
    os.truncate(file, 1 << 33)  # a hole: nothing is written
    with pytest.raises(PlanRefused, match="larger than any plan"):
        read_plan(file)


def test_a_large_plan_that_is_spelled_otherwise_is_not_held_as_a_whole(file, monkeypatch):
    monkeypatch.setattr("reconciler.app.review.planfile._LARGEST_RESPELLED_BYTES", 100)
    assert a_plan() == read_plan(file)
    file.write_text(json.dumps(json.loads(file.read_text())))
    with pytest.raises(PlanRefused, match="not byte for byte"):
        read_plan(file)


def test_a_large_plan_is_neither_written_nor_read_as_a_whole(tmp_path):
    plan, file = a_plan(*map(many_fields, range(2_000))), tmp_path / "eu.json"
    write_plan(plan, file)
    size = file.stat().st_size
    read_plan(file)  # what is made once is made
    assert peak_of(lambda: write_plan(plan, file)) < size / 10
    assert peak_of(lambda: read_plan(file)) < size


def many_fields(number):
    return a_creation(f"product/p{number}", **{f"field_{each}": f"value {number}" for each in range(5)})


def peak_of(work):
    """Return the bytes that something needs at once beside what was there."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
