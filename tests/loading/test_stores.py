"""Stores are loaded by name, and secrets are found when they are needed."""

import sys
from decimal import Decimal

import pytest

from reconciler.loading import secrets
from reconciler.loading.secrets import resolve
from reconciler.loading.stores import load_stores
from reconciler.model.errors import InvalidInput, WrongUsage
from reconciler.model.limits import Limits, Share
from reconciler.model.origin import Place
from reconciler.model.store import SecretReference
from tests.loading.memory import Memory
from tests.loading.vocabulary import VOCABULARY

PLACE = Place("stores/eu.yaml", 4, 22)
SANDBOX = b"url: sandbox:eu\nchannel: web\ncurrency: EUR\n"


def stores(**files):
    return Memory({f"stores/{stem}.yaml": text for stem, text in files.items()})


def refusal(reference, root, **environment):
    with pytest.raises(InvalidInput) as refused:
        resolve(reference, root, PLACE, environment=environment)
    return str(refused.value)


def test_all_stores_are_loaded_when_none_is_named():
    assert ["eu", "us"] == [
        store.name
        for store in load_stores(stores(us=b"url: sandbox:us\nchannel: web\ncurrency: USD\n", eu=SANDBOX), VOCABULARY)
    ]


def test_only_the_named_stores_are_read():
    (store,) = load_stores(stores(eu=SANDBOX, us=b"]["), VOCABULARY, ["eu", "eu"])
    assert "eu" == store.sandbox_name
    assert ["stores/eu.yaml"] == list(store.inputs)


def test_a_store_of_the_same_address_is_told_of_when_it_was_not_named():
    with pytest.raises(InvalidInput, match=r"^stores/eu.yaml:1:6: url .sandbox:eu. is that of stores/us.yaml:1:6 too"):
        load_stores(stores(eu=SANDBOX, us=SANDBOX), VOCABULARY, ["eu"])


def test_stores_of_other_paths_and_ports_are_others():
    urls = ["http://localhost:1/a", "http://localhost:1/b", "http://localhost:2/a", "http://localhost:x", "http://[::1"]
    more = "channel: web\ncurrency: EUR\ncredentials: {token: {env: T}}\n"
    files = {f"s{number}": f"url: {url}\n{more}".encode() for number, url in enumerate(urls[:3])}
    assert 3 == len(load_stores(stores(**files), VOCABULARY))
    odd = {f"t{number}": f"url: {url}\n{more}".encode() for number, url in enumerate(urls[3:])}
    assert 1 == len(load_stores(stores(**files, **odd), VOCABULARY, ["s0"]))


def test_limits_lie_over_ours_kind_by_kind():
    (store,) = load_stores(stores(eu=SANDBOX + b"limits: {removed: {product: {share: 0}}}\n"), VOCABULARY)
    limits = store.document.limits.removed
    assert Share(share=Decimal(0)) == limits["product"]
    assert Limits().removed["variant"] == limits["variant"]


def test_tags_and_variants_as_a_whole_may_be_merged():
    text = SANDBOX + b"ownership: {product.tags: merge, variant: merge, variant.price: seed}\n"
    (store,) = load_stores(stores(eu=text), VOCABULARY)
    assert "merge" == store.document.ownership["product.tags"]


@pytest.mark.parametrize("on_remove", ["keep", "delete"])
def test_a_status_may_be_watched_where_removing_does_not_write_it(on_remove):
    text = SANDBOX + f"on_remove: {on_remove}\nownership: {{product.status: observe}}\n".encode()
    assert 1 == len(load_stores(stores(eu=text), VOCABULARY))


def test_a_store_that_is_not_there_is_named_with_what_was_meant():
    with pytest.raises(WrongUsage, match=r"^there is no store eu2; did you mean eu1\?$"):
        load_stores(stores(eu1=SANDBOX, us1=SANDBOX), VOCABULARY, ["eu2"])


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "[::1]:1", "127.9.9.9", "shop.localhost"])
def test_a_loopback_host_needs_no_encryption(host):
    text = f"url: http://{host}\nchannel: web\ncurrency: EUR\ncredentials: {{token: {{env: T}}}}\n"
    assert 1 == len(load_stores(stores(eu=text.encode()), VOCABULARY))


