"""Condition sets: what makes a product a member of a collection, in the one form that both sides are compared in."""

import json
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationInfo, field_validator, model_validator

from reconciler.shopify.conditions import Spelled, condition_input
from reconciler.shopify.weights import canonical_weight


class Rule(BaseModel):
    """One condition; its values are a set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    field: str
    relation: str
    values: tuple[str, ...] = ()

    @field_validator("values")
    @classmethod
    def _as_a_set(cls, values: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        canonical = canonical_weight if info.data.get("field") == "weight" else str.strip
        return tuple(sorted({canonical(value) for value in values}))

    @model_validator(mode="after")
    def _of_the_vocabulary(self) -> Self:
        try:
            condition_input(self.spelled)
        except (LookupError, ValueError):
            message = f"no condition says {self.field} {self.relation} {', '.join(self.values)}"
            raise ValueError(message) from None
        return self

    @property
    def spelled(self) -> Spelled:
        """The condition as Shopify's is read and written."""
        return Spelled(self.field, self.relation, self.values)

    @property
    def handle(self) -> str:
        """The handle of a collection that holds the ids of this condition."""
        return f"condition {json.dumps([self.field, self.relation, *self.values])}"


def _rules(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(sorted(set(rules), key=lambda rule: (rule.field, rule.relation, rule.values)))


class Conditions(BaseModel):
    """What makes a product a member; a set, so neither order nor doubles count."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    match: Literal["all", "any"] = "all"
    rules: Annotated[tuple[Rule, ...], AfterValidator(_rules)]


def one_matches_alike(conditions: Conditions | None) -> Conditions | None:
    """All of one condition and any of one are the same."""
    if conditions is None or len(conditions.rules) != 1:
        return conditions if conditions is not None and conditions.rules else None
    return Conditions(rules=conditions.rules)
