"""What goes wrong, in the API's own words: top-level errors, user errors, and their wire shapes."""

from collections.abc import Sequence
from typing import Any

from graphql import GraphQLError

_ACCESS_DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes"
_LIMITS_DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits"

Problem = dict[str, Any]
UserError = dict[str, Any]


class ApiError(Exception):
    """A top-level GraphQL error raised by a resolver: its root field becomes null."""

    def __init__(self, code: str, message: str, **extensions: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extensions = {"code": code, **extensions}


class Refused(Exception):
    """User errors: the mutation's transaction is rolled back and its payload carries them.

    ``unchanged`` is the id of a product that the payload shows all the same; ``payload`` whatever else it shows.
    """

    def __init__(self, *errors: UserError, unchanged: int | None = None, payload: dict[str, Any] | None = None) -> None:
        super().__init__(errors)
        self.errors = list(errors)
        self.unchanged = unchanged
        self.payload = payload or {}


def user_error(field: Sequence[str | int] | None, message: str, code: str | None = None) -> UserError:
    """Return a user error; indexes in the path become text, as on the wire."""
    return {
        "field": [str(part) for part in field] if field is not None else None,
        "message": message,
        "code": code,
        "elementIndex": None,
        "elementKey": None,
    }


def access_denied(field: str, scope: str) -> ApiError:
    """Return the error for a field whose scope the token lacks."""
    required = f"`{scope}` access scope."
    return ApiError(
        "ACCESS_DENIED",
        f"Access denied for {field} field. Required access: {required}",
        documentation=_ACCESS_DOCUMENTATION,
        requiredAccess=required,
    )


def bad_request(message: str) -> ApiError:
    """Return a resolver-level BAD_REQUEST."""
    return ApiError("BAD_REQUEST", message)


def invalid_arguments(message: str) -> ApiError:
    """Return the error for arguments that exclude or need one another."""
    return ApiError("INVALID_FIELD_ARGUMENTS", message)


def invalid_id(gid: str) -> ApiError:
    """Return the error for a well-formed id of a type the field does not take."""
    return ApiError("RESOURCE_NOT_FOUND", f"Invalid id: {gid}")


def throttled() -> Problem:
    """Return the error of a request that the bucket cannot pay for now."""
    return {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": _LIMITS_DOCUMENTATION}}


def max_cost_exceeded(cost: int, limit: int) -> Problem:
    """Return the error of a request that no bucket would pay for."""
    message = (
        f"Query cost is {cost}, which exceeds the single query max cost limit ({limit}).\n\n"
        "See https://shopify.dev/concepts/about-apis/rate-limits for more information on how the\n"
        "cost of a query is calculated.\n\n"
        "To query larger amounts of data with fewer limits, bulk operations should be used instead.\n"
        "See https://shopify.dev/tutorials/perform-bulk-operations-with-admin-api for usage details.\n"
    )
    extensions = {"code": "MAX_COST_EXCEEDED", "cost": cost, "maxCost": limit, "documentation": _LIMITS_DOCUMENTATION}
    return {"message": message, "extensions": extensions}


def executed(error: GraphQLError, request_id: str) -> Problem:
    """Return the wire shape of an error that a resolver raised."""
    original = error.original_error
    if isinstance(original, ApiError):
        shape: Problem = {"message": original.message, "extensions": original.extensions}
    else:
        shape = internal_error(request_id)
    if error.locations:
        shape["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        shape["path"] = list(error.path)
    return shape


def internal_error(request_id: str) -> Problem:
    """Return the error for a fault of the server's own."""
    message = (
        "Internal error. Looks like something went wrong on our end.\n"
        f"Request ID: {request_id} (include this in support requests)."
    )
    return {"message": message, "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id}}
