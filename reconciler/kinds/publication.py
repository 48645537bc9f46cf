"""Publications: where a product or a collection is published, and from when. Shopify: ResourcePublicationV2.

``publishablePublish`` and ``publishableUnpublish`` take all publications of one product a call. A date that git does
not give is the store's own, and never compared. A draft counts as published where it is listed: it appears as soon as
it is active. Only publications of apps are read, which is all that the sales channels are. (shopify.dev, 2026-10)
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, PlainSerializer, StrictBool, model_validator

from reconciler.model.change import Change, Remove, after, live_id
from reconciler.model.directory import Directory
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import ANYTHING, Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, Read

_KIND_ON = {"product": "publication", "collection": "collection_publication"}
"""Kind of what is published → kind of its publications."""
_SHOWN_TO_BUYERS = frozenset({"ACTIVE", "UNLISTED"})


def _in_utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(microsecond=0) if moment is not None else None


Moment = Annotated[
    AwareDatetime | None,
    AfterValidator(_in_utc),
    PlainSerializer(lambda moment: moment and moment.isoformat().replace("+00:00", "Z"), return_type=str | None),
]


class Publication(Resource):
    """Whether something is published in one place, and from when."""

    published: StrictBool | None = None
    """False: it is not to be there."""
    publish_at: Moment = None
    """When it appears, or appeared; left out, as soon as it is published."""
    scheduled: StrictBool | None = None
    """Whether it waits for a day to come. Without ``publish_at`` git says no by itself."""

    @model_validator(mode="before")
    @classmethod
    def _without_a_date_it_waits_for_none(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        fields = {name: value for name, value in given.items() if not (name == "publish_at" and value is None)}
        if fields.get("published") is True and "publish_at" not in fields:
            fields.setdefault("scheduled", False)
        return fields

    @property
    def is_wanted(self) -> bool:
        """Whether it is to be published there at all."""
        return self.published is not False


def _row(publication_id: str | None, fields: dict[str, Json]) -> dict[str, Json]:
    date = fields.get("publish_at")
    return {"publicationId": publication_id, "publishDate": date} if date else {"publicationId": publication_id}


_PUBLISH = """\
mutation Publish($id: ID!, $input: [PublicationInput!]!) {
  publishablePublish(id: $id, input: $input) {
    userErrors { field message }
  }
}"""
_UNPUBLISH = """\
mutation Unpublish($id: ID!, $input: [PublicationInput!]!) {
  publishableUnpublish(id: $id, input: $input) {
    userErrors { field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    publishes = [change for change in batch.changes if not isinstance(change, Remove)]
    removes = [change for change in batch.changes if isinstance(change, Remove)]
    if publishes:
        rows: list[Json] = [_row(_id(change, batch.directory), after(change)) for change in publishes]
        yield _mutation("publishablePublish", _PUBLISH, rows, publishes, batch)
    if removes:
        rows = [_row(change.id, {}) for change in removes]
        yield _mutation("publishableUnpublish", _UNPUBLISH, rows, removes, batch)


def _id(change: Change, directory: Directory) -> str | None:
    return live_id(change) or directory.id("publication", change.address.key.partition("/")[2])


def _mutation(root: str, document: str, rows: list[Json], changes: Sequence[Change], batch: Batch) -> Mutation:
    return Mutation(
        root=root,
        document=document,
        variables={"id": batch.root_id, "input": rows},
        covers=tuple(change.address for change in changes),
        rows={f"input.{position}": change.address for position, change in enumerate(changes)},
    )


def _kind(owner: str) -> Kind:
    return Kind(
        _KIND_ON[owner],
        Publication,
        parent=owner,
        needed=frozenset({"published"}),
        claimed_by_root=False,
        members="merge",
        leaves_with=frozenset({"unpublish"}),
        refers_to="publication",
        fills={"publish_at": ANYTHING, "scheduled": (False,)},
        own_id=False,
    )


def _codec(owner: str) -> Codec:
    kind = _KIND_ON[owner]

    def parse(node: JsonObject) -> Found:
        listing: Any = node
        status = listing["publishable"].get("status", "ACTIVE")
        waits = not listing["isPublished"] and status in _SHOWN_TO_BUYERS
        resource = Publication(published=True, publish_at=listing["publishDate"], scheduled=waits)
        publication_id = listing["publication"]["id"]
        return Found(kind, publication_id, resource, mark=publication_id)

    state = "publishable { ... on Product { status } }" if owner == "product" else "publishable { ... on Node { id } }"
    read = Read(
        type="ResourcePublicationV2",
        connection="resourcePublicationsV2",
        selection=f"isPublished publishDate publication {{ id }} {state}",
        parse=parse,
        page_size=10,
        arguments="onlyPublished: false",
        has_id=False,
    )
    scopes = {"read_products", "read_publications", "write_publications"}
    return Codec(kind, read=read, write=_write, documents=(_PUBLISH, _UNPUBLISH), scopes=frozenset(scopes))


KINDS = tuple(map(_kind, _KIND_ON))
CODECS = tuple(map(_codec, _KIND_ON))
