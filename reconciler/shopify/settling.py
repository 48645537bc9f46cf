"""Settling: waiting for what a store goes on doing after it answered. Shopify: ``job``, and the status of files.

A job says only that it is done. A file is UPLOADED, PROCESSING and then READY, or FAILED with its reasons, which no
userError tells. (shopify.dev, Job and MediaImage, 2026-10)
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final, assert_never

from reconciler.model.address import Address
from reconciler.shopify.asking import Client
from reconciler.shopify.codec import Mutation, Settling
from reconciler.shopify.wait import Wait
from reconciler.shopify.writer import Settle, ids_in

MEDIA: Final = (
    "query Processed($ids: [ID!]!) { nodes(ids: $ids) "
    "{ id ... on MediaImage { status mediaErrors { code message } } } }"
)
_IN_WORK: Final = frozenset({"UPLOADED", "PROCESSING"})
JOB: Final = "query Job($id: ID!) { job(id: $id) { done } }"


def settling(client: Client, wait: Wait | None = None) -> Settle:
    """Return the function that waits for whatever a mutation set going."""
    patience = wait or Wait()
    of_job = replace(patience, paused=partial(client.teller.waiting, "job"))
    of_media = replace(patience, paused=partial(client.teller.waiting, "media"))

    def settle(mutation: Mutation, payload: Mapping[str, Any]) -> Mapping[Address, str]:
        match mutation.settling:
            case Settling.AT_ONCE:
                return {}
            case Settling.JOB:
                return _job(client, mutation, payload, of_job)
            case Settling.MEDIA:
                return _media(client, mutation, payload, of_media)
            case _:
                assert_never(mutation.settling)

    return settle


def _job(client: Client, mutation: Mutation, payload: Mapping[str, Any], wait: Wait) -> Mapping[Address, str]:
    job: Any = payload.get("job")
    if not job or job.get("done"):
        return {}

    def is_done() -> bool:
        found = client.query(JOB, {"id": job["id"]}).data["job"]
        return found is None or bool(found["done"])

    if wait.until(is_done):
        return {}
    reason = f"the store accepted it and was not done after {wait.limit_s:g} s; run plan again later"
    return dict.fromkeys(mutation.covers, reason)


def _media(client: Client, mutation: Mutation, payload: Mapping[str, Any], wait: Wait) -> Mapping[Address, str]:
    told = ids_in(mutation, payload)
    files = {found: address for address, found in told.items() if found.startswith("gid://shopify/MediaImage/")}
    status: dict[str, Any] = {}

    def is_done() -> bool:
        status.update({node["id"]: node for node in client.query(MEDIA, {"ids": list(files)}).data["nodes"] if node})
        return not any(node["status"] in _IN_WORK for node in status.values())

    done = not files or wait.until(is_done)
    failures = {files[found]: _said(status.get(found)) for found in files if not _is_ready(status.get(found))}
    if done:
        return failures
    late = f"the store took it and had not worked it through after {wait.limit_s:g} s; run plan again later"
    in_work = {files[found] for found, node in status.items() if node["status"] in _IN_WORK}
    return {address: late if address in in_work else reason for address, reason in failures.items()}


def _is_ready(node: Mapping[str, Any] | None) -> bool:
    return node is not None and node["status"] == "READY"


def _said(node: Mapping[str, Any] | None) -> str:
    if node is None:
        return "the store does not have it any more; run plan again"
    errors = [f"{error['message']} ({error['code']})" for error in node.get("mediaErrors") or ()]
    return f"the store could not use the image: {'; '.join(errors) or 'it does not say why'}; check its source"
