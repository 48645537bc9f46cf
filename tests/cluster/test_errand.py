"""Errors come back from workers as they read there, and what cannot be asked of a cluster is said at once."""

import json
from inspect import Parameter, signature
from pathlib import Path

import pytest

from reconciler.cli.main import main
from reconciler.loading.stores import StoresRefused
from reconciler.model.errors import Diagnostic, InvalidInput, ReconcilerError
from reconciler.model.origin import Place
from reconciler.render.json import error_document
from reconciler.shopify import errors

pytest.importorskip("distributed", reason="the extra `cluster` is not installed; requirements-dev.lock has it")
from reconciler.cluster.errand import Answer, answer_of, answer_text, known_classes, raised, told


def said_to(kind: type[ReconcilerError]) -> list[str]:
    """Return a word for each thing that has to be said to make an error: its message, or what its class asks for."""
    _, *given = signature(kind.__init__).parameters.values()
    asked = (each for each in given if each.default is Parameter.empty and each.kind is not Parameter.VAR_KEYWORD)
    return [f"the {each.name}" for each in asked]


def test_every_error_reads_the_same_when_it_comes_back():
    import reconciler.cluster.dask  # noqa: F401  it loads whatever a worker may raise

    invalid = InvalidInput([Diagnostic("summary", Place("stores/eu.yaml", 3, 4), "hint"), Diagnostic("more")])
    made = [kind(*said_to(kind)) for kind in {*known_classes().values()} if not issubclass(kind, InvalidInput)]
    made += [invalid, StoresRefused(invalid.diagnostics, ())]
    assert 20 < len(made)
    for error in made:
        error.add_note("what was noted beside it")
        answer = answer_of(answer_text(Answer(None, told(error))))
        assert answer.error is not None
        assert error_document(error) == error_document(raised(answer.error))


def test_a_class_of_the_same_name_elsewhere_is_not_taken_for_ours():
    class LeaseHeld(ReconcilerError):
        """Another one, of which the package knows nothing."""

    back = raised(told(errors.LeaseHeld("eu", "the cause", "the cure")))
    assert (errors.LeaseHeld, 7) == (type(back), back.exit_code)
    other = raised(told(LeaseHeld("the message")))
    assert (ReconcilerError, "the message") == (type(other), str(other))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "stores").mkdir()
    (tmp_path / "catalog/products").mkdir(parents=True)
    (tmp_path / "stores/eu.yaml").write_text("url: sandbox:eu\nchannel: web\ncurrency: EUR\n")
    (tmp_path / "catalog/products/a.yaml").write_text("key: a\nname: a\nvariants: [{sku: a, price: {EUR: 1.00}}]\n")
    return tmp_path


def test_what_cannot_be_asked_is_said_at_once(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("reconciler.cluster.dask._CONNECT_S", 0.3)
    nobody = ["--scheduler", "tcp://127.0.0.1:9"]
    for words, code, said in (
        (nobody, 64, "--scheduler goes with --executor dask"),
        (["--executor", "dask"], 64, "--executor dask needs --scheduler ADDRESS and --artefacts URL"),
        (["--executor", "dask", *nobody, "--artefacts", "x"], 7, f"{' '.join(nobody)}: it cannot be reached"),
    ):
        assert code == main(["plan", "--json", "--project", str(root), *words])
        assert said in json.loads(capsys.readouterr().out)["error"]["message"]


def test_a_missing_extra_is_named(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("reconciler.cli.executor.find_spec", lambda name: None)
    words = ["--executor", "dask", "--scheduler", "tcp://127.0.0.1:9", "--artefacts", "x"]
    assert 64 == main(["plan", "--project", str(root), *words])
    assert "needs the libraries of the extra `cluster`, which are not installed" in capsys.readouterr().err
