"""Redirects of the online store. Shopify: UrlRedirect, urlRedirectCreate, …Update, …Delete.

Codes and lengths are the documented ones; nobody has recorded the messages, which follow the wording of the others.
"""

from operator import attrgetter
from typing import Any

from reconciler.sandbox.resolvers.products import count
from reconciler.sandbox.search.conditions import REDIRECT_SEARCH, search
from reconciler.sandbox.search.paging import Order, Page, row_page
from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.redirects import REDIRECTS, Redirect, redirect_from
from reconciler.sandbox.wire.errors import Refused, user_error
from reconciler.sandbox.wire.ids import gid, number_of

_ORDERS: dict[str, Order[Redirect]] = {
    "ID": Order("id", lambda row: row.id),
    "PATH": Order("path", lambda row: row.path),
    "RELEVANCE": Order("id", lambda row: row.id),
}
_LONGEST = {"path": 1_024, "target": 255}  # (shopify.dev, REST "Redirect")


def _find(context: Context, text: str) -> Redirect | None:
    return REDIRECTS.find(context.database, number_of(text, "UrlRedirect"))


def _redirects(_root: Any, context: Context, args: Args) -> Page[Redirect]:
    where = search(context, REDIRECT_SEARCH, args.get("query"))
    return row_page(context.database, REDIRECTS, where, _ORDERS[args.get("sortKey") or "ID"], args)


def _redirects_count(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    condition, parameters = search(context, REDIRECT_SEARCH, args.get("query"))
    found = context.database.row(f"SELECT count(*) FROM url_redirects WHERE {condition}", parameters)  # noqa: S608 ours
    return count(int(found[0]) if found else 0, args.get("limit"))


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    redirect = _written(Redirect(context.database.new_id(), "", "", context.now), args)
    _check(context, redirect, "CREATE_FAILED")
    REDIRECTS.insert(context.database, [redirect])
    return {"urlRedirect": redirect, "userErrors": []}


def _update(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    redirect = _written(_existing(context, args["id"]), args)
    _check(context, redirect, "UPDATE_FAILED")
    REDIRECTS.update(context.database, [redirect])
    return {"urlRedirect": redirect, "userErrors": []}


def _delete(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    redirect = _existing(context, args["id"])
    REDIRECTS.delete(context.database, [redirect.id])
    return {"deletedUrlRedirectId": gid("UrlRedirect", redirect.id), "userErrors": []}


def _existing(context: Context, text: str) -> Redirect:
    redirect = _find(context, text)
    if redirect is None:
        raise Refused(user_error(["id"], "Redirect does not exist.", "DOES_NOT_EXIST"))
    return redirect


def _written(redirect: Redirect, args: Args) -> Redirect:
    given = args["urlRedirect"]
    if "path" in given:
        redirect.path = (given["path"] or "").strip()
    if "target" in given:
        redirect.target = (given["target"] or "").strip()
    return redirect


def _check(context: Context, redirect: Redirect, code: str) -> None:
    errors = [
        user_error(["urlRedirect", name], message, code)
        for name, message in (("path", _path_problem(context, redirect)), ("target", _target_problem(redirect)))
        if message
    ]
    if errors:
        raise Refused(*errors)


def _path_problem(context: Context, redirect: Redirect) -> str | None:
    if not redirect.path:
        return "Path can't be blank"
    if not redirect.path.startswith("/"):
        return "Path must start with /"
    if len(redirect.path) > _LONGEST["path"]:
        return f"Path is too long (maximum is {_LONGEST['path']} characters)"
    other = redirect_from(context.database, redirect.path)
    return "Path has already been taken" if other and other.id != redirect.id else None


def _target_problem(redirect: Redirect) -> str | None:
    if not redirect.target:
        return "Target can't be blank"
    if len(redirect.target) > _LONGEST["target"]:
        return f"Target is too long (maximum is {_LONGEST['target']} characters)"
    return "Target can't be the same as the path" if redirect.target == redirect.path else None


KINDS = {Redirect: "UrlRedirect"}
NODES = {"UrlRedirect": lambda context, number: REDIRECTS.find(context.database, number)}

SCOPES = {
    "read_online_store_navigation": (
        "urlRedirect",
        "urlRedirects",
        "urlRedirectsCount",
    ),
    "write_online_store_navigation": (
        "urlRedirectCreate",
        "urlRedirectUpdate",
        "urlRedirectDelete",
    ),
}

FIELDS: Fields = {
    "QueryRoot": {
        "urlRedirect": lambda _root, context, args: _find(context, args["id"]),
        "urlRedirects": _redirects,
        "urlRedirectsCount": _redirects_count,
    },
    "Mutation": {
        "urlRedirectCreate": _create,
        "urlRedirectUpdate": _update,
        "urlRedirectDelete": _delete,
    },
    "UrlRedirect": {
        "id": lambda redirect, _context, _args: gid("UrlRedirect", redirect.id),
        "path": attrgetter("path"),
        "target": attrgetter("target"),
    },
}
