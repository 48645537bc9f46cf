"""Pictures: what addresses and paths of files say, found faster than by the standard library, and the same."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from reconciler.model.picture import Image, path_in, stem_in, without_query

PARTS = st.text("ab./%2Fé ?#&=:;[]@\\\t~_-0", max_size=12)


@given(st.sampled_from(["https://example.com", "http://a.b:80", "https://[::1]", "https://", "ftp://x", ""]), PARTS)
def test_the_path_of_an_address_is_what_the_standard_library_says(host, rest):
    address = host + rest
    assert _outcome(lambda: unquote(urlsplit(address).path)) == _outcome(lambda: path_in(address))


@given(PARTS)
def test_the_stem_of_a_path_is_what_pathlib_says(path):
    assert PurePosixPath(path).stem == stem_in(path)


@pytest.mark.parametrize("address", ["https:///a.jpg", "https://[/a.jpg", "https://example.com", "ftp://example.com/a"])
def test_what_is_no_address_of_an_image_is_refused(address):
    with pytest.raises(ValidationError, match="is not the address of an image"):
        Image(url=address)


def _outcome(say):
    try:
        return say()
    except ValueError as error:
        return type(error)


@given(st.sampled_from(["https://example.com", "http://a.b:80", "HTTP://x", "https://"]), PARTS)
def test_an_everyday_address_without_its_query_is_what_the_standard_library_says(host, rest):
    found = without_query(host + rest)
    assert found is None or urlsplit(host + rest)._replace(query="", fragment="").geturl() == found
