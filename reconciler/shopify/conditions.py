"""Conditions by which a collection takes its products. Shopify: CollectionSourceInclusionCondition and its kinds.

Each kind has types of its own for its relation and its values, so every field of the selection goes by an alias of its
own. A kind that takes one value has no match type. What is not spelled here (metafields, the status, a product category
without those below it) is not read, and so is left alone. (shopify.dev, 2026-10)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model.json import Json
from reconciler.model.money import amount_text, exact
from reconciler.shopify.weights import weight_input, weight_text

CATEGORY: Final = "gid://shopify/TaxonomyCategory/"
TYPE: Final = "CollectionSourceInclusionCondition"
_TEXT: Final = {
    "is": "EQUALS",
    "is_not": "NOT_EQUALS",
    "contains": "CONTAINS",
    "does_not_contain": "DOES_NOT_CONTAIN",
    "starts_with": "STARTS_WITH",
    "ends_with": "ENDS_WITH",
}
_NUMBER: Final = {"is": "EQUALS", "is_not": "NOT_EQUALS", "above": "GREATER_THAN", "below": "LESS_THAN"}
_NEGATIVE: Final = frozenset({"is_not", "does_not_contain"})


@dataclass(frozen=True, slots=True)
class Spelled:
    """One condition as git says it: field, relation, values."""

    field: str
    relation: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one field of git is spelled."""

    name: str
    """Its name in inputs: ``productTag``."""
    relations: Mapping[str, str]
    read: Callable[[Any], str | None]
    """A value of an answer → git's text; None for one that git cannot say."""
    write: Callable[[str], Json]
    selection: str = ""
    """The fields of a value, where it has any."""
    many: bool = True

    @property
    def type(self) -> str:
        """The type of its conditions."""
        return f"{TYPE}{self.name[0].upper()}{self.name[1:]}"

    @property
    def fragment(self) -> str:
        """What is asked of its conditions."""
        values = "values" if self.many else "value"
        below = f" {{ {self.selection} }}" if self.selection else ""
        match = "matchType " if self.many else ""
        return f"... on {self.type} {{ {match}{self.name}Relation: relation {self.name}Values: {values}{below} }}"


def _money(value: Mapping[str, Any]) -> str:
    return f"{amount_text(exact(value['amount']))} {value['currencyCode']}"


def _money_input(text: str) -> Json:
    amount, _, currency = text.partition(" ")
    return {"amount": amount, "currencyCode": currency}


def _category(value: Mapping[str, Any]) -> str | None:
    text: str = value["category"]["id"]
    return text.removeprefix(CATEGORY) if value["includeDescendants"] else None


def _category_input(text: str) -> Json:
    return {"categoryId": f"{CATEGORY}{text}", "includeDescendants": True}


def _of_text(name: str) -> Spelling:
    return Spelling(name, _TEXT, str, str)


_PRICES: Final = {**_NUMBER, "is_set": "IS_SET", "is_not_set": "IS_NOT_SET"}
_STOCK: Final = {relation: name for relation, name in _NUMBER.items() if relation != "is_not"}
_AMOUNT: Final = "amount currencyCode"
SPELLINGS: Final[Mapping[str, Spelling]] = {
    "tag": Spelling("productTag", {"is": "TAGGED_WITH", "is_not": "NOT_TAGGED_WITH"}, str, str),
    "title": _of_text("productTitle"),
    "type": _of_text("productType"),
    "vendor": _of_text("productVendor"),
    "variant_title": _of_text("variantTitle"),
    "category": Spelling(
        "productCategory",
        {"is": "EQUALS", "is_not": "NOT_EQUALS"},
        _category,
        _category_input,
        "category { id } includeDescendants",
    ),
    "price": Spelling("variantPrice", _NUMBER, _money, _money_input, _AMOUNT, many=False),
    "compare_at_price": Spelling("variantCompareAtPrice", _PRICES, _money, _money_input, _AMOUNT, many=False),
    "weight": Spelling("variantWeight", _NUMBER, weight_text, weight_input, "unit value", many=False),
    "inventory": Spelling("variantInventory", _STOCK, str, int, many=False),
}
"""Field of git → how it is spelled."""
FIELDS: Final = {kind.type: field for field, kind in SPELLINGS.items()}
"""Type of a condition → field of git."""

CONDITION_SELECTION: Final = f"__typename id {' '.join(kind.fragment for kind in SPELLINGS.values())}"
"""The fields of a condition."""


def read_condition(node: Mapping[str, Any]) -> Spelled | None:
    """Return the condition of a store as git would say it; None for one that git cannot say."""
    field = FIELDS.get(node["__typename"])
    if field is None:
        return None
    kind = SPELLINGS[field]
    relation = next((ours for ours, name in kind.relations.items() if name == node[f"{kind.name}Relation"]), None)
    held = node[f"{kind.name}Values"]
    values = [kind.read(value) for value in (held if kind.many else [held] if held is not None else [])]
    if relation is None or None in values:
        return None
    if kind.many and len(values) > 1 and node["matchType"] != _match(relation):
        return None
    return Spelled(field, relation, tuple(value for value in values if value is not None))


def condition_input(condition: Spelled) -> dict[str, Json]:
    """Return the input that makes a condition; the same serves to change one of its kind."""
    kind = SPELLINGS[condition.field]
    values: list[Json] = [kind.write(value) for value in condition.values]
    body: dict[str, Json] = {"relation": kind.relations[condition.relation]}
    if kind.many:
        body |= {"matchType": _match(condition.relation), "values": values}
    elif values:
        body["value"] = values[0]
    return {kind.name: body}


def _match(relation: str) -> str:
    """Of several values one is enough; of those that must not be, none may be."""
    return "ALL" if relation in _NEGATIVE else "ANY"


def condition_changes(
    before: Mapping[Spelled, Iterable[str]], after: Iterable[Spelled]
) -> tuple[list[Json], list[Json], list[Json]]:
    """Return the inputs of conditions to create, to change and to delete.

    ``before``: the conditions of the store with their ids. One that goes becomes one of its kind that comes.
    """
    wanted = dict.fromkeys(after)
    gone = [(condition, each) for condition, ids in before.items() if condition not in wanted for each in ids]
    doubles = [each for condition, ids in before.items() if condition in wanted for each in list(ids)[1:]]
    create: list[Json] = []
    change: list[Json] = []
    for condition in wanted:
        if condition in before:
            continue
        like = next((item for item in gone if item[0].field == condition.field), None)
        if like is None:
            create.append(condition_input(condition))
        else:
            gone.remove(like)
            change.append({"id": like[1], "condition": condition_input(condition)})
    return create, change, [*(each for _, each in gone), *doubles]
