"""Checks: from what was found, and from errors, to what the connection test says."""

from collections.abc import Callable, Sequence

from reconciler.model.checkup import Check
from reconciler.model.errors import Diagnostic, InvalidInput, ReconcilerError, StoreRefused
from reconciler.shopify.errors import ShopError

NAMES = (
    "address",
    "shop",
    "token",
    "API version",
    "scopes",
    "currency",
    "locations",
    "publications",
    "documents",
    "limits",
)
"""Every check, in the order in which they build on each other."""


def passed(name: str, *found: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(name, found)


def failed(
    name: str, problems: Sequence[Diagnostic], *, found: Sequence[str] = (), exit_code: int | None = None
) -> Check:
    """Return a check that failed; without an exit code of its own, the store is at fault."""
    return Check(name, tuple(found), tuple(problems), StoreRefused.exit_code if exit_code is None else exit_code)


def refused(name: str, error: ReconcilerError) -> Check:
    """Return a check that failed with an error."""
    match error:
        case InvalidInput(diagnostics=diagnostics):
            return failed(name, diagnostics, exit_code=InvalidInput.exit_code)
        case ShopError(cause=cause, cure=cure):
            return failed(name, [Diagnostic(cause, hint=cure)])
        case _:
            return failed(name, [Diagnostic(str(error))])


def looked_at(name: str, look: Callable[[], Check]) -> Check:
    """Return what a look found; an error is a finding, too."""
    try:
        return look()
    except (InvalidInput, StoreRefused) as error:
        return refused(name, error)


def unseen(name: str, because: str) -> Check:
    """Return a check that could not be looked at, because of another one."""
    return Check(name, because=because)


def complete(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Return all checks in their order; one that nobody looked at names the failure before it."""
    by_name = {check.name: check for check in checks}
    stopped_by = next((name for name in reversed(NAMES) if name in by_name and by_name[name].problems), NAMES[0])
    return tuple(by_name.get(name) or unseen(name, stopped_by) for name in NAMES)
