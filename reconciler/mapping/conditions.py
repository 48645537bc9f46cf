"""Conditions of a category, as a store's collection has them: amounts of money in the store's currency."""

from collections.abc import Mapping

from reconciler.model.category import Condition, Conditions
from reconciler.model.money import amount_text
from reconciler.model.store import Store


def conditions_of(conditions: Conditions | None, store: Store) -> Mapping[str, object] | None:
    """Return the conditions with every value as text; None takes them away."""
    if conditions is None:
        return None
    rules = tuple(
        {"field": rule.field, "relation": rule.relation, "values": tuple(_texts(rule, store))}
        for rule in conditions.rules
    )
    return {"match": conditions.match, "rules": rules}


def _texts(rule: Condition, store: Store) -> list[str]:
    if rule.is_about_money:
        return [f"{amount_text(value)} {store.currency}" for value in rule.amounts]
    return [str(value) for value in rule.values]
