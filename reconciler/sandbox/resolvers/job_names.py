"""Jobs, as clients poll them. Shopify: job. Just started one is not done; the first look at it finds it done."""

from typing import Any

from reconciler.sandbox.shops.context import Args, Context, Fields
from reconciler.sandbox.storage.jobs import find_job, started
from reconciler.sandbox.wire.ids import gid, parse_gid


def new_job(context: Context) -> dict[str, Any]:
    """Return a job as the payload of what started it shows it."""
    return _shown(started(context.database).name, is_done=False)


def _shown(name: str, *, is_done: bool) -> dict[str, Any]:
    return {"id": gid("Job", name), "done": is_done, "query": {}}


def _job(_root: Any, context: Context, args: Args) -> dict[str, Any] | None:
    parsed = parse_gid(args["id"])
    found = find_job(context.database, parsed.tail) if parsed and parsed.kind == "Job" else None
    return _shown(found.name, is_done=True) if found else None


FIELDS: Fields = {"QueryRoot": {"job": _job}}
