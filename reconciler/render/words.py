"""Words: numbers, counts, names and durations as people say them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from shlex import quote

from reconciler.model.address import Address
from reconciler.model.counting import counted, does, number
from reconciler.model.outcome import NotDone
from reconciler.model.plan import Forecast
from reconciler.render.printable import clipped, columns, printable

__all__ = [
    "CAUSES",
    "SHORT_ID",
    "asked",
    "child_name",
    "counted",
    "counted_kinds",
    "does",
    "duration",
    "in_project",
    "name",
    "names",
    "number",
    "short",
    "spoken",
    "why",
    "wrapped",
]

CAUSES = {
    "git": "changed in git",
    "store": "overwrites an edit in the store",
    "both": "conflict: git and store",
    "sold": "moved by sales",
}
"""Why a field differs, for readers who have room. ``new`` goes without saying."""

SHORT_ID = 12  # characters of a digest or commit that people compare
_LONGEST_NAME = 60
_MINUTE = 60
_MINUTES_FROM_S = 120

_KEPT_SOMEWHERE = frozenset({"adjustment", "stock"})
_SPOKEN = {"stock": "stock level", "mark": "mark definition"}


def spoken(kind: str) -> str:
    """Return what people call a thing of this kind."""
    return _SPOKEN.get(kind, kind.replace("_", " "))


def counted_kinds(addresses: Iterable[Address]) -> list[str]:
    """Return how many things of each kind there are: ``3 variants``, ``1 metafield``."""
    kinds = Counter(each.kind for each in addresses)
    return [counted(count, spoken(kind)) for kind, count in kinds.items()]


def duration(seconds: int) -> str:
    """Return about how long it takes."""
    return f"{number(seconds)} s" if seconds < _MINUTES_FROM_S else f"{number(round(seconds / _MINUTE))} min"


def asked(forecast: Forecast) -> str:
    """Return what applying a plan asks of the store, in the words of the report about it: see docs/review.md."""
    bulk = f", {counted(forecast.bulk_jobs, 'bulk job')}" if forecast.bulk_jobs else ""
    sent = f"{counted(forecast.calls, 'request')}, {counted(forecast.cost_points, 'point')}{bulk}"
    return f"{sent}, about {duration(forecast.seconds)}, and the checks before and after"


def names(all_names: Sequence[str], room: int) -> str:
    """Return as many of the names as fit, at least one, and the number of the others."""
    text, taken = name(all_names[0]), 1
    while taken < len(all_names):
        longer = f"{text}, {name(all_names[taken])}"
        rest = f" and {number(len(all_names) - taken - 1)} more" if taken + 1 < len(all_names) else ""
        if columns(longer) + len(rest) > room:
            return f"{text} and {number(len(all_names) - taken)} more"
        text, taken = longer, taken + 1
    return text


def wrapped(all_names: Sequence[str], room: int) -> Iterator[str]:
    """Yield lines that hold all of the names, each at most ``room`` columns unless one name is longer."""
    held = ""
    for each in map(name, all_names):
        if held and columns(held) + columns(each) + len(", ,") > room:
            yield f"{held},"
            held = each
        else:
            held = f"{held}, {each}" if held else each
    if held:
        yield held


def name(text: str) -> str:
    """Return a key or SKU, printable and of bearable length; in quotes where a blank at its edge would not be seen."""
    shown = clipped(printable(text), _LONGEST_NAME)
    return shown if shown == shown.strip(" ") else f'"{shown}"'


def child_name(address: Address) -> str:
    """Return what a child is called within its group: the key without the root's; ``LS-M at berlin`` for stock."""
    inner = address.key.removeprefix(f"{address.root_key}/")
    if address.kind not in _KEPT_SOMEWHERE:
        return inner
    thing, _, place = inner.rpartition("/")
    return f"{thing} at {place.replace('%2F', '/').replace('%25', '%')}"


def in_project(project: str | None) -> str:
    """Return the option that a reader's command needs to find the repository, or nothing."""
    return f" --project {quote(project)}" if project else ""


def short(digest: str) -> str:
    """Return enough of a digest or commit to tell it from others."""
    return digest[:SHORT_ID]


def why(outcome: NotDone) -> str:
    """Return why a change was not made, and what was written of it all the same."""
    marked = "it carries our mark now, but not all of the rest is as planned: " if outcome.marked else ""
    return f"{marked}{outcome.reason}"
