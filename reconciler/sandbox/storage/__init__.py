"""Rows on disk: one SQLite file a shop. In here: tables, rows, transactions. Never: GraphQL, rules of the API."""
