import sys

import pytest

from reconciler.model.errors import InvalidInput
from reconciler.shopify.auth import ClientCredentials, StaticToken
from reconciler.shopify.credentials import Vault, token_source
from tests.shopify.scripted import TOKEN, a_store

PRINT = f"""{sys.executable} -c 'print("{TOKEN}")'"""


def the_source(tmp_path, credentials, environment=None, url="https://eu.myshopify.com"):
    (tmp_path / "secret.txt").write_text(f"{TOKEN}\n", encoding="utf-8")
    store = a_store(url, credentials=credentials)
    return token_source(store, base_url=url, vault=Vault(environment or {}, tmp_path))


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ({"env": "EU_TOKEN"}, "EU_TOKEN"),
        ({"file": "secret.txt"}, "the file secret.txt"),
        ({"command": PRINT}, f"what the command {sys.executable} prints"),
    ],
)
def test_a_token_is_read_from_its_reference(tmp_path, reference, name):
    source = the_source(tmp_path, {"token": reference}, {"EU_TOKEN": TOKEN})
    assert isinstance(source, StaticToken)
    assert (TOKEN, name) == (source.token().reveal(), source.reference)


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ({"env": "EU_TOKEN"}, "EU_TOKEN is not set; set this environment variable to the token"),
        ({"env": "EMPTY"}, "EMPTY is empty; expected a token"),
        ({"env": "TWO_LINES"}, "TWO_LINES holds a character that no token has"),
        ({"file": "nowhere"}, "the file nowhere cannot be read; write the token to it"),
        ({"command": "/nowhere/vault"}, "what the command /nowhere/vault prints cannot be used: the command failed"),
        ({"command": f"{sys.executable} -c exit(3)"}, "cannot be used"),
        ({"command": "unclosed 'quote"}, "cannot be used"),
    ],
)
def test_what_is_missing_is_named_by_reference(tmp_path, reference, said):
    environment = {"EMPTY": " ", "TWO_LINES": f"{TOKEN}\nb"}
    with pytest.raises(InvalidInput) as caught:
        the_source(tmp_path, {"token": reference}, environment)
    assert str(caught.value).startswith("stores/eu.yaml: ")
    assert said in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_a_client_needs_an_id_and_a_secret(tmp_path):
    credentials = {"client_id": "abc", "client_secret": {"env": "EU_SECRET"}}
    source = the_source(tmp_path, credentials, {"EU_SECRET": "x"})
    assert isinstance(source, ClientCredentials)
    assert "client_id and EU_SECRET" == source.reference


def test_all_that_is_missing_is_named_at_once(tmp_path):
    credentials = {"client_id": {"env": "EU_ID"}, "client_secret": {"env": "EU_SECRET"}}
    with pytest.raises(InvalidInput) as caught:
        the_source(tmp_path, credentials)
    assert 2 == len(caught.value.diagnostics)


def test_only_the_embedded_store_needs_no_credentials(tmp_path):
    with pytest.raises(InvalidInput, match="credentials are missing"):
        the_source(tmp_path, None)
    assert the_source(tmp_path, None, url="sandbox:eu").token()
