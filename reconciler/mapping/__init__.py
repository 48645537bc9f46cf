"""Catalog, rules and a store become what git asks of that store. Pure: no files, no clock, no Shopify spelling."""
