"""Plan files are read as they were written, or not at all."""

import pytest

from reconciler.app.planfile import read_plan, write_plan
from reconciler.model.errors import PlanRefused
from tests.render.plans import a_plan


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
