"""What is left of a file's name when a store gives it back."""

import pytest

from reconciler.shopify.file_names import stem_of, suffix_of, without_version

_HOST = "https://cdn.shopify.com/s/files/1/0001/files"


@pytest.mark.parametrize(
    ("address", "stem", "suffix"),
    [
        (f"{_HOST}/front-0123456789.png?v=17", "front-0123456789", ".png"),
        (f"{_HOST}/front-01_c96fea6a-1b2c-4d5e-8f90-a1b2c3d4e5f6.JPG?v=1&width=3", "front-01", ".JPG"),
        (f"{_HOST}/front_c96fea6a.png", "front_c96fea6a", ".png"),
        (f"{_HOST}/sommerfugl%20bl%C3%A5.webp", "sommerfugl blå", ".webp"),
        (f"{_HOST}/bare", "bare", ""),
    ],
)
def test_a_name_without_what_the_store_adds(address, stem, suffix):
    assert (stem, suffix) == (stem_of(address), suffix_of(address))


def test_an_address_without_its_version():
    assert f"{_HOST}/a.png" == without_version(f"{_HOST}/a.png?v=17#x")