@pytest.mark.parametrize("host", ["127.0.0.1.example.com", "localhost.example.com", "0.0.0.0", "10.0.0.1"])
def test_what_only_looks_like_loopback_does(host):
    text = f"url: http://{host}\nchannel: web\ncurrency: EUR\ncredentials: {{token: {{env: T}}}}\n"
    with pytest.raises(InvalidInput, match="is not encrypted"):
        load_stores(stores(eu=text.encode()), VOCABULARY)


def test_a_client_id_may_be_written_out():
    text = (
        "url: https://eu.myshopify.com\nchannel: web\ncurrency: EUR\n"
        "credentials: {client_id: 0123456789abcdef0123456789abcdef, client_secret: {command: pass show eu}}\n"
    )
    (store,) = load_stores(stores(eu=text.encode()), VOCABULARY)
    assert store.document.credentials is not None


@pytest.mark.parametrize(
    "credentials",
    [
        "hunter2hunter2",
        "[hunter2hunter2]",
        "{token: hunter2hunter2}",
        "{token: [hunter2hunter2]}",
        "{token: {env: hunter2 hunter2}}",
        "{tokn: hunter2hunter2}",
        "{token: {envv: hunter2hunter2}}",
        "{token: {env: [hunter2hunter2]}}",
        "{client_secret: hunter2hunter2, client_id: 12}",
        "{token: shpat_hunter2hunter2}",
        '{token: "hunter2hunter2}',
        "{token: *hunter2hunter2}",
        "{hunter2hunter2: 1",
        "\n  token:\n    *hunter2hunter2",
        "{token: !hunter2hunter2 x}",
        "{token: 12345678901234567e99}",
    ],
)
def test_no_message_repeats_a_secret(credentials):
    text = f"url: https://eu.myshopify.com\nchannel: web\ncurrency: EUR\ncredentials: {credentials}\n"
    with pytest.raises(InvalidInput) as refused:
        load_stores(stores(eu=text.encode()), VOCABULARY)
    assert "hunter2hunter2" not in str(refused.value)
    assert "12345678901234567" not in str(refused.value)


def test_a_secret_is_read_from_where_the_reference_says(tmp_path):
    (tmp_path / "token").write_text("  s3cret\n")
    printing = f"{sys.executable} -c \"print('s3cret')\""
    assert "s3cret" == resolve(SecretReference(env="T"), tmp_path, PLACE, environment={"T": "s3cret\n"})
    assert "s3cret" == resolve(SecretReference(file="token"), tmp_path, PLACE)
    assert "s3cret" == resolve(SecretReference(file=str(tmp_path / "token")), tmp_path / "elsewhere", PLACE)
    assert "s3cret" == resolve(SecretReference(command=printing), tmp_path, PLACE)


def test_a_variable_without_a_secret_is_named(tmp_path):
    where = "stores/eu.yaml:4:22: the environment variable TOKEN"
    assert f"{where} is not set; set it, and run again" == refusal(SecretReference(env="TOKEN"), tmp_path)
    blank = refusal(SecretReference(env="TOKEN"), tmp_path, TOKEN=" \n")
    assert f"{where} is empty; expected a secret; give it a value, and run again" == blank
    many = refusal(SecretReference(env="TOKEN"), tmp_path, TOKEN="s3cret words")
    assert f"{where} holds more than one word; expected a secret; leave only the secret there" == many


def test_a_file_without_a_secret_is_named(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff")
    assert "the secret's file gone cannot be read: no such file" in refusal(SecretReference(file="gone"), tmp_path)
    assert "the secret's file binary is not text" in refusal(SecretReference(file="binary"), tmp_path)


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("nothing-is-called-so --token s3cret", "the command nothing-is-called-so cannot be run"),
        ("false s3cret", "the command false ended with exit code 1"),
        ("true s3cret", "the command true is empty"),
        ("echo 's3cret", "the command cannot be split into words"),
        ("echo s3cret && whoami", "the command echo holds more than one word"),
    ],
)
def test_a_command_without_a_secret_is_named_without_its_arguments(tmp_path, command, problem):
    said = refusal(SecretReference(command=command), tmp_path)
    assert problem in said
    assert "s3cret" not in said


def test_a_command_that_does_not_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(secrets, "COMMAND_TIMEOUT_S", 0.1)
    assert "the command sleep took more than 0 s" in refusal(SecretReference(command="sleep 9"), tmp_path)
