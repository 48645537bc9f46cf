"""The text of one group: a line that names it, then what changes below, variants by SKU, alike changes once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from reconciler.model.change import Adopt, Change, Create, Move, Remove, Update, deletes
from reconciler.render.along import along_lines
from reconciler.render.group import Group, rows, tells_fields, value_of
from reconciler.render.printable import clipped, printable, quoted
from reconciler.render.row_text import Block, Page, row_blocks, value_lines
from reconciler.render.style import Detail, Ink, Line, Span, line
from reconciler.render.value import amount, money_range, value_text
from reconciler.render.words import child_name, counted, counted_kinds, name, names, spoken

_INDENT = 4
_FEW = 4  # things of one kind that still get a line each
_LONGEST_TITLE = 60
_LEAST_ROOM = 30  # columns for names
_CONSENT = "adopt: it is in the store without our mark; needs consent"


def group_lines(group: Group, page: Page) -> Iterator[Line]:
    """Yield the lines of a group: its name, then its changes, the last ones only counted where they are too many."""
    yield _heading(group, page)
    left = page.longest_group
    hidden = Counter[str]()
    for block in _blocks(group, page):
        if left is not None:
            left = -1 if hidden or len(block.lines) > left else left - len(block.lines)
        if left is None or left >= 0:
            yield from block.lines
        else:
            hidden.update(address.kind for address in block.addresses)
    if hidden:
        kinds = ", ".join(counted(count, f"more {spoken(kind)} change") for kind, count in hidden.items())
        yield line(Span(f"… {kinds}; all with --all", Ink.QUIET), indent=_INDENT)


def _heading(group: Group, page: Page) -> Line:
    change = group.change
    called = f"{spoken(group.root.kind)} {name(group.root.key)}"
    if change is None:
        return line(Span("~ ", Ink.CHANGED), Span(called, Ink.STRONG))
    spans = [_mark(change), Span(called, Ink.STRONG)]
    title = value_of(change, "title")
    if isinstance(title, str):
        spans.append(Span(f"  {quoted(clipped(printable(title), _LONGEST_TITLE))}"))
    return line(*spans, *_remark(change, group.children, page))


def _mark(change: Change) -> Span:
    match change:
        case Create():
            return Span("+ ", Ink.ADDED)
        case Adopt():
            return Span("! ", Ink.LOUD)
        case Move():
            return Span("> ", Ink.CHANGED)
        case Update():
            return Span("~ ", Ink.CHANGED)
        case Remove():
            return Span("- ", Ink.REMOVED)
        case _:
            assert_never(change)


def _remark(change: Change, children: Sequence[Change], page: Page) -> tuple[Span, ...]:
    match change:
        case Create():
            made = [child for child in children if isinstance(child, Create)]
            parts = [*_status(change), *counted_kinds(child.address for child in made), *_prices(made, page)]
            return (*((Span(f"  {', '.join(parts)}"),) if parts else ()), *_history(change))
        case Adopt():
            return (Span(f"  {_CONSENT}", Ink.LOUD),)
        case Move():
            return (Span(f"  moved: its key was {name(change.was.key)}", Ink.CHANGED),)
        case Remove():
            gone = counted_kinds(child.address for child in children if _goes_along(change, child))
            return (
                Span(f"  {change.how}", Ink.REMOVED),
                Span(f", with {', '.join(gone)}" if gone else ""),
                *_history(change),
            )
        case Update():
            return () if change.fields else (Span("  nothing to write", Ink.QUIET),)
        case _:
            assert_never(change)


def _status(change: Change) -> list[str]:
    status = value_of(change, "status")
    return [status] if isinstance(status, str) else []


def _prices(changes: Iterable[Change], page: Page) -> list[str]:
    known = (amount("price", value_of(change, "price")) for change in changes)
    prices = [price for price in known if price is not None]
    return [money_range(prices, page.currency)] if prices else []


def _goes_along(root: Change, child: Change) -> bool:
    """Whether the root's line speaks for the child: it is made, or deleted, together with it."""
    return (isinstance(root, Create) and isinstance(child, Create)) or (deletes(root) and deletes(child))


