"""Targets for uploads. Shopify: stagedUploadsCreate. Any token may ask: what the bytes are for decides later."""

from typing import Any

from reconciler.sandbox.media.staging import new_target, no_target, target_problem
from reconciler.sandbox.shops.context import Args, Context, Fields


def _create(_root: Any, context: Context, args: Args) -> dict[str, Any]:
    errors, targets = [], []
    for index, row in enumerate(args["input"]):
        problem = target_problem(row, index)
        errors += [problem] if problem else []
        targets.append(no_target() if problem else new_target(context, row))
    return {"stagedTargets": targets, "userErrors": errors}


FIELDS: Fields = {"Mutation": {"stagedUploadsCreate": _create}}
