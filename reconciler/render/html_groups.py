"""Groups as the page's script gets them: plain values, everything in words that are printable."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Move, Remove, deletes
from reconciler.render.group import Group, Row, rows, tells_fields, value_of
from reconciler.render.html_brief import brief
from reconciler.render.html_values import clean, difference, has_markup
from reconciler.render.printable import printable
from reconciler.render.review import Alike
from reconciler.render.row_text import place_text
from reconciler.render.value import amount, money_text, move, move_text, value_text
from reconciler.render.words import CAUSES, child_name, spoken

Thumbnail: TypeAlias = Callable[[str], str | None]
"""The source of an image, as a file names it → a small picture as a ``data:`` address; None where there is none."""

_GRID = frozenset({"price", "compare_at_price", "cost"})


def no_thumbnail(source: str) -> None:
    """Return that there is no picture at hand."""
    del source


def group_document(group: Group, decision: Alike, thumbnail: Thumbnail, loss: str) -> dict[str, Any]:
    """Return one group: what a reader sees at once, what a search looks at, and the details.

    loss: what shoppers will not find any more, in words that stand beside its name; empty where they lose nothing.
    """
    currency = decision.first.plan.target.currency
    change = group.change
    title = value_of(change, "title") if change is not None else None
    causes = sorted({each.cause for change in group.changes for each in change.fields if each.cause})
    document = {
        "stores": [printable(store) for store in decision.stores],
        "kind": spoken(group.root.kind),
        "key": printable(group.root.key),
        "title": printable(title) if isinstance(title, str) else "",
        "action": change.action if change is not None else "update",
        "fate": _fate(change),
        "loss": loss,
        "causes": causes,
        "kinds": sorted({spoken(each.address.kind) for each in group.changes}),
        "brief": list(brief(group, currency)),
        "rows": [_row(row, group, currency) for row in rows(_told(group), decision.first.explanations)],
        "things": [_thing(each, currency) for each in group.children if not tells_fields(each)],
        "values": _values(change, currency) if change and not tells_fields(change) else [],
        "grid": _grid(group, currency),
        "pictures": list(_pictures(group, thumbnail)),
    }
    document["search"] = _search(document)
    return document


def _fate(change: Change | None) -> str:
    if isinstance(change, Remove):
        return printable(change.how)
    if isinstance(change, Move):
        return printable(f"its key was {change.was.key}")
    return {"create": "new", "adopt": "taken over: it is in the store without our mark"}.get(
        change.action if change is not None else "update", ""
    )


def _told(group: Group) -> list[Change]:
    own = [group.change] if group.change is not None and tells_fields(group.change) else []
    return [*own, *(child for child in group.children if tells_fields(child))]


def _row(row: Row, group: Group, currency: str) -> dict[str, Any]:
    field = row.field
    moved = move(amount(field.path, field.before), amount(field.path, field.after))
    return {
        "who": [printable(child_name(address)) for address in row.addresses if address != group.root],
        "of": spoken(row.addresses[0].kind) if row.addresses != (group.root,) else "",
        "path": printable(field.path),
        **difference(field.path, field.before, field.after, currency).document(),
        "members": [printable(line) for line in row.explanation],
        "move": move_text(moved) if moved is not None else "",
        "cause": field.cause or "",
        "why": CAUSES.get(field.cause or "", ""),
        "place": printable(place_text(field.origin)),
        "trail": [printable(rule) for rule in field.origin.trail] if field.origin else [],
    }


def _thing(change: Change, currency: str) -> dict[str, Any]:
    return {
        "action": change.action,
        "fate": _fate(change),
        "kind": spoken(change.address.kind),
        "name": printable(child_name(change.address)),
        "values": _values(change, currency),
    }


def _values(change: Change, currency: str) -> list[dict[str, Any]]:
    """Return every field of what is made or deleted, and what goes along."""
    along = change.takes_along if isinstance(change, Remove) else ()
    told: list[dict[str, Any]] = [{"path": "takes along", "value": printable(str(each)), "place": ""} for each in along]
    return [*told, *(_value(each, change, currency) for each in change.fields)]


def _value(field: FieldChange, change: Change, currency: str) -> dict[str, Any]:
    value = field.before if deletes(change) else field.after
    looks = {"looks": clean(value)} if isinstance(value, str) and has_markup(value) else {}
    return {
        **looks,
        "path": printable(field.path),
        "value": value_text(field.path, value, currency),
        "place": printable(place_text(field.origin)),
    }


def _grid(group: Group, currency: str) -> list[dict[str, Any]]:
    """Return a row for each variant with a price or a stock that changes: its prices and pieces, before and after."""
    lines: dict[str, dict[str, Any]] = {}
    for change in group.children:
        cells = dict(_cells(change, currency))
        if cells:
            variant = child_name(_variant_of(change.address))
            lines.setdefault(variant, {"name": printable(variant)}).update(cells)
    return list(lines.values())


def _cells(change: Change, currency: str) -> Iterator[tuple[str, dict[str, str]]]:
    for each in change.fields:
        if change.address.kind == "variant" and each.path in _GRID:
            texts = [_money(each, side, currency) for side in (each.before, each.after)]
            yield each.path, {"before": texts[0], "after": texts[1], "move": _move_text(each)}
        elif change.address.kind == "stock" and each.path == "available" and isinstance(each.after, int):
            before = each.before if isinstance(each.before, int) else 0
            place = printable(change.address.key.rpartition("/")[2])
            yield (
                f"stock {place}",
                {"before": str(before), "after": str(each.after), "move": f"{each.after - before:+d}"},
            )


def _money(field: FieldChange, value: object, currency: str) -> str:
    held = amount(field.path, value if isinstance(value, str) else None)
    return money_text(held, currency) if held is not None else "–"


def _move_text(field: FieldChange) -> str:
    moved = move(amount(field.path, field.before), amount(field.path, field.after))
    return move_text(moved) if moved is not None else ""


def _variant_of(address: Address) -> Address:
    return address if address.kind == "variant" else Address("variant", address.key.rpartition("/")[0])


def _pictures(group: Group, thumbnail: Thumbnail) -> Iterator[dict[str, str]]:
    for change in group.changes:
        source = value_of(change, "source")
        if isinstance(source, str) and not isinstance(change, Remove):
            alt = value_of(change, "alt")
            picture = {"source": printable(source), "alt": printable(alt) if isinstance(alt, str) else ""}
            yield {
                **picture,
                "data": thumbnail(source) or "",
                "fate": "new" if isinstance(change, Create) else "changed",
            }


def _search(document: dict[str, Any]) -> str:
    words: Sequence[str] = [
        *document["stores"],
        document["kind"],
        document["key"],
        document["title"],
        document["loss"],
        *document["brief"],
        *(word for row in document["rows"] for word in (*row["who"], row["path"], row["before"], row["after"])),
        *(thing["name"] for thing in document["things"]),
    ]
    return " ".join(words).lower()
