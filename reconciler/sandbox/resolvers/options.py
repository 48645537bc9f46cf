"""Options."""

from reconciler.sandbox.context import Fields

FIELDS: Fields = {}
