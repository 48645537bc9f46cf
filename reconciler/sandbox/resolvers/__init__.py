"""Resolvers, one module per domain.

A module says which fields it answers (FIELDS), which row classes stand for which GraphQL types (KINDS), which global
ids it can find (NODES), which scope its root fields need (SCOPES), and which of its mutations are sent with an
idempotency key (IDEMPOTENT). A new domain is a new module, a name below and
a file of the schema, which extends the types of other domains where it adds to them.
"""

from types import ModuleType

from reconciler.sandbox.resolvers import (
    collection_duplicate,
    collection_products,
    collection_sources,
    collection_write,
    collections,
    inventory_activation,
    inventory_items,
    inventory_levels,
    inventory_quantities,
    job_names,
    location_write,
    locations,
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
    stock,
    tags,
    variants,
    variants_write,
)

MODULES: tuple[ModuleType, ...] = (
    collection_duplicate,
    collection_products,
    collection_sources,
    collection_write,
    collections,
    inventory_activation,
    inventory_items,
    inventory_levels,
    inventory_quantities,
    job_names,
    location_write,
    locations,
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
    stock,
    tags,
    variants,
    variants_write,
)
