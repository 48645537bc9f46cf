"""What a store answers when it does not do what we ask, one class for each thing a reader may do about it.

::

    StoreRefused                 exit 7
    └── ShopError                names the store, the cause and the cure
        ├── Unauthorized         401, or the grant was refused: the credential is wrong
        ├── Forbidden            403
        ├── AccessDenied         a scope is missing; carries scope and path
        ├── MissingScopes        scopes are missing, found before anything was asked
        ├── ShopFrozen           402
        ├── ShopNotFound         404
        ├── ShopLocked           423, SHOP_INACTIVE
        ├── SecurityRejection    430
        ├── Unreachable          never sent: DNS, refused, TLS, proxy
        ├── Unavailable          sent, and no usable answer after the safe retries (reads)
        ├── OutcomeUnknown       the same for a write: it may or may not have been done
        ├── Throttled            the bucket stayed empty for longer than our patience
        ├── ImpossibleCost       one request costs more than the bucket holds; ours to mend, exit 1
        ├── QueryRejected        a document or its variables are wrong; ours to mend, exit 1
        ├── BulkUnfinished       a bulk operation was begun, and what became of it is not known
        ├── UploadFailed         a file of the repository could not be brought to the store
        ├── SearchIgnored        a filter was ignored, so it matched everything; ours to mend, exit 1
        ├── WrongVersion         another API version answered
        ├── LeaseHeld            somebody else writes the store; nothing was written
        ├── LeaseRefused         the lease cannot be taken, or read; nothing was written
        ├── BrokenOff            somebody interrupted us; it was not sent
        ├── LeaseLost            the lease ran out or was taken over; nothing more was written
        └── BadResponse          not JSON, too large, a redirect
    ReconcilerError              exit 1
    └── WriteRefused             a client that may only read was handed a mutation; nothing was sent

For a mutation, ``OutcomeUnknown`` is the only one after which the store may hold the change; in bulk,
``BulkUnfinished``.
"""

from collections.abc import Sequence

from reconciler.model.errors import ReconcilerError, StoreRefused


class ShopError(StoreRefused):
    """Where, what is wrong, what to do. Made of text only, so it can be pickled and holds no request."""

    def __init__(self, store: str, cause: str, cure: str) -> None:
        super().__init__(store, cause, cure)
        self.store = store
        self.cause = cause
        self.cure = cure

    def message(self) -> str:
        """Return where, what is wrong, what to do."""
        return f"store {self.store}: {self.cause}; {self.cure}"


class Unauthorized(ShopError):
    """The credential was refused, also after a new token was asked for."""


class Forbidden(ShopError):
    """The store knows the app and refuses it."""


class AccessDenied(ShopError):
    """A field needs a scope that the app was not granted."""

    def __init__(self, store: str, cause: str, cure: str, scope: str = "", path: Sequence[str | int] = ()) -> None:
        super().__init__(store, cause, cure)
        self.scope = scope  # empty when the store did not name one
        self.path = tuple(path)


class MissingScopes(ShopError):
    """The app was not granted what this catalog needs."""

    def __init__(self, store: str, cause: str, cure: str, scopes: Sequence[str] = ()) -> None:
        super().__init__(store, cause, cure)
        self.scopes = tuple(scopes)


class ShopFrozen(ShopError):
    """The store's bill is unpaid."""


class ShopNotFound(ShopError):
    """No store has this address."""


class ShopLocked(ShopError):
    """Shopify locked the store."""


class SecurityRejection(ShopError):
    """Shopify took the request for an attack."""


class Unreachable(ShopError):
    """The request never reached the store."""


class Unavailable(ShopError):
    """The store got a read and gave no usable answer."""


class OutcomeUnknown(ShopError):
    """A write was sent and nobody knows whether it was done. Its cause is the last thing that went wrong."""


class ReadTooLongAgo(ShopError):
    """A write was not sent, because it had to wait since what it overwrites was read."""


class Throttled(ShopError):
    """The bucket stayed empty. Nothing was executed."""


class ImpossibleCost(ShopError):
    """One request costs more than may ever be spent at once."""

    exit_code = 1

    def __init__(self, store: str, cause: str, cure: str, cost_points: int = 0, maximum: int = 0) -> None:
        super().__init__(store, cause, cure)
        self.cost_points = cost_points
        self.maximum = maximum

    def of(self, store: str) -> "ImpossibleCost":
        """The same, said of a store: arithmetic does not know whose bucket it is."""
        return ImpossibleCost(store, self.cause, self.cure, self.cost_points, self.maximum)


class QueryRejected(ShopError):
    """The store refuses the document or its variables as they are."""

    exit_code = 1

    def __init__(self, store: str, cause: str, cure: str, code: str = "", path: Sequence[str | int] = ()) -> None:
        super().__init__(store, cause, cure)
        self.code = code  # Shopify's extensions.code; empty when it gave none
        self.path = tuple(path)


class BulkUnfinished(ShopError):
    """A bulk operation of ours may still be at work, so nothing that it writes may be written."""


class UploadFailed(ShopError):
    """A file could not be brought to the store; the mutation that needs it was not sent."""


class SearchIgnored(ShopError):
    """A search filter was ignored, so the answer holds more than was asked for."""

    exit_code = 1


class WrongVersion(ShopError):
    """Another version of the API answered than the store's file asks for."""

    def __init__(self, store: str, cause: str, cure: str, answered: str = "") -> None:
        super().__init__(store, cause, cure)
        self.answered = answered


class BadResponse(ShopError):
    """The answer cannot be used: not JSON, too large, or a redirect."""


class LeaseHeld(ShopError):
    """Somebody else writes the store now."""


class LeaseRefused(ShopError):
    """The store does not let us keep a lease on it, or holds one that we cannot read."""


class LeaseLost(ShopError):
    """We do not hold the store any more."""


class BrokenOff(ShopError):
    """Somebody interrupted us before it was sent."""


class WriteRefused(ReconcilerError):
    """A document that is not a query was handed to a client that only reads. Nothing was sent."""
