"""Redirects: old path to new. Shopify: UrlRedirect. Paths are compared as stored, without the domain.

A redirect carries no mark, and its path is unique: the path is its key. What git does not list is left alone.
(shopify.dev, UrlRedirect, 2026-10)
"""

import re
from collections.abc import Iterable
from typing import Any

from reconciler.model.change import Create, Remove, Update, after
from reconciler.model.json import Json, JsonObject
from reconciler.model.kind import Kind
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.codec import Batch, Codec, Mutation, Read

_PATH = re.compile(r"/[^\x00-\x1f\x7f]*")


class Redirect(Resource):
    """Where a path leads. Null takes the redirect away."""

    target: str | None = None
    """Where who asks for the path is sent: a path of the shop, or an address. null takes the redirect away."""

    @classmethod
    def keyed(cls, key: str) -> dict[str, Json]:
        """Return nothing more: the key is the path. Raises ValueError for what is no path."""
        if not _PATH.fullmatch(key):
            message = f"{key!r} is not a path; it is one line and begins with a slash, such as /old-shirt"
            raise ValueError(message)
        return {}

    @property
    def is_wanted(self) -> bool:
        """Whether it leads anywhere."""
        return self.target is not None


KIND = Kind("redirect", Redirect, listed="redirects", removable=False)


def _parse(node: JsonObject) -> Found:
    redirect: Any = node
    return Found("redirect", redirect["id"], Redirect(target=redirect["target"]), mark=redirect["path"])


READ = Read(
    type="UrlRedirect",
    connection="urlRedirects",
    selection="path target",
    parse=_parse,
    page_size=250,
)

_CREATE = """\
mutation CreateRedirect($urlRedirect: UrlRedirectInput!) {
  urlRedirectCreate(urlRedirect: $urlRedirect) {
    urlRedirect { id }
    userErrors { code field message }
  }
}"""
_UPDATE = """\
mutation UpdateRedirect($id: ID!, $urlRedirect: UrlRedirectInput!) {
  urlRedirectUpdate(id: $id, urlRedirect: $urlRedirect) {
    userErrors { code field message }
  }
}"""
_DELETE = """\
mutation DeleteRedirect($id: ID!) {
  urlRedirectDelete(id: $id) {
    userErrors { code field message }
  }
}"""


def _write(batch: Batch) -> Iterable[Mutation]:
    for change in batch.changes:
        redirect: dict[str, Json] = {**after(change)}
        match change:
            case Create():
                redirect["path"] = change.address.key
                yield Mutation(
                    "urlRedirectCreate", _CREATE, {"urlRedirect": redirect}, (change.address,), repeatable=False
                )
            case Update():
                variables: JsonObject = {"id": change.id, "urlRedirect": redirect}
                yield Mutation("urlRedirectUpdate", _UPDATE, variables, (change.address,))
            case Remove():
                yield Mutation("urlRedirectDelete", _DELETE, {"id": change.id}, (change.address,), repeatable=False)
            case _:
                continue  # nothing carries the mark of somebody else, so nothing is adopted


CODEC = Codec(
    "redirect",
    read=READ,
    write=_write,
    scopes=frozenset({"read_online_store_navigation", "write_online_store_navigation"}),
    documents=(_CREATE, _UPDATE, _DELETE),
)
