"""Resolvers, one module per domain.

A module says which fields it answers (FIELDS), which row classes stand for which GraphQL types (KINDS), which global
ids it can find (NODES), and which scope its root fields need (SCOPES). A new domain is a new module, a name below and
a file of the schema, which extends the types of other domains where it adds to them.
"""

from types import ModuleType

from reconciler.sandbox.resolvers import (
    bulk_operations,
    collection_duplicate,
    collection_products,
    collection_sources,
    collection_write,
    collections,
    files,
    files_write,
    images,
    inventory_items,
    job_names,
    metafield_definitions,
    metafields,
    nodes,
    operations,
    options,
    product_media,
    product_media_write,
    product_set,
    product_write,
    products,
    redirects,
    shop,
    staged_uploads,
    tags,
    variants,
    variants_write,
)

MODULES: tuple[ModuleType, ...] = (
    bulk_operations,
    collection_duplicate,
    collection_products,
    collection_sources,
    collection_write,
    collections,
    files,
    files_write,
    images,
    inventory_items,
    job_names,
    metafield_definitions,
    metafields,
    nodes,
    operations,
    options,
    product_media,
    product_media_write,
    product_set,
    product_write,
    products,
    redirects,
    shop,
    staged_uploads,
    tags,
    variants,
    variants_write,
)