def _blocks(group: Group, page: Page) -> Iterator[Block]:
    for told_along in along_lines(group.changes, group.root):
        yield Block((line(Span(told_along, Ink.LOUD), indent=_INDENT),), (group.root,))
    told = [child for child in group.children if not _in_heading(group, child, page)]
    if group.change and tells_fields(group.change):
        yield from row_blocks(rows([group.change], page.explanations), group.root, page, _INDENT)
    elif group.change and page.detail is Detail.FULL:
        yield from _values(group.change, page, _INDENT)
    fields = [child for child in told if tells_fields(child)]
    yield from row_blocks(rows(fields, page.explanations), group.root, page, _INDENT)
    yield from _things([child for child in told if not (isinstance(child, Update) and child.fields)], page)


def _in_heading(group: Group, child: Change, page: Page) -> bool:
    return group.change is not None and page.detail is Detail.NORMAL and _goes_along(group.change, child)


def _things(changes: Sequence[Change], page: Page) -> Iterator[Block]:
    """Children that are made, deleted, set aside or taken over: a line each while they are few."""
    alike: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        how = change.how if isinstance(change, Remove) else ""
        told = "".join(span.text for span in _history(change))
        alike.setdefault((change.action, how, change.address.kind, told), []).append(change)
    for members in alike.values():
        if len(members) > _FEW and page.detail is Detail.NORMAL:
            yield Block((_bundle(members, page),), tuple(change.address for change in members))
            continue
        for change in members:
            yield Block((_thing(change, page),), (change.address,))
            if page.detail is Detail.FULL and not tells_fields(change):
                yield from _values(change, page, _INDENT + 2)


def _thing(change: Change, page: Page) -> Line:
    called = Span(f"{spoken(change.address.kind)} {name(child_name(change.address))}", Ink.STRONG)
    known = [value_text("", value_of(change, "option_values"), page.currency)] if _has_options(change) else []
    about = ", ".join([*known, *_prices([change], page), *_pieces(change)])
    return line(_mark(change), called, f"  {about}" if about else "", *_fate(change), indent=2)


def _pieces(change: Change) -> list[str]:
    """How many there are of it, or by how many that changes."""
    available, delta = value_of(change, "available"), value_of(change, "delta")
    counts = [str(available)] if isinstance(available, int) else []
    return [*counts, f"{delta:+d}"] if isinstance(delta, int) else counts


def _bundle(changes: Sequence[Change], page: Page) -> Line:
    spans = [_mark(changes[0]), Span(", ".join(counted_kinds(change.address for change in changes)), Ink.STRONG)]
    spans += [Span(f"  {price}") for price in _prices(changes, page)]
    spans += _fate(changes[0])
    room = max(_LEAST_ROOM, page.width - sum(len(span.text) for span in spans) - _INDENT)
    listed = names([child_name(change.address) for change in changes], room)
    return line(*spans, Span(f"  {listed}", Ink.QUIET), indent=2)


def _fate(change: Change) -> tuple[Span, ...]:
    match change:
        case Remove():
            return (Span(f"  {change.how}", Ink.REMOVED), *_history(change))
        case Adopt():
            return (Span(f"  {_CONSENT}", Ink.LOUD),)
        case Move():
            return (Span(f"  moved: its key was {name(change.was.key)}", Ink.CHANGED),)
        case Update():
            return (Span("  nothing to write", Ink.QUIET),)
        case Create():
            return _history(change)
        case _:
            assert_never(change)


def _history(change: Change) -> tuple[Span, ...]:
    """What somebody did in the store to a thing that is made or deleted; its fields are not told one by one."""
    causes = {each.cause for each in change.fields}
    if isinstance(change, Create) and "store" in causes:
        return (Span("  was removed in the store", Ink.LOUD),)
    if deletes(change) and "both" in causes:
        return (Span("  was changed in the store", Ink.ALARM),)
    if deletes(change) and "store" in causes:
        return (Span("  was added in the store", Ink.LOUD),)
    return ()


def _has_options(change: Change) -> bool:
    return bool(value_of(change, "option_values"))


def _values(change: Change, page: Page, indent: int) -> Iterator[Block]:
    """Every field of what is made or deleted, with its one value."""
    texts = [
        value_text(each.path, each.before if deletes(change) else each.after, page.currency) for each in change.fields
    ]
    yield from (Block((each,), (change.address,)) for each in value_lines(change.fields, texts, page, indent))
