"""The page of mappings: kinds and their fields, each with the rule that we ship, and the forms of rules."""

from collections.abc import Mapping
from typing import Any

from tests.reference.markdown import code, table

Schema = Mapping[str, Any]


def mapping_page(schema: Schema) -> str:
    """Return the forms of rules, then a table for each kind."""
    rules = [each for each in schema["$defs"]["Rule"]["anyOf"] if "properties" in each]
    named = {name: part for rule in rules for name, part in rule["properties"].items()}
    forms = [
        (
            "text",
            "Jinja2 over product, variant and store; one `{{ expression }}` keeps its type.",
            code("{{ product.name }}"),
        )
    ]
    forms += [("null", "Clear the field.", code("null"))]
    forms += [(code(name), part["description"], code({name: part["examples"][0]})) for name, part in named.items()]
    price = named["price"]["properties"]
    parts = [(code(name), part["description"], code(part["examples"][0])) for name, part in price.items()]
    kinds = [_kind(name, kind) for name, kind in schema["properties"].items() if "properties" in kind]
    ownership = schema["properties"]["ownership"]
    return "\n".join(
        [
            "## Rules\n",
            table(("rule", "makes", "example"), forms),
            "### Parts of a price\n",
            table(("part", "means", "example"), parts),
            *kinds,
            f"## ownership\n\n{ownership['description']} For example {code(ownership['examples'][0])}.\n",
        ]
    )


def _kind(name: str, kind: Schema) -> str:
    rows = [(code(field), part["description"], code(part["examples"][0])) for field, part in kind["properties"].items()]
    return f"## {name}\n\n{kind['description']}\n\n{table(('field', 'is', 'rule'), rows)}"
