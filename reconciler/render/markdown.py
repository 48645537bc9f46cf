"""Plans as one comment of a pull request, for all stores together, shorter than any host's limit by construction.

What has to be decided comes first: the stores, the limits that are broken. Then the changes, folded, those that are
alike in several stores told once. What finds no room is counted; the plan files hold everything. The comment begins
with a marker, by which whoever posts it finds the one to replace.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, assert_never

from reconciler.model.change import Adopt, Change, Create, Move, Remove, Update, deletes
from reconciler.model.plan import Violation
from reconciler.render.along import along_lines
from reconciler.render.caveats import caveats
from reconciler.render.effects import told
from reconciler.render.explained import explained_lines, is_diff
from reconciler.render.group import Group, RootOf, Row, most_telling, rows, tells_fields, value_of
from reconciler.render.ledger_text import ledger_lines
from reconciler.render.markdown_text import Sheet, code, text
from reconciler.render.printable import clipped, printable
from reconciler.render.review import Alike, Reviewed, alike
from reconciler.render.row_text import place_text
from reconciler.render.style import Line
from reconciler.render.value import amount, money_range, reading
from reconciler.render.words import CAUSES, child_name, counted, counted_kinds, duration, number, short, spoken

MARKER: Final = "<!-- reconciler: plan -->"
ROOM: Final = 60_000
"""Characters of a comment; GitHub takes 65,536, and a bot may add a line of its own."""

_LEFT_OUT: Final = 100  # for the line that counts what found no room; the plan files come last, and always
_LONGEST_GROUP: Final = 30  # rows of one product
_GROUPS: Final = 400
_EFFECTS: Final = 30
_NAMED: Final = 6
_LONGEST_DIFF: Final = 12  # lines
_ROOM_FOR_A_VALUE: Final = 160
_TITLE: Final = 80
_MARKS: Final = {"create": "`+`", "adopt": "`!`", "move": "`>`", "update": "`~`", "remove": "`-`"}
_LOUD: Final = frozenset({"store", "both"})


def comment(reviewed: Sequence[Reviewed], root_of: RootOf, room: int = ROOM) -> str:
    """Return the comment, at most ``room`` characters long."""
    reserve = _LEFT_OUT + sum(len(last) + 1 for last in _ending(reviewed, 0))
    sheet = Sheet(room - reserve)
    sheet.add(MARKER, _headline(reviewed), "")
    for lines in (_stores(reviewed), _warnings(reviewed), _ledgers(reviewed), _limits(reviewed), _effects(reviewed)):
        for block in lines:
            sheet.add(*block)
    left_out = _changes(sheet, alike(reviewed, root_of))
    for block in _notes(reviewed):
        sheet.add(*block)
    sheet.room += reserve
    for last in _ending(reviewed, left_out):
        sheet.add(last)
    return sheet.written()


def _headline(reviewed: Sequence[Reviewed]) -> str:
    changes = sum(len(each.plan.changes) for each in reviewed)
    stores = counted(len(reviewed), "store")
    broken = any(each.plan.violations for each in reviewed)
    if not changes:
        return f"### Plan: nothing to change in {stores}"
    return f"### Plan: {counted(changes, 'change')} in {stores}{' — needs consent' if broken else ''}"


def _stores(reviewed: Sequence[Reviewed]) -> Iterator[tuple[str, ...]]:
    head = "| store | create | adopt | move | update | remove | limits | requests |"
    yield (head, "|---|--:|--:|--:|--:|--:|--:|--:|")
    for each in reviewed:
        count, plan = each.plan.summary, each.plan
        changes = (count.create, count.adopt, count.move, count.update, count.remove)
        cells = (*changes, len(plan.violations), plan.forecast.calls)
        yield (f"| {text(each.store)} | {' | '.join(number(cell) if cell else '·' for cell in cells)} |",)
    yield ("",)


def _warnings(reviewed: Sequence[Reviewed]) -> Iterator[tuple[str, ...]]:
    for each in reviewed:
        for caveat in caveats(each.plan):
            yield (f"- **{text(each.store)}**: **{caveat.tag}**, {text(caveat.sentence)}",)
    yield ("",)


def _limits(reviewed: Sequence[Reviewed]) -> Iterator[tuple[str, ...]]:
    if any(each.plan.violations for each in reviewed):
        yield ("#### Limits that somebody has to accept", "")
    for each in reviewed:
        for broken in each.plan.violations:
            named = ", ".join(code(str(address)) for address in broken.unsaid[:_NAMED])
            more = len(broken.unsaid) - _NAMED
            where = f" — {named}{f' and {number(more)} more' if more > 0 else ''}" if named else ""
            rule = f"- {code(broken.rule)} in **{text(each.store)}**: {text(clipped(broken.summary, 400))}{where}"
            yield (rule, f"  <br>{_consent(broken)}")
    yield ("",)


def _effects(reviewed: Sequence[Reviewed]) -> Iterator[tuple[str, ...]]:
    if not any(each.plan.effects for each in reviewed):
        return
    yield ("#### Side effects", "")
    for each in reviewed:
        sentences = list(told(each.plan.effects))
        for effect in sentences[:_EFFECTS]:
            named = ", ".join(code(name) for name in effect.names[:_NAMED])
            more = len(effect.names) - _NAMED
            which = f" — {named}{f' and {number(more)} more' if more > 0 else ''}" if named else ""
            mark = "**!** " if effect.is_loud else ""
            yield (f"- {mark}**{text(each.store)}**: {text(clipped(effect.sentence, 400))}{which}",)
        if len(sentences) > _EFFECTS:
            yield (f"- … {number(len(sentences) - _EFFECTS)} more in **{text(each.store)}**; the plan file has them",)
    yield ("",)


def _consent(broken: Violation) -> str:
    accepted = broken.acceptance
    if accepted is None:
        return f"accept with {code(broken.allow)}"
    return f"accepted in git until {accepted.until}: {text(clipped(printable(accepted.reason), _ROOM_FOR_A_VALUE))}"


def _ledgers(reviewed: Sequence[Reviewed]) -> Iterator[tuple[str, ...]]:
    for each in reviewed:
        lines = list(ledger_lines(each.plan.ledger, each.plan.target.currency)) if each.plan.ledger else []
        if lines:
            yield (f"**{text(each.store)}** in money", "")
            yield tuple(f"- {text(_words(line))}" for line in lines)
            yield ("",)


def _changes(sheet: Sheet, decisions: Sequence[Alike]) -> int:
    """Write the changes, folded; return how many groups found no room."""
    left_out = 0
    for each in decisions:
        opening = f"<details><summary>{_where(each)}: {_roots(each.groups)}</summary>"
        shown = most_telling(each.groups, _GROUPS)
        blocks = (tuple(_group(group, each.first)) for group in shown)
        left_out += sheet.fold(opening, "</details>", blocks) + len(each.groups) - len(shown)
    return left_out


def _where(decision: Alike) -> str:
    return f"<b>{', '.join(map(text, decision.stores))}</b>{' alike' if len(decision.stores) > 1 else ''}"


def _roots(some: Sequence[Group]) -> str:
    kinds = Counter(group.root.kind for group in some)
    return ", ".join(counted(count, text(spoken(kind))) for kind, count in kinds.items())


def _group(group: Group, reviewed: Reviewed) -> Iterator[str]:
    """Yield the lines of one group: an item for it, and one below for each row."""
    change, currency = group.change, reviewed.plan.target.currency
    action = change.action if change is not None else "update"
    title = value_of(change, "title") if change is not None else None
    called = f" “{text(clipped(printable(title), _TITLE))}”" if isinstance(title, str) else ""
    kind = text(spoken(group.root.kind))
    yield f"- {_MARKS[action]} **{kind}** {code(group.root.key)}{called}{_fate(group, currency)}"
    for told_along in along_lines(group.changes, group.root):
        yield f"  - **{text(told_along)}**"
    told = [*([change] if change is not None and tells_fields(change) else [])]
    told += [child for child in group.children if tells_fields(child)]
    shown = rows(told, reviewed.explanations)
    for row in shown[:_LONGEST_GROUP]:
        yield f"  - {_row(row, group, currency)}"
        if is_diff(row.explanation):
            yield from _fenced(row.explanation)
    if len(shown) > _LONGEST_GROUP:
        yield f"  - … {counted(len(shown) - _LONGEST_GROUP, 'more difference')}"
    yield from _things(group)


def _fate(group: Group, currency: str) -> str:
    change = group.change
    match change:
        case None | Update():
            return ""
        case Move(was=was):
            return f": its key was {code(was.key)}"
        case Create():
            made = [child for child in group.children if isinstance(child, Create)]
            parts = [*_counts(made), *_prices(made, currency)]
            return f": new{', with ' + ', '.join(parts) if parts else ''}"
        case Adopt():
            return ": **taken over**, it is in the store without our mark"
        case Remove():
            gone = _counts(child for child in group.children if deletes(child))
            return f": **{text(change.how)}**{', with ' + ', '.join(gone) if gone else ''}"
        case _:
            assert_never(change)


def _counts(changes: Iterable[Change]) -> list[str]:
    return [text(each) for each in counted_kinds(change.address for change in changes)]


def _prices(changes: Sequence[Change], currency: str) -> list[str]:
    known = (amount("price", value_of(change, "price")) for change in changes)
    prices = [price for price in known if price is not None]
    return [text(money_range(prices, currency))] if prices else []


def _row(row: Row, group: Group, currency: str) -> str:
    who = _who(row, group)
    cause = CAUSES.get(row.field.cause or "new", "")
    cause = f"**{cause}**" if row.field.cause in _LOUD else cause
    place = place_text(row.field.origin)
    parts = [f"{who}{text(row.field.path)} {_difference(row, currency)}", cause, code(place) if place else ""]
    return " · ".join(part for part in parts if part)


def _who(row: Row, group: Group) -> str:
    if row.addresses == (group.root,):
        return ""
    kind = text(spoken(row.addresses[0].kind))
    named = [code(child_name(address)) for address in row.addresses[:_NAMED]]
    more = len(row.addresses) - len(named)
    return f"{kind} {', '.join(named)}{f' and {number(more)} more' if more else ''}: "


def _difference(row: Row, currency: str) -> str:
    """Return how a field changes, on one line that a phone may wrap."""
    told = reading(row.field, currency, _ROOM_FOR_A_VALUE)
    beside = "".join(span.text for span in told.beside).strip()
    if is_diff(row.explanation):
        return text(beside)
    if row.explanation:
        lines = [text(line) for line in islice(explained_lines(row.explanation, _ROOM_FOR_A_VALUE), _NAMED)]
        more = ["…"] if len(row.explanation) > _NAMED else []
        return "<br>".join(["", *lines, *more])
    return "<br>".join([text(beside), *(text(_words(line)) for line in told.below)])


def _fenced(explanation: Sequence[str]) -> Iterator[str]:
    """Yield a difference of texts as code below its row; the fence is longer than any in the text."""
    lines = list(islice(explained_lines(explanation, _ROOM_FOR_A_VALUE), _LONGEST_DIFF))
    longest = max(len(run) for run in re.findall("`*", "\n".join(lines)))
    fence = "`" * max(3, longest + 1)
    yield f"    {fence}diff"
    yield from (f"    {line}" for line in lines)
    if len(explanation) > len(lines):
        yield f"    @@ {counted(len(explanation) - len(lines), 'more line')} @@"
    yield f"    {fence}"


def _words(line: Line) -> str:
    return "".join(span.text for span in line.spans)


def _things(group: Group) -> Iterator[str]:
    """Yield a line for the children of each kind that are made, taken over or removed while the root stays."""
    made_whole = group.change is not None and not tells_fields(group.change)
    alike_children: dict[tuple[str, str, str], list[Change]] = {}
    for child in group.children:
        if isinstance(child, Update) or (made_whole and child.action == (group.change and group.change.action)):
            continue
        how = child.how if isinstance(child, Remove) else ""
        alike_children.setdefault((child.action, how, child.address.kind), []).append(child)
    for (action, how, kind), members in alike_children.items():
        named = ", ".join(code(child_name(child.address)) for child in members[:_NAMED])
        more = f" and {number(len(members) - _NAMED)} more" if len(members) > _NAMED else ""
        fate = {"create": "new", "adopt": "**taken over**"}.get(action, f"**{text(how)}**")
        yield f"  - {_MARKS[action]} {text(spoken(kind))} {named}{more}: {fate}"


def _notes(reviewed: Sequence[Reviewed]) -> Iterator[tuple[str, ...]]:
    observed = sum(len(each.plan.observed) for each in reviewed)
    if observed:
        yield (f"{counted(observed, 'difference')} in fields that git only watches; never written.", "")
    for each in reviewed:
        for note in each.plan.notes:
            yield (f"- {text(each.store)}: {text(clipped(printable(note), 500))}",)
    yield ("",)


def _ending(reviewed: Sequence[Reviewed], left_out: int) -> Iterator[str]:
    if left_out:
        yield f"**{number(left_out)} more** found no room here; the plan files hold everything."
        yield ""
    for each in reviewed:
        plan = each.plan
        forecast = f"{counted(plan.forecast.calls, 'request')}, about {duration(plan.forecast.seconds)}"
        commit = f", commit {code(short(plan.inputs.commit))}" if plan.inputs.commit else ""
        yield f"- {text(each.store)}: plan {code(plan.digest)}{commit}, {forecast}"
