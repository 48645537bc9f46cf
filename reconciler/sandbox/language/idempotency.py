"""The directive @idempotent(key:): what was done under a key is not done again, but its result is given again.

A key belongs to the shop, whichever mutation it was sent with. The result is kept with the effects, in one
transaction, so that a server that is killed in between forgets both or neither. Rows in it are kept as ids: what is
given again is the same group of changes, or the same location as it is by then. A refusal is kept as well; where the
mutation knows an error for it, a key that met a refusal is spent. Recorded are the missing directive and the key that
returns with other parameters; how long keys are kept, and the answer to a blank one, are inferred.

Rejected: keeping the answer's JSON. The repeated request may select other fields.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from graphql import GraphQLResolveInfo, get_directive_values

from reconciler.sandbox.resolvers.mutation import Keyed, atomic, refusal_payload
from reconciler.sandbox.shops.context import Args, Context, Resolver
from reconciler.sandbox.storage.idempotency import Attempt, attempt_under, keep_attempt
from reconciler.sandbox.wire.errors import Refused, bad_request, user_error

_REQUIRED_SINCE = "2026-04"
_KEPT_S = 24 * 60 * 60
_MISMATCH = "The same idempotency key cannot be used with different operation parameters."
_FAILED = "A previous request with this idempotency key failed. Retry with a new idempotency key."
_ROW = "$row"

Info = GraphQLResolveInfo[Context]


def once(resolver: Resolver, name: str, rule: Keyed, kinds: Mapping[type, str]) -> Callable[..., Any]:
    """Return the mutation's resolver as a field's: a transaction, done once for each key."""

    def resolve(source: Any, info: Info, **args: Any) -> Any:
        context = info.context
        key = _key(info)
        if key is None:
            if context.api_version >= _REQUIRED_SINCE:
                raise bad_request("The @idempotent directive is required for this mutation but was not provided.")
            return atomic(resolver)(source, context, args)
        request = _fingerprint(name, args)
        found = attempt_under(context.database, key)
        if found and found.asked_at_s >= context.shop.clock() - _KEPT_S:
            return _again(context, args, (found, request), rule)
        return _first(context, (resolver, source, args), (key, request), lambda payload: _kept(payload, info, kinds))

    return resolve


def _key(info: Info) -> str | None:
    directive = info.schema.get_directive("idempotent")
    if directive is None:
        return None
    given = get_directive_values(directive, info.field_nodes[0], info.variable_values)
    if given is None:
        return None
    key = str(given["key"])
    if not key.strip():
        raise bad_request("The idempotency key can't be blank.")
    return key


def _first(
    context: Context,
    work: tuple[Resolver, Any, Args],
    named: tuple[str, str],
    kept: Callable[[Any], dict[str, Any]],
) -> Any:
    resolver, source, args = work

    def keep(payload: dict[str, Any], *, is_refused: bool) -> None:
        now_s = context.shop.clock()
        attempt = Attempt(context.database.new_id(), *named, is_refused, kept(payload), now_s)
        keep_attempt(context.database, attempt, since_s=now_s - _KEPT_S)

    try:
        with context.database.transaction():
            payload = resolver(source, context, args)
            keep(payload, is_refused=False)
    except Refused as refusal:
        payload = refusal_payload(context, refusal)
        with context.database.transaction():
            keep(payload, is_refused=True)
    return payload


def _again(context: Context, args: Args, met: tuple[Attempt, str], rule: Keyed) -> dict[str, Any]:
    found, request = met
    if found.request != request:
        problem = user_error(None, _MISMATCH, "IDEMPOTENCY_KEY_PARAMETER_MISMATCH")
        return {**rule.shown(context, args), rule.errors: [problem]}
    if found.is_refused and rule.fails_for_good:
        problem = user_error(None, _FAILED, "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED")
        return {**rule.shown(context, args), rule.errors: [problem]}
    return {name: _given_again(context, value) for name, value in found.payload.items()}


def _fingerprint(name: str, args: Args) -> str:
    text = orjson.dumps([name, args], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(text).hexdigest()


def _kept(payload: Mapping[str, Any], info: Info, kinds: Mapping[type, str]) -> dict[str, Any]:
    """Return a payload with its rows as ids."""

    def plain(value: Any) -> Any:
        kind = info.schema.get_type(kinds[type(value)]) if type(value) in kinds else None
        resolve = getattr(kind, "fields", {})["id"].resolve if kind else None
        if resolve:
            return {_ROW: resolve(value, info)}
        return [plain(one) for one in value] if isinstance(value, list) else value

    return {name: plain(value) for name, value in payload.items()}


def _given_again(context: Context, value: Any) -> Any:
    if isinstance(value, list):
        return [_given_again(context, one) for one in value]
    return context.resource(value[_ROW]) if isinstance(value, dict) and _ROW in value else value
