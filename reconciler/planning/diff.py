"""What differs. ``==`` on canonical values decides; DeepDiff only explains a long value to people, afterwards.

Mappings are compared key by key: whole, a store that merges what it is sent would never converge.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.model.json import Json
from reconciler.model.resource import Resource


def differences(desired: Resource, live: Resource | None) -> Iterator[tuple[str, Json, Json]]:
    """Yield path, live value and desired value of each declared field that is not equal, in order.

    Without a live resource every declared field differs.
    """
    if live is None:
        for name, value in desired.spelled().items():
            yield name, None, value
        return
    names = unequal(desired, live)
    if not names:
        return  # as nearly always: only what differs is spelled
    held, asked = live.managed(), desired.managed()
    spelled, held_spelled = desired.spelled(), live.spelled()
    for name in names:
        value, other = asked[name], held.get(name)
        if isinstance(value, Mapping) and isinstance(other, Mapping | None):
            members = _differing(value, other or {})
            before: Any = held_spelled.get(name) or {}
            after: Any = spelled[name]
            yield from ((f"{name}.{key}", before.get(key), after[key]) for key in members)
        else:
            yield name, held_spelled.get(name), spelled[name]


def unequal(desired: Resource, live: Resource) -> list[str]:
    """Return the declared fields that are not equal, in order; nothing is spelled."""
    asked, held, given = vars(desired), vars(live), live.model_fields_set
    found = set[str]()
    for name in desired.model_fields_set:
        value, other = asked[name], held[name] if name in given else None
        if value != other and _differ(value, other):
            found.add(name)
    return [name for name in type(desired).__pydantic_fields__ if name in found] if found else []


def _differ(desired: object, live: object) -> bool:
    """Whether two values that are not equal differ in what git asks for."""
    if isinstance(desired, Mapping) and isinstance(live, Mapping | None):
        return bool(_differing(desired, live or {}))
    return True


def _differing(desired: Mapping[str, Any], live: Mapping[str, Any]) -> list[str]:
    return [key for key in sorted(desired) if desired[key] != live.get(key)]


def explained(before: Json, after: Json) -> tuple[str, ...]:
    """Return lines that say what changed inside a long value: members of lists, lines of text.

    Short values explain themselves: no lines.
    """
    lists = isinstance(before, list) and isinstance(after, list)
    texts = isinstance(before, str) and isinstance(after, str) and "\n" in before + after
    if not (lists or texts):
        return ()
    from deepdiff import DeepDiff  # noqa: PLC0415  a quarter of a second, for the few plans that need it

    difference = DeepDiff(before, after, ignore_order=lists, verbose_level=2)
    if texts:
        text = difference.get("values_changed", {}).get("root", {}).get("diff", "")
        return tuple(text.splitlines()[2:])  # what comes first are the names of files, of which there are none
    added = [f"+ {value}" for value in difference.get("iterable_item_added", {}).values()]
    removed = [f"- {value}" for value in difference.get("iterable_item_removed", {}).values()]
    moved = ["order changed"] if not (added or removed) and not difference else []
    changed = [f"{pair['old_value']} → {pair['new_value']}" for pair in difference.get("values_changed", {}).values()]
    return (*removed, *added, *changed, *moved)
