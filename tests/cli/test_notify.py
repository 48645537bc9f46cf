"""Hooks: told after apply and drift, in words of ours; what goes wrong with them fails nothing and leaks nothing."""

import json
from typing import Any

import pytest

from reconciler.shopify.hook import SIGNATURE
from tests.cli.conftest import STORE, Project
from tests.shopify.test_hook import Receiver, receiver

__all__ = ["receiver"]
NOTIFY = "notify: {url: {env: HOOK_URL}, secret: {env: HOOK_SECRET}}\n"
RENAME = "mutation($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }"
FIRST = "{ products(first: 1) { nodes { id } } }"


@pytest.fixture
def hooked(project: Project, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("HOOK_URL", receiver.url)
    monkeypatch.setenv("HOOK_SECRET", "the-shared-secret")
    project.write("stores/eu.yaml", STORE.format(name=project.shop) + NOTIFY)
    return project


def told(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(body) for _, _, body in receiver.told]


def test_an_apply_is_told_signed_and_with_its_counts(hooked, receiver):
    assert 0 == hooked.run("apply", "eu", "--yes").code
    (notice,) = told(receiver)
    assert ("reconciler-notice/1", "apply", "eu") == (notice["format"], notice["event"], notice["store"])
    assert "6 changes were applied to store eu, all of it" == notice["summary"]
    assert 6 == notice["counts"]["applied"]
    assert "product/shirt" in notice["addresses"]
    assert SIGNATURE in receiver.told[0][1]


def test_drift_is_told_and_no_drift_is_not(hooked, receiver):
    hooked.run("apply", "eu", "--yes")
    receiver.told.clear()
    assert 0 == hooked.run("drift").code
    assert [] == told(receiver)
    (node,) = hooked.ask(FIRST)["products"]["nodes"]
    hooked.ask(RENAME, {"p": {"id": node["id"], "title": "<!channel> \u202e@here"}})
    assert 2 == hooked.run("drift").code
    (notice,) = told(receiver)
    assert ("drift", "1 changed in store eu that git did not ask for") == (notice["event"], notice["summary"])
    assert "channel" not in json.dumps(notice)


def test_only_what_the_file_names_is_told(hooked, receiver):
    hooked.write("stores/eu.yaml", STORE.format(name=hooked.shop) + NOTIFY.replace("}}\n", "}, on: [drift]}\n"))
    assert 0 == hooked.run("apply", "eu", "--yes").code
    assert [] == told(receiver)


def test_a_hook_that_refuses_fails_nothing_and_is_told_without_its_address(hooked, receiver):
    receiver.status = 500
    said = hooked.run("apply", "eu", "--yes")
    assert 0 == said.code
    assert "warning: the hook of store eu was not told: it answers 500\n" in said.err
    assert "very-secret" not in said.err + said.out


def test_a_hook_without_its_variable_fails_nothing(hooked, monkeypatch):
    monkeypatch.delenv("HOOK_URL")
    said = hooked.run("apply", "eu", "--yes", "--json")
    assert 0 == said.code
    assert said.json["reports"][0]["complete"]
    assert "the environment variable HOOK_URL is not set" in said.err


@pytest.mark.parametrize(
    "notify",
    ["notify: {url: https://hooks.example.com/T0/secret-path}\n", "notify: https://hooks.example.com/secret-path\n"],
)
def test_an_address_that_is_written_out_is_refused_and_not_shown(project, notify):
    project.write("stores/eu.yaml", STORE.format(name=project.shop) + notify)
    said = project.run("validate")
    assert 3 == said.code
    assert "expected" in said.err
    assert "secret-path" not in said.err + said.out


def test_a_key_that_others_wrote_is_inert(hooked, receiver):
    hooked.write(
        "catalog/products/cup.yaml", 'key: cup\nname: Cup\nvariants: [{sku: "a\\u202e<!here>", price: 9.00}]\n'
    )
    assert 0 == hooked.run("apply", "eu", "--yes").code
    (notice,) = told(receiver)
    assert "variant/cup/a\\u202e<!here>" in notice["addresses"]
    assert "here" not in notice["summary"]
