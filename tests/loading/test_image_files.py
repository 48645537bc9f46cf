"""Files that images name are looked at before anything is planned."""

import struct

import pytest

from reconciler.loading.catalog import load_catalog
from reconciler.model.errors import InvalidInput
from tests.loading.memory import Memory

PRODUCT = "key: shirt\nname: Shirt\nvariants: [{sku: A, price: 1}]\nimages:\n"


def a_png(width: int, height: int, size: int = 0) -> bytes:
    header = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + struct.pack(">II", width, height)
    return header + b"\x08\x00\x00\x00\x00" + b"\0" * size


def problems(image: str, **files: bytes) -> list[str]:
    text = f"{PRODUCT}  - {image}\n".encode()
    named = {f"catalog/images/{name.replace('_', '.')}": content for name, content in files.items()}
    try:
        load_catalog(Memory({"catalog/products/shirt.yaml": text, **named}))
    except InvalidInput as error:
        return [str(each) for each in error.diagnostics]
    return []


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_an_image_is_taken(suffix):
    content = a_png(3, 2) if suffix == "png" else b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    assert [] == problems(f"images/a.{suffix}", **{f"a_{suffix}": content})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"no picture", "this is not an image, whatever its name says"),
        (b"", "this is not an image, whatever its name says"),
        (a_png(5001, 10), "the image is 5001 by 10 pixels; at most 5000 by 5000 are taken"),
        (a_png(10, 5001), "the image is 10 by 5001 pixels; at most 5000 by 5000 are taken"),
        (a_png(3, 2, 20_000_000), "the image has 20.0 MB; at most 20 MB are taken"),
    ],
    ids=["text", "empty", "wide", "high", "heavy"],
)
def test_what_a_store_would_refuse_is_refused_before_it_is_asked(content, expected):
    where = "catalog/products/shirt.yaml:5:5: catalog/images/a.png: "
    assert [f"{where}{expected}; a store would refuse it; change the file"] == problems("images/a.png", a_png=content)


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("images/b.png", "catalog/images/b.png: the file does not exist; did you mean images/a.png?"),
        ("../secret.png", "catalog/../secret.png leads out of catalog/; put the file below catalog/"),
        (
            "{file: images/a.png, url: 'https://example.com/a.png'}",
            "images number 1 is not right: expected exactly one of file and url",
        ),
        (
            "ftp://example.com/a.png",
            'images number 1 "ftp://example.com/a.png" is not the address of an image, such as https://example.com/shirt.jpg',
        ),
        (
            "{url: nowhere}",
            'url "nowhere" is not the address of an image, such as https://example.com/shirt.jpg',
        ),
    ],
    ids=["missing", "outside", "both", "another scheme", "no address"],
)
def test_what_names_no_image_is_refused_where_it_stands(image, expected):
    (problem,) = problems(image, a_png=a_png(3, 2))
    assert expected in problem
    assert problem.startswith("catalog/products/shirt.yaml:5:")


@pytest.mark.parametrize("image", ['"https://[::1/a.png"', '"https:///a.png"', '{file: "images/a\\0b.png"}'])
def test_what_names_no_image_is_told_where_it_stands(image):
    (problem,) = problems(image)
    assert problem.startswith("catalog/products/shirt.yaml:5:")
