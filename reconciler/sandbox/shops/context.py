"""What a resolver may use while one request runs, and the shape of a resolver."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, TypeAlias

from graphql import GraphQLSchema

from reconciler.sandbox.shops.settings import Settings
from reconciler.sandbox.shops.shop import Shop
from reconciler.sandbox.storage.database import Database, Snapshot
from reconciler.sandbox.wire.documents import Document
from reconciler.sandbox.wire.errors import access_denied

Args: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Context:
    """One request to one shop."""

    shop: Shop
    database: Database
    settings: Settings
    api_version: str
    now: str
    currencies: frozenset[str]
    base_url: str  # of the server, without a slash at the end
    find: Callable[["Context", str], Any]  # the resource with a global id, of whatever kind
    read: Callable[[str], Document]  # a text as a document
    schema: GraphQLSchema
    is_bulk: bool = False  # whether the request is a line of a bulk operation
    denied: frozenset[str] = frozenset()  # scopes that a fault takes away
    past: Snapshot | None = None  # what searches see, when they are behind
    path: list[str | int] = field(default_factory=list)  # of the root field being resolved
    search: list[dict[str, Any]] = field(default_factory=list)  # what ``extensions.search`` will say

    @property
    def shop_url(self) -> str:
        """The address under which this server serves the shop."""
        return f"{self.base_url}/{self.settings.name}"

    def resource(self, gid: str) -> Any:
        """Return the resource with this global id, or None."""
        return self.find(self, gid)

    def grants(self, scope: str) -> bool:
        """Say whether this request may do what needs the scope."""
        return scope not in self.denied and self.settings.grants(scope)

    def require(self, scope: str, place: str) -> None:
        """Raise ACCESS_DENIED for the field unless the shop's tokens hold the scope."""
        if not self.grants(scope):
            raise access_denied(place, scope)


Resolver: TypeAlias = Callable[[Any, Context, Args], Any]
Binding: TypeAlias = "Resolver | attrgetter[Any]"  # quoted: attrgetter takes no parameters at run time
Fields: TypeAlias = "Mapping[str, Mapping[str, Binding]]"
