import copy
import pickle

import pytest

from reconciler.shopify.secret import MASK, Secret, quoted, redact
from tests.shopify.scripted import TOKEN


@pytest.mark.parametrize("show", [str, repr, "{}".format, "{!r:>60}".format, lambda s: f"{s}", lambda s: "%s" % s])  # noqa: UP031
def test_a_secret_is_never_shown(show):
    shown = show(Secret(TOKEN))
    assert TOKEN not in shown
    assert MASK in shown


def test_a_secret_is_never_pickled():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="not written anywhere"):
            pickle.dumps([Secret(TOKEN)], protocol)


def test_a_copy_of_a_secret_is_the_secret():
    secret = Secret(TOKEN)
    assert secret is copy.deepcopy([secret])[0]
    assert secret is copy.copy(secret)


def test_secrets_are_equal_by_value():
    assert Secret("a") == Secret("a")
    assert 1 == len({Secret("a"), Secret("a")})
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert not Secret("")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a s p/a=c e", "a [secret] e"),
        ("a s%20p%2Fa%3Dc e", "a [secret] e"),
        ("a s+p%2Fa%3Dc e", "a [secret] e"),
        (f"token {TOKEN}.", f"token {MASK}."),
        ("{'X-Shopify-Access-Token': 'zzz'}", "{'X-Shopify-Access-Token': '[secret]'}"),
        ("Authorization: Bearer zzz", "Authorization: [secret]"),
        ("?client_secret=zzz&a=1", "?client_secret=[secret]&a=1"),
        ('{"access_token": "zzz", "a": 1}', '{"access_token": "[secret]", "a": 1}'),
        ("http://me:zzz@proxy:3128/", "http://[secret]@proxy:3128/"),
        ("nothing here", "nothing here"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text, expected):
    assert expected == redact(text, Secret("s p/a=c"), Secret(""))


def test_what_others_wrote_is_made_one_short_line():
    assert "a b c" == quoted("\na\r\nb\x1bc\x00")
    assert 300 == len(quoted("x" * 10_000_000))
