"""Tags: how a list of them is put in order. Two tags are the same when they differ in case only."""

from collections.abc import Iterable

MAX_TAG_LENGTH = 255


def normal_tags(tags: Iterable[str]) -> list[str]:
    """Return the tags split at commas, trimmed, without repeats (first spelling wins), sorted ignoring case."""
    first: dict[str, str] = {}
    for text in tags:
        for part in text.split(","):
            tag = part.strip()
            if tag:
                first.setdefault(tag.casefold(), tag)
    return [first[key] for key in sorted(first)]


def without(tags: Iterable[str], unwanted: Iterable[str]) -> list[str]:
    """Return the tags but for the unwanted ones, whatever their case."""
    dropped = {tag.casefold() for tag in normal_tags(unwanted)}
    return [tag for tag in tags if tag.casefold() not in dropped]
