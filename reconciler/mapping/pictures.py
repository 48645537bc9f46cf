"""Pictures: the images of a product or a collection, each with a key that is made of what it shows.

A store keeps neither the address that it fetched an image from nor a checksum, and renames files at will; what survives
is the beginning of the file's name. So an image's key is the stem of its name and a digest of its content, and it is
uploaded under that name. Another content is another image.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from reconciler.mapping.member import Member
from reconciler.model.address import Address
from reconciler.model.catalog import Entry, Product, options_of, variant_key
from reconciler.model.errors import Diagnostic
from reconciler.model.meant import meant
from reconciler.model.origin import Whereabouts
from reconciler.model.picture import Image, path_in, plain_stem, stem_in, stem_in_key

FOLDER: Final = "catalog"
_DIGITS: Final = 10  # of a SHA-256: enough that the 250 images of a product never meet


def file_at(picture: str) -> str:
    """Return the file of the repository that a picture's ``file`` is, which is relative to ``catalog/``."""
    return f"{FOLDER}/{picture}"


def file_of(image: Image) -> str | None:
    """Return the file of the repository that an image is; None for an address."""
    return None if image.file is None else file_at(image.file)


def image_key(image: Image, files: Mapping[str, str]) -> str:
    """Return what an image is called within its product: the stem of its name, and a digest of its content.

    ``files`` holds the SHA-256 of the files of the repository; of an address the address itself is digested. What a
    store had before git did keeps the name that it has there, as long as it is the same content.
    """
    file = file_of(image)
    if image.known_as is not None and (file is None or files.get(file) == image.sha256):
        return image.known_as
    digest = files.get(file, "") if file is not None else hashlib.sha256(image.source.encode()).hexdigest()
    path = image.file or path_in(image.source)
    return f"{stem_in_key(plain_stem(stem_in(path)))}-{digest[:_DIGITS]}"


def source_fields(image: Image, files: Mapping[str, str]) -> Mapping[str, object]:
    """Return where an image comes from: an address, or a file with the SHA-256 of its content."""
    file = file_of(image)
    return {"source": image.source} if file is None else {"source": file, "sha256": files.get(file)}


def picture_members(
    entry: Entry, product: Product, keys: Sequence[str], problems: list[Diagnostic]
) -> Iterator[Member]:
    """Yield the order of a product's images, and which of them shows each variant. ``keys``: those of its images."""
    images = dict(zip((image.source for image in product.images or ()), keys, strict=True))
    if images:
        order = {"images": tuple(dict.fromkeys(images.values()))}
        yield Member(Address("image_order", product.key), order, Whereabouts(entry.file, ("images",), entry.locate))
    names = tuple(options_of(product))
    for position, variant in enumerate(product.variants):
        if "image" not in variant.model_fields_set:
            continue
        where = Whereabouts(entry.file, ("variants", position, "image"), entry.locate)
        address = Address("variant_image", f"{product.key}/{variant_key(variant, names)}")
        if variant.image is None:
            yield Member(address, None, where)
        elif variant.image in images:
            yield Member(address, {"image": images[variant.image]}, where)
        else:
            hint = meant(variant.image, images, "add it to the product's images")
            problems.append(Diagnostic(f"the product has no image {variant.image}", where.place, hint))
