"""Drift as Markdown, for an issue or a comment that is read on a phone: headings and lists, no table.

Whatever comes from a store or a catalog stands in code spans, behind ``printable``: there no Markdown and no HTML is
read, nobody is mentioned and nothing becomes a link; a fence is longer than any run of its own mark.
"""

import re
from collections.abc import Iterator, Sequence

from reconciler.model.drift import Drift, Drifted
from reconciler.render.drift import SHOWN, TWO_WAY, cures, field_value, headline, how_text, pending_text, plan_command
from reconciler.render.printable import clipped, printable
from reconciler.render.words import number, short

_LONGEST = 200
_FEW = 20
_TICKS = re.compile("`+")


def drift_markdown(drifts: Sequence[Drift]) -> str:
    """Return the drift of stores, one section each."""
    return "\n".join(line for drift in drifts for line in _section(drift)) + "\n"


def code(text: str) -> str:
    """Return a code span that holds the text, whatever it is."""
    safe = clipped(printable(text), _LONGEST)
    fence = "`" * (1 + max((len(run) for run in _TICKS.findall(safe)), default=0))
    needs_room = not safe.strip() or safe[0] in "` " or safe[-1] in "` "
    return f"{fence} {safe or ' '} {fence}" if needs_room else f"{fence}{safe}{fence}"


def _section(drift: Drift) -> Iterator[str]:
    yield f"## {_plain(headline(drift))}"
    yield ""
    inputs = drift.inputs
    commit = f"commit {code(short(inputs.commit))}" if inputs.commit else "no commit"
    base = f", last applied {code(short(inputs.base_commit))}" if inputs.base_commit else ""
    yield f"{commit}{base}"
    yield ""
    yield from _warnings(drift)
    for each in drift.items[:SHOWN]:
        yield from _item(each, drift)
    if len(drift.items) > SHOWN:
        yield f"… {number(len(drift.items) - SHOWN)} more; `reconciler drift --all` shows them."
        yield ""
    sold = [f"{code(str(each.address))}: git {each.git}, store {each.store}" for each in drift.sold]
    yield from _listed("Moved by customers, which is no drift", sold)
    watched = [f"{code(str(each.address))} {code(each.path)}" for each in drift.watched]
    yield from _listed("Watched only, which is no drift", watched)
    yield from _listed("Notes", [code(note) for note in drift.notes])
    if (pending := pending_text(drift)) is not None:
        yield f"{pending} {code(plan_command(drift))}"
        yield ""


def _warnings(drift: Drift) -> Iterator[str]:
    if drift.items and drift.is_two_way:
        yield f"**Unknown: {TWO_WAY}**"
        yield ""
    if not drift.scope.whole:
        yield "**Scoped: nothing outside the scope was looked at.**"
        yield ""
    if drift.errored:
        yield "**Incomplete: a part of the store could not be read; the notes say which, and why.**"
        yield ""


def _item(drifted: Drifted, drift: Drift) -> Iterator[str]:
    yield f"### {code(str(drifted.address))}"
    yield ""
    yield f"*{how_text(drifted)}*"
    yield ""
    if drifted.how == "edited":
        for field in drifted.fields:
            git, store = (field_value(field, drift.target.currency, side) for side in ("git", "store"))
            origin = field.origin
            place = f" · {code(str(origin.place))}" if origin is not None and origin.place is not None else ""
            yield f"* {code(field.path)}{place}"
            yield f"  * git {code(git)}"
            yield f"  * store {code(store)}"
    for label, text in cures(drifted, drift):
        yield f"* {label}: {code(text)}"
    yield ""


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"**{title}**"
    yield ""
    yield from (f"* {each}" for each in lines[:_FEW])
    if len(lines) > _FEW:
        yield f"* … {number(len(lines) - _FEW)} more"
    yield ""


def _plain(text: str) -> str:
    """Return our own words; the name of a store is that of a file, and could be anything."""
    return re.sub(r"([\\`*_{}\[\]<>#|~@&!])", lambda found: f"&#{ord(found[0])};", printable(text))
