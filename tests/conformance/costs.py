"""Recorded queries and what they cost: the samples that ask for core roots only and are valid in our version.

A sample tells the values of its whole numbers and of nothing else, so that what an input adds is priced as nothing.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, parse, validate
from graphql.utilities import value_from_ast_untyped

from reconciler.sandbox.language.cost import Pricing
from reconciler.sandbox.language.schema import the_schema
from tests.conformance.acceptance import place
from tests.conformance.roots import CORE
from tests.conformance.scenario import roots_of
from tests.official_schema import official_schema
from tests.sandbox.store import VERSION

UNTOLD = "its input adds to it, and the sample does not tell it"
# Operations that cost more than their text says, or less: why, as far as anyone knows.
UNEXPLAINED = {
    "AdminPlatformProductOptionNodeReads": "11 more than its fields",
    "BulkOperationRootCountProductVariantUpdate": UNTOLD,
    "InventoryAdjustQuantitiesParityPlan": "1 more than its fields",
    "InventoryQuantityContractSet": "3 more than its fields",
    "ProductJoinLeaveSellingPlanGroupsValidationSetupProduct": "15 more than its fields",
    "ProductNestedConnectionsVariantBulkCreate": UNTOLD,
    "ProductSetParityPlan": UNTOLD,
    "ProductVariantsBulkCreateParityPlan": UNTOLD,
    "ProductVariantsBulkDeleteParityPlan": "4 less than its fields",
    "ProductVariantsBulkUpdateParityPlan": UNTOLD,
    "StorefrontCollectionsVariantsUpdate": UNTOLD,
}


@dataclass(frozen=True)
class Sample:
    """A query that cost something."""

    document: DocumentNode
    operation: OperationDefinitionNode
    numbers: dict[str, Any]
    requested: int

    @property
    def name(self) -> str:
        """The operation's name."""
        return self.operation.name.value if self.operation.name else ""

    @cached_property
    def lacking(self) -> list[str]:
        """The fields and types that the store does not have."""
        return sorted({_named(error.message) for error in validate(the_schema(), self.document)})

    @cached_property
    def is_met(self) -> bool:
        """Whether the store asks the recorded price."""
        return not self.lacking and self._price(the_schema()) == self.requested

    def _price(self, schema: GraphQLSchema) -> int:
        fragments = {
            one.name.value: one for one in self.document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        declared = {one.variable.name.value: one for one in self.operation.variable_definitions or ()}
        defaults = {
            name: value_from_ast_untyped(one.default_value) for name, one in declared.items() if one.default_value
        }
        return Pricing(schema, fragments, defaults | self.numbers).requested(self.operation)


def samples() -> Iterator[Sample]:
    """Yield the samples. Skips the test where they are not to be had."""
    official = official_schema(VERSION)
    for line in place("recorded", "cost-samples.jsonl").read_text(encoding="utf-8").splitlines():
        content = json.loads(line)
        roots = roots_of(content["query"])
        if not roots or not roots <= CORE:
            continue
        document = parse(content["query"])
        operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
        if len(operations) == 1 and not validate(official, document):
            yield Sample(document, operations[0], content["intVars"] or {}, content["requested"])


def summary(priced: Iterable[Sample]) -> str:
    """Return what docs/conformance.md says about costs."""
    listed = list(priced)
    known = [one for one in listed if not one.lacking]
    met = sum(one.is_met for one in known)
    lacking = Counter(name for one in listed for name in one.lacking)
    rows = [f"| {one.name} | {UNEXPLAINED.get(one.name, '')} |\n" for one in known if not one.is_met]
    names = ", ".join(f"{name} ({count})" for name, count in lacking.most_common())
    told = f"\nWhat the store does not have, by how many of the requests ask for it: {names}.\n" if names else ""
    return (
        f"## Requested cost\n\nOf {len(listed)} recorded requests that ask for core roots only, the store knows every "
        f"field of {len(known)}, and asks the recorded price for {met} of them ({100 * met / len(known):.1f} %).\n\n"
        f"| operation | what is not explained |\n|---|---|\n{''.join(rows)}{told}"
    )


def _named(message: str) -> str:
    found = re.search(r"field '(\w+)' on type '(\w+)'", message)
    if found:
        return f"`{found[2]}.{found[1]}`"
    quoted = re.findall(r"'\$?([\w.]+)'", message)
    return f"`{quoted[0]}`" if quoted else message
