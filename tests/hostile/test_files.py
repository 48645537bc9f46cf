"""Hostile files: refused in our own words, or taken; never a traceback, never a hang, never all of the memory.

``HOSTILE_INPUTS=100000`` draws as many over all families of inputs.
"""

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.app.importing.export import Destination, Existing, import_csv, import_json
from reconciler.app.repository.workspace import checked_views, open_workspace
from reconciler.app.review.explanations import explanations, root_of
from reconciler.app.review.planfile import read_plan
from reconciler.model.plan import Plan
from reconciler.model.plan_text import parse_plan, plan_json, sealed
from reconciler.render.style import Style
from reconciler.render.text import plan_text
from tests.contract.pictures import a_png
from tests.faults.schedules import count_of
from tests.hostile.inputs import DUMP, EXPORT, GOOD, edited, hostile_json, hostile_yaml
from tests.hostile.limits import survived
from tests.render.plans import a_plan

FAMILIES = len(GOOD) + 3
EACH = max(1, count_of("HOSTILE_INPUTS", otherwise=50 * FAMILIES) // FAMILIES)
MANY = settings(
    max_examples=EACH,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for file, text in GOOD.items():
        _written(folder, file, text)
    (folder / "catalog/images").mkdir()
    (folder / "catalog/images/b.png").write_bytes(a_png(7))
    return folder


def _written(folder: Path, file: str, text: str) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    return path


def test_the_files_are_good_before_they_are_spoiled(root: Path) -> None:
    assert survived(lambda: checked_views(open_workspace(root))) is None


@pytest.mark.parametrize("file", GOOD)
@MANY
@given(data=st.data())
def test_a_hostile_file_of_a_repository(file: str, root: Path, data: st.DataObject) -> None:
    good = GOOD[file]
    _written(root, file, data.draw(edited(good) if file.endswith(".csv") else hostile_yaml(good)))
    try:
        survived(lambda: checked_views(open_workspace(root)))
    finally:
        _written(root, file, good)


@MANY
@given(text=edited(EXPORT))
def test_a_hostile_export(text: str, tmp_path: Path) -> None:
    file = _written(tmp_path, "export.csv", text)
    survived(lambda: import_csv([file], Destination(tmp_path / "into", existing=Existing.REPLACE)))
    shutil.rmtree(tmp_path / "into", ignore_errors=True)


@MANY
@given(text=hostile_json(DUMP))
def test_a_hostile_dump(text: str, tmp_path: Path) -> None:
    file = _written(tmp_path, "dump.json", text)
    survived(lambda: import_json([file], Destination(tmp_path / "into", existing=Existing.REPLACE)))
    shutil.rmtree(tmp_path / "into", ignore_errors=True)


PLAN = plan_json(a_plan()).decode()


@MANY
@given(text=hostile_json(PLAN), seals=st.booleans())
def test_a_hostile_plan_file(text: str, seals: bool, tmp_path: Path) -> None:
    """Whoever can compute a digest can seal anything: it is shown, or refused."""
    file = _written(tmp_path, "eu.json", text)
    if seals:
        with suppress(ValueError, RecursionError):
            file.write_bytes(plan_json(sealed(parse_plan(file.read_bytes()))))
    survived(lambda: _shown(read_plan(file)))


def _shown(plan: Plan) -> str:
    return plan_text(plan, style=Style(), explanations=explanations(plan), root_of=root_of)
