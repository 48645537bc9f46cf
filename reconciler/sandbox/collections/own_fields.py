"""A collection's own fields in an input: what may be wrong with them, and writing them onto the collection.

A blank title, a taken handle that was made from a title, and unknown products are recorded; that an explicit handle
that is taken is refused is documented for REST, its message there is used here. Lengths are those of products.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from reconciler.sandbox.media.addresses import is_staged
from reconciler.sandbox.media.content import Unusable, image_content
from reconciler.sandbox.products.handles import MAX_LENGTH, explicit_handle, free_handle, generated_handle
from reconciler.sandbox.shops.context import Context
from reconciler.sandbox.storage.collections import Collection
from reconciler.sandbox.storage.redirects import lead
from reconciler.sandbox.wire.clock import milliseconds
from reconciler.sandbox.wire.errors import UserError, user_error


def new_collection(context: Context) -> Collection:
    """Return a collection of which nothing is known yet."""
    row_id = context.database.new_id()
    return Collection(row_id, "", "", "", "BEST_SELLING", None, None, None, None, context.now, is_counted=False)


def problems(context: Context, given: Mapping[str, Any], collection_id: int | None) -> list[UserError]:
    """Return what is wrong with the fields of an input."""
    title = given.get("title")
    if (collection_id is None or title is not None) and not (title or "").strip():
        return [user_error(["title"], "Title can't be blank")]
    found = [
        user_error([name], f"{label} is too long (maximum is {MAX_LENGTH} characters)")
        for name, label in (("title", "Title"), ("handle", "Handle"))
        if len(given.get(name) or "") > MAX_LENGTH
    ]
    raw = given.get("handle") or ""
    if _has_letters(raw) and is_handle_taken(context, explicit_handle(raw), collection_id):
        found.append(user_error(["handle"], "Handle has already been taken"))
    source = (given.get("image") or {}).get("src")
    if source and urlsplit(source).scheme not in {"http", "https"}:
        found.append(user_error(["image", "src"], "Image URL is not valid"))
    return found


def is_handle_taken(context: Context, handle: str, collection_id: int | None) -> bool:
    """Say whether another collection has the handle."""
    return bool(context.database.held_by_others("collections", [handle], collection_id))


def apply(context: Context, collection: Collection, given: Mapping[str, Any]) -> None:
    """Write the fields that the input has onto the collection, its handle among them."""
    if given.get("title") is not None:
        collection.title = given["title"].strip()
    before = collection.handle
    collection.handle = _wanted_handle(context, collection, given)
    if given.get("redirectNewHandle") and before and collection.handle != before:
        lead(context.database, f"/collections/{before}", f"/collections/{collection.handle}", context.now)
    if "descriptionHtml" in given:
        collection.description_html = given["descriptionHtml"] or ""
    if given.get("sortOrder") is not None:
        collection.sort_order = given["sortOrder"]
    if "templateSuffix" in given:
        collection.template_suffix = given["templateSuffix"] or None
    _apply_seo(collection, given)
    _apply_image(context, collection, given)


def _wanted_handle(context: Context, collection: Collection, given: Mapping[str, Any]) -> str:
    raw = given.get("handle")
    if collection.handle and "handle" not in given:
        return collection.handle
    if raw and _has_letters(raw):
        return explicit_handle(raw)
    made = generated_handle(raw if raw and raw.strip() else collection.title, "collection")
    return free_handle(made, lambda some: context.database.held_by_others("collections", some, collection.id))


def _has_letters(text: str) -> bool:
    return any(letter.isalnum() for letter in text)


def _apply_seo(collection: Collection, given: Mapping[str, Any]) -> None:
    if "seo" not in given:
        return
    seo = given["seo"] or {"title": None, "description": None}
    if "title" in seo:
        collection.seo_title = (seo["title"] or "").strip() or None
    if "description" in seo:
        collection.seo_description = (seo["description"] or "").strip() or None


def _apply_image(context: Context, collection: Collection, given: Mapping[str, Any]) -> None:
    if "image" not in given:
        return
    image = given["image"]
    if image is None:
        collection.image = None
        return
    if image.get("src"):
        collection.image = _taken_in(context, image["src"])
    if collection.image is not None and "altText" in image:
        collection.image["alt"] = image["altText"]


def _taken_in(context: Context, source: str) -> dict[str, Any]:
    """Return an image under the address that the store gives it; where it came from is not kept, as on the real API.

    What was uploaded is served again; anything else is not fetched, and its size stays unknown.
    """
    name = urlsplit(source).path.rpartition("/")[2] or "image"
    shown = {"id": context.database.new_id(), "alt": None, "width": None, "height": None}
    version = milliseconds(context.now) // 1000
    return {**shown, "name": name, "version": version, "digest": _digest(context, source)}


def _digest(context: Context, source: str) -> str | None:
    try:
        return image_content(context, source).digest if is_staged(context, source) else None
    except Unusable:
        return None
