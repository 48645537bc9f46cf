"""Images, wherever they are shown. Shopify: Image.

A size that is asked for becomes parameters of the address; the bytes behind it are those of the whole image.
"""

from dataclasses import dataclass
from operator import attrgetter

from reconciler.sandbox.media.addresses import file_url
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.media import File


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as the API shows it; ``id`` says through what it was reached, ``url`` has its version already."""

    id: str | None
    alt_text: str | None
    width: int | None
    height: int | None
    url: str


def has_image(file: File) -> bool:
    """Say whether the file is an image that is ready, and whose content is not being replaced."""
    return file.kind == "MediaImage" and file.status == "READY" and file.pending_source is None


def image_of(context: Context, file: File, image_id: str) -> Image:
    """Return the picture of a file that has an address."""
    return Image(image_id, file.alt, file.width, file.height, file_url(context, file) or "")


def transformed(url: str, transform: Args) -> str:
    """Return the address of the picture in the size, part and format that are asked for."""
    scale = transform.get("scale") or 1
    sides = {"width": transform.get("maxWidth"), "height": transform.get("maxHeight")}
    parts = [f"{name}={side * scale}" for name, side in sides.items() if side]
    crop, wished = transform.get("crop"), transform.get("preferredContentType")
    parts += [f"crop={crop.lower()}"] if crop and parts else []
    parts += [f"format={wished.lower()}"] if wished else []
    return "&".join([url, *parts])


FIELDS: Fields = {
    "Image": {
        "id": attrgetter("id"),
        "altText": attrgetter("alt_text"),
        "height": attrgetter("height"),
        "width": attrgetter("width"),
        "thumbhash": lambda _image, _context, _args: None,
        "url": lambda image, _context, args: transformed(image.url, args.get("transform") or {}),
        "src": attrgetter("url"),
        "originalSrc": attrgetter("url"),
        "transformedSrc": lambda image, _context, args: transformed(image.url, args),
    },
}
