"""``schema``: printed one by one or all, or written where the editor's settings look for them."""

import json
from pathlib import Path

import pytest

from reconciler.app.scaffold.starting import Answers, started
from reconciler.cli.files import FAMILIES
from reconciler.cli.main import main


def test_schemas_are_written_anew_where_init_put_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    started(tmp_path, Answers("eu", "sandbox:eu", "EUR", "none"))
    first = {file.name: file.read_text() for file in (tmp_path / "schemas").iterdir()}
    (tmp_path / "schemas/plan.json").write_text("{}")
    assert 0 == main(["schema", "--out", str(tmp_path / "schemas"), "--json"])
    assert (
        sorted(first) == json.loads(capsys.readouterr().out)["written"] == sorted(f"{name}.json" for name in FAMILIES)
    )
    assert first == {file.name: file.read_text() for file in (tmp_path / "schemas").iterdir()}


def test_one_schema_is_printed_and_not_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert 0 == main(["schema", "store"])
    assert "Store file" == json.loads(capsys.readouterr().out)["title"]
    assert 64 == main(["schema", "store", "--out", str(tmp_path)])
    assert "--out writes every schema" in capsys.readouterr().err
    assert [] == list(tmp_path.iterdir())
