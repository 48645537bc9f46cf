"""Resolvers, one module per domain.

A module says which fields it answers (FIELDS), which row classes stand for which GraphQL types (KINDS), and which
global ids it can find (NODES). A new domain is a new module and a name below.
"""

from types import ModuleType

from reconciler.sandbox.resolvers import (
    inventory_items,
    metafield_definitions,
    metafields,
    nodes,
    operations,
    options,
    product_set,
    product_write,
    products,
    redirects,
    shop,
    tags,
    variants,
    variants_write,
)

MODULES: tuple[ModuleType, ...] = (
    inventory_items,
    metafield_definitions,
    metafields,
    nodes,
    operations,
    options,
    product_set,
    product_write,
    products,
    redirects,
    shop,
    tags,
    variants,
    variants_write,
)
