"""The embedded store: a persistent, local Shopify Admin GraphQL store, served over HTTP.

A leaf: it imports nothing else of the reconciler and nothing imports it, so the two cannot share a misunderstanding.
Never in here: anything the engine decides.
"""
