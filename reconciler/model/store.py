"""Store: where we sell. Connection, channel and policy, as the store's file says; secrets by reference only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictStr, model_validator

from reconciler.model.address import Address
from reconciler.model.directory import PlaceKind
from reconciler.model.document import AttributeValue
from reconciler.model.limits import Limits
from reconciler.model.origin import FieldPath, Place
from reconciler.model.ownership import Ownership

API_VERSION = "2026-10"
"""The version of the Admin API that this engine was written against."""


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SecretReference(_Document):
    """Where a secret is found when it is needed; exactly one of the three."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    env: Annotated[StrictStr, Field(min_length=1)] | None = None
    """The name of an environment variable."""
    file: Annotated[StrictStr, Field(min_length=1)] | None = None
    """A file, relative to the repository; its text without surrounding white space."""
    command: Annotated[StrictStr, Field(min_length=1)] | None = None
    """A command, split as a shell splits words, run without a shell; what it prints."""

    @model_validator(mode="after")
    def _exactly_one(self) -> "SecretReference":
        if sum(part is not None for part in (self.env, self.file, self.command)) != 1:
            message = "expected exactly one of env, file and command"
            raise ValueError(message)
        return self


class Credentials(_Document):
    """A static token, or a client id and secret for the client-credentials grant."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["token"]}, {"required": ["client_id"]}],
            "dependencies": {"client_id": ["client_secret"], "client_secret": ["client_id"]},
        }
    )

    token: SecretReference | None = None
    """Where the Admin API access token is."""
    client_id: StrictStr | SecretReference | None = None
    """The client id of an app; it is no secret, and may stand here as it is."""
    client_secret: SecretReference | None = None
    """Where the client secret of that app is."""

    @model_validator(mode="after")
    def _one_way(self) -> "Credentials":
        grant = self.client_id is not None and self.client_secret is not None
        if (self.token is not None) == grant or (self.client_id is None) != (self.client_secret is None):
            message = "expected either token, or client_id and client_secret"
            raise ValueError(message)
        return self


Event = Literal["apply", "drift", "failure"]
"""apply: changes were made. drift: people changed something. failure: something was not done, or waits for consent."""


class Notify(_Document):
    """Whom to tell what became of the store: one JSON document by POST, to an address that is a secret itself."""

    url: SecretReference
    """Where it is sent; who knows the address may write there."""
    secret: SecretReference | None = None
    """What it is signed with (HMAC-SHA256); without it anybody may have sent it."""
    on: tuple[Event, ...] = ("apply", "drift", "failure")
    """What is told."""


class StockLocation(_Document):
    """A location of the store that git has a name for."""

    name: Annotated[StrictStr, Field(min_length=1)]
    """What the store calls it, or its id."""
    intent: Literal["set", "seed", "observe"] | None = None
    """What quantities there mean, where they do not say it themselves."""


def _locations(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: {"name": given} if isinstance(given, str) else given for name, given in value.items()}
    return value


def _publications(value: object) -> object:
    if isinstance(value, list):
        return {title: title for title in value if isinstance(title, str)} if _all_text(value) else value
    return value


def _all_text(values: list[object]) -> bool:
    return all(isinstance(value, str) for value in values)


Writing: TypeAlias = Literal["auto", "requests", "bulk"]
"""How what is new is made."""


class StoreDocument(_Document):
    """One file of ``stores/``."""

    url: Annotated[StrictStr, Field(pattern=r"^(sandbox:[a-z0-9][a-z0-9-]*|https?://.+)$")]
    """``https://NAME.myshopify.com``, or ``sandbox:NAME`` for the embedded store."""
    api_version: Annotated[StrictStr, Field(pattern=r"^20\d\d-(01|04|07|10)$")] = API_VERSION
    """The version of Shopify's Admin API that the store is asked in."""
    credentials: Credentials | None = None
    """Not needed for the embedded store."""
    channel: StrictStr
    """The publishing channel: products that are assigned to it reach this store."""
    mapping: StrictStr | None = None
    """The name of a file of ``mappings/``; left out, the default mapping."""
    currency: Annotated[StrictStr, Field(pattern=r"^[A-Z]{3}$")]
    """The currency of the shop, as its settings have it."""
    on_remove: Literal["archive", "unpublish", "delete", "keep"] = "archive"
    """What happens to a product or collection of ours that git no longer asks for."""
    locations: Annotated[
        dict[StrictStr, StockLocation],
        BeforeValidator(_locations, json_schema_input_type=dict[StrictStr, StrictStr | StockLocation]),
    ] = {}
    """Git's name of a location → what the store calls it, or its id: ``berlin: Warehouse Berlin``."""
    stock: Literal["set", "seed", "observe"] = "set"
    """What quantities mean where neither they nor their location say it."""
    publications: Annotated[
        dict[StrictStr, StrictStr],
        BeforeValidator(_publications, json_schema_input_type=list[StrictStr] | dict[StrictStr, StrictStr]),
    ] = {}
    """Where products and collections are published: ``[Online Store]``, or git's own names for them as well."""
    reading: Literal["auto", "pages", "exports"] = "auto"
    """How all products are read for a plan: in pages, or, when they are many, by bulk exports of everything.

    ``auto`` turns pages until they would take longer than a minute.
    """
    writing: Writing = "auto"
    """How new products are made: by requests, or, when they are many, by bulk operations of the store.

    ``auto`` sends requests until they would take longer than five minutes. What is there already is always written by
    requests, each right after it was read.
    """
    ownership: dict[str, Ownership] = {}
    """Who decides a field, by ``kind.field``: ``product.tags: merge``."""
    limits: Limits = Limits()
    """What a plan must not do before somebody accepts it by name."""
    notify: Notify | None = None
    """Whom to tell after apply, drift and watch."""
    overrides: dict[StrictStr, dict[StrictStr, AttributeValue]] = {}
    """Address → field → the value that this store has, whatever rules make: ``product/linen-shirt: {title: ...}``."""

    def places(self) -> Mapping[PlaceKind, Mapping[str, str]]:
        """Return what git calls the store's places → what the store calls them, or their ids."""
        return {
            "location": {name: location.name for name, location in self.locations.items()},
            "publication": self.publications,
        }


@dataclass(frozen=True, slots=True)
class Store:
    """A store with its name, the stem of its file."""

    name: str
    file: str
    document: StoreDocument
    inputs: Mapping[str, str]
    """File → SHA-256 of its bytes, for this store's file."""
    locate: Callable[[FieldPath], Place] | None = None
    """The place of the value at a path of its file; None where there is no file to look into."""

    def place(self, path: FieldPath) -> Place:
        """Return the place of the value at a path, or of its nearest ancestor in the file."""
        return self.locate(path) if self.locate is not None else Place(self.file)

    @property
    def overrides(self) -> Mapping[Address, Mapping[str, object]]:
        """Address → field → the value that this store has, whatever rules make."""
        return {Address.parse(text): fields for text, fields in self.document.overrides.items()}

    @property
    def currency(self) -> str:
        """The ISO 4217 code of the store's currency."""
        return self.document.currency

    @property
    def sandbox_name(self) -> str | None:
        """The name of the embedded store behind this one, if it is one."""
        scheme, _, name = self.document.url.partition(":")
        return name if scheme == "sandbox" else None
