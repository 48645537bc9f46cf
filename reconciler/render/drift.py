"""Drift as text for a terminal: what the store holds otherwise, and beside each thing what may be done about it."""

from collections.abc import Iterator, Sequence
from shlex import quote

from reconciler.model.drift import Drift, Drifted, DriftedField
from reconciler.render.printable import clipped
from reconciler.render.style import EMPTY, Ink, Line, Span, Style, line, written
from reconciler.render.value import value_text
from reconciler.render.words import counted, counted_kinds, in_project, name, number, short, spoken

SHOWN = 50
HOW = {"edited": "edited in the store", "removed": "gone from the store", "added": "added in the store"}
HOW_UNKNOWN = {"edited": "differs", "removed": "missing in the store", "added": "only in the store"}
"""The same where no base says which side changed."""
TWO_WAY = "no base is known, so which side changed is unknown, and every difference counts."

_LONGEST = 60
_FEW = 10


def drift_text(drift: Drift, style: Style, *, limit: int | None = SHOWN) -> str:
    """Return the drift of one store as a person reads it; ``limit``: things shown, None: all."""
    return written(_lines(drift, limit), style)


def headline(drift: Drift) -> str:
    """Return the sentence that says it all."""
    store = drift.target.store
    if drift.items:
        return f"Drift: store {store} holds {counted(len(drift.items), 'thing')} that git did not ask for"
    if drift.errored:
        return f"Store {store} could not be read in full: of the rest, nothing drifted"
    where = "" if drift.complete else " in what was looked at"
    return f"No drift{where}: store {store} holds nothing that git did not ask for"


def how_text(drifted: Drifted) -> str:
    """Return what happened to a thing, as far as anybody knows."""
    known = any(field.cause is not None for field in drifted.fields)
    both = any(field.cause == "both" for field in drifted.fields)
    said = (HOW if known else HOW_UNKNOWN)[drifted.how]
    if both and drifted.how == "edited":
        return f"{said}, and in git"
    return f"{said}, with {', '.join(counted_kinds(drifted.along))}" if drifted.along else said


def field_value(field: DriftedField, currency: str, side: str) -> str:
    """Return the value of one side, cut to what is read at a glance; a list with its ends, for it stands in a line."""
    value = field.store if side == "store" else field.git
    text = clipped(value_text(field.path, value, currency), _LONGEST)
    return f"[{text}]" if isinstance(value, list) and value else text


def pending_text(drift: Drift) -> str | None:
    """Return that git has changes which the store does not have yet, up to the command that shows them."""
    return f"{counted(drift.pending, 'change')} of git not in the store yet; see" if drift.pending else None


def plan_command(drift: Drift) -> str:
    """Return the command that shows what git changed."""
    return f"reconciler plan {quote(drift.target.store)}{in_project(drift.project)}"


def _lines(drift: Drift, limit: int | None) -> Iterator[Line]:
    inputs = drift.inputs
    yield line(Span(headline(drift), Ink.STRONG))
    commit = f"commit {short(inputs.commit)}" if inputs.commit else "no commit"
    base = f", last applied {short(inputs.base_commit)}" if inputs.base_commit else ""
    shop = drift.target.shop_id.rpartition("/")[2]
    yield line(
        Span(f"shop {shop}, {drift.target.currency}, API {drift.target.api_version}, {commit}{base}", Ink.QUIET),
        indent=2,
    )
    yield from _warnings(drift)
    shown = drift.items if limit is None else drift.items[:limit]
    for each in shown:
        yield EMPTY
        yield from _item(each, drift)
    if len(shown) < len(drift.items):
        yield EMPTY
        yield line(Span(f"… {number(len(drift.items) - len(shown))} more; show all with --all", Ink.STRONG))
    yield from _apart(drift)
    yield from _listed("Notes", drift.notes)
    if (pending := pending_text(drift)) is not None:
        yield EMPTY
        yield line(Span(f"{pending} `{plan_command(drift)}`", Ink.QUIET))


def _warnings(drift: Drift) -> Iterator[Line]:
    if drift.items and drift.is_two_way:
        yield line(Span("UNKNOWN: ", Ink.ALARM), TWO_WAY, indent=2)
    if not drift.scope.whole:
        yield line(Span("SCOPED: ", Ink.ALARM), "nothing outside the scope was looked at.", indent=2)
    if drift.errored:
        unread = "a part of the store could not be read; the notes say which, and why."
        yield line(Span("INCOMPLETE: ", Ink.ALARM), unread, indent=2)


def _item(drifted: Drifted, drift: Drift) -> Iterator[Line]:
    yield line(Span(name(str(drifted.address)), Ink.STRONG), "  ", Span(how_text(drifted), Ink.LOUD))
    if drifted.how == "edited":
        for field in drifted.fields:
            git, store = (field_value(field, drift.target.currency, side) for side in ("git", "store"))
            place = str(field.origin.place) if field.origin is not None and field.origin.place is not None else ""
            yield line(
                f"{name(field.path)}  git ", Span(git), ", store ", Span(store, Ink.CHANGED), indent=2, right=place
            )
    yield from (line(Span(f"{label:<9}", Ink.QUIET), text, indent=2) for label, text in cures(drifted, drift))


def cures(drifted: Drifted, drift: Drift) -> Iterator[tuple[str, str]]:
    """Yield what may be done about a thing: adopt it, let the store decide, or something else."""
    if drifted.adopt is not None:
        yield "adopt", drifted.adopt
    if drifted.silence is not None:
        yield "silence", f"{drifted.silence}   in {drift.file}, for every {spoken(drifted.address.kind)} of the store"
    if drifted.narrower is not None:
        yield "narrower", f"{drifted.narrower}   in the file of {name(drifted.address.root_key)}, for every store"
    if drifted.instead is not None:
        yield "or else", drifted.instead


def _apart(drift: Drift) -> Iterator[Line]:
    sold = [f"{each.address}  git {each.git}, store {each.store}" for each in drift.sold]
    yield from _listed("Moved by customers, which is no drift", sold)
    currency = drift.target.currency
    watched = [
        f"{each.address} {each.path}  git {value_text(each.path, each.git, currency)}, "
        f"store {value_text(each.path, each.store, currency)}"
        for each in drift.watched
    ]
    yield from _listed("Watched only, which is no drift", watched)


def _listed(title: str, lines: Sequence[str]) -> Iterator[Line]:
    if not lines:
        return
    yield EMPTY
    yield line(Span(title, Ink.STRONG))
    for each in lines[:_FEW]:
        yield line(clipped(each, 2 * _LONGEST) if title != "Notes" else each, indent=2)
    if len(lines) > _FEW:
        yield line(Span(f"… {number(len(lines) - _FEW)} more", Ink.QUIET), indent=2)
