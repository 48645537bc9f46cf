"""What the address of a store's image still tells of the file that it was."""

import pytest

from reconciler.shopify.image_names import file_name, mime_type, stem_of, suffix_of, without_version

CDN = "https://cdn.shopify.com/s/files/1/0001/collections/"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("front-0a1b2c3d4e.jpg?v=1700000000", "front-0a1b2c3d4e"),
        ("front-0a1b2c3d4e_c96fea6a-1111-4222-8333-abcdefabcdef.png?v=1", "front-0a1b2c3d4e"),
        ("My%20Pots.JPG", "my-pots"),
        ("My_Pots.jpg", "my-pots"),
        ("pots", "pots"),
        ("", "collections"),
    ],
)
def test_the_stem_of_an_image_is_without_what_the_store_added(name, stem):
    assert stem == stem_of(CDN + name)


def test_a_file_is_uploaded_under_its_key():
    assert ("front-1.jpg", "image/jpeg") == (file_name("front-1", "catalog/images/Front.JPG"), mime_type("a/Front.JPG"))


@pytest.mark.parametrize(("address", "suffix"), [("a/b.JPG?v=1", ".JPG"), ("a/b", ""), ("images/Front.png", ".png")])
def test_a_suffix_keeps_its_capitals_because_names_have_to_agree_with_it(address, suffix):
    assert suffix == suffix_of(address)


def test_an_address_without_its_version():
    assert f"{CDN}a.png" == without_version(f"{CDN}a.png?v=17#x")
