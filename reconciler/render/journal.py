"""Journals as text: the entries of a run one under another, and whether a journal is as it was written.

What entries hold was typed by strangers, in stores and in catalogs; every span passes ``printable`` on its way out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.json import Json
from reconciler.model.outcome import AlreadySo, Applied
from reconciler.model.record import (
    Acknowledged,
    Answered,
    Begun,
    Ended,
    Entry,
    Held,
    Kept,
    Record,
    Requested,
    ToldOutcome,
)
from reconciler.render.printable import clipped, printable
from reconciler.render.style import Ink, Line, Span, Style, line, written
from reconciler.render.value import value_text
from reconciler.render.words import counted, name, number, short, why

_ROWS_SHOWN = 20
_LONGEST_VALUE = 40  # columns
_LONGEST_REASON = 200
_WIDEST_EVENT = len("requested")


def entries_text(store: str, entries: Iterable[Entry], style: Style) -> Iterator[str]:
    """Yield the text of each entry, in turn: journals are long."""
    for entry in entries:
        yield written(_entry_lines(store, entry), style)


def _entry_lines(store: str, entry: Entry) -> Iterator[Line]:
    record = entry.record
    when = f"{entry.at[:10]} {entry.at[11:19]} UTC"
    event = Span(f"{record.event:{_WIDEST_EVENT}}", _ink(record))
    yield line(Span(f"{store} {entry.seq:>5}  {when}  ", Ink.QUIET), event, f"  {_headline(record)}")
    rows = list(_rows(record))
    yield from (line(text, indent=8) for text in rows[:_ROWS_SHOWN])
    if len(rows) > _ROWS_SHOWN:
        yield line(Span(f"… {counted(len(rows) - _ROWS_SHOWN, 'more row')}; --json shows all", Ink.QUIET), indent=8)


def _ink(record: Record) -> Ink:
    match record:
        case Begun() | Ended() | Acknowledged():
            return Ink.STRONG
        case Answered(result="executed", errors=()):
            return Ink.PLAIN
        case Answered():
            return Ink.LOUD
        case _:
            return Ink.PLAIN


def _headline(record: Record) -> str:
    match record:
        case Begun():
            commit = f", commit {short(record.commit)}" if record.commit else ""
            accepted = f", accepted {', '.join(each.rule for each in record.consents)}" if record.consents else ""
            undoes = f", takes back {record.undoes}" if record.undoes else ""
            gaps = [gap for gap in (record.lacks, record.lacks_run) if gap is not None]
            lacks = f", without {' and '.join(map(str, gaps))}" if gaps else ""
            plan = f"plan {short(record.plan)}, {counted(record.changes, 'change')}{commit}"
            return f"{record.run} by {record.actor}: {plan}, lease {record.fence}{accepted}{undoes}{lacks}"
        case Requested():
            return f"{record.request}: {record.mutation}"
        case Answered():
            request_id = f", request {record.request_id}" if record.request_id else ""
            cost = f", {counted(record.cost_points, 'point')}" if record.cost_points is not None else ""
            return f"{record.request}: {record.result}{request_id}{cost}"
        case Kept():
            return f"{record.address} in {record.file}"
        case Held():
            one = len(record.fields) == 1
            does = "goes along, or loses its place" if one else "go along, or lose their places"
            return f"{counted(len(record.fields), 'thing')} that {does}"
        case Ended():
            counts = ", ".join(f"{number(count)} {result}" for result, count in record.counts.items() if count)
            left = f"; {counted(len(record.left_over), 'difference')} left over" if record.left_over else ""
            lost = f"; {counted(len(record.not_back), 'thing')} cannot be taken back" if record.not_back else ""
            unverified = "" if record.verified else "; nobody could look at the store afterwards"
            return f"{record.run}: {counts or 'nothing'}{left}{lost}{unverified}"
        case Acknowledged():
            return f"{record.actor} knows that {record.missing} is gone: {record.reason}"
        case _:
            return _told(record.outcomes)


def _told(outcomes: Sequence[ToldOutcome]) -> str:
    counts: dict[str, int] = {}
    for outcome in outcomes:
        counts[outcome.result] = counts.get(outcome.result, 0) + 1
    return ", ".join(f"{number(count)} {result}" for result, count in counts.items())


def _rows(record: Record) -> Iterator[str]:
    match record:
        case Requested():
            yield from (_change(change) for change in record.changes)
        case Answered():
            yield from (_reason(error) for error in record.errors)
        case Begun() | Kept() | Acknowledged():
            return
        case Held():
            yield from (_held(address, fields) for address, fields in record.fields.items())
        case Ended():
            yield from (f"left over: {name(str(address))}" for address in record.left_over)
            yield from (f"cannot be taken back: {name(str(address))}" for address in record.not_back)
        case _:
            for outcome in record.outcomes:
                reason = "" if isinstance(outcome, Applied | AlreadySo) else f": {_reason(why(outcome))}"
                yield f"{outcome.result} {name(str(outcome.address))}{reason}"


def _held(address: Address, fields: Mapping[str, Json]) -> str:
    listed = ", ".join(f"{path} {_value(value)}" for path, value in fields.items())
    return clipped(printable(f"held {name(str(address))}  {listed}"), _LONGEST_REASON)


def _change(change: Change) -> str:
    match change.action:
        case "update" | "adopt" | "move":
            fields = ", ".join(f"{each.path} {_value(each.before)} → {_value(each.after)}" for each in change.fields)
        case "create":
            fields = ", ".join(f"{each.path} {_value(each.after)}" for each in change.fields)
        case "remove":
            fields = change.how
        case _:
            assert_never(change.action)
    return clipped(printable(f"{change.action} {name(str(change.address))}  {fields}"), _LONGEST_REASON)


def _value(value: Json) -> str:
    return clipped(printable(value_text("", value, "")), _LONGEST_VALUE)


def _reason(text: str) -> str:
    return clipped(printable(text), _LONGEST_REASON)
