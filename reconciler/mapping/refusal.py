"""Refusal: why one rule has no value for one product, before it is known where to point."""

from reconciler.model.origin import FieldPath


class Refused(Exception):
    """A value that a rule cannot make. Never leaves the mapping: ``compile`` turns it into a Diagnostic."""

    def __init__(self, summary: str, hint: str | None = None, path: "FieldPath | None" = None) -> None:
        super().__init__(summary)
        self.summary = summary
        self.hint = hint
        self.path = path  # the value at fault in the product's file; None: the rule is at fault
