"""Drift, and what became of adopting it, as JSON documents for programs. Text is left as it is."""

from reconciler.model.adoption import Adoption
from reconciler.model.drift import Drift, Drifted
from reconciler.model.json import Json


def drift_document(drift: Drift) -> dict[str, Json]:
    """Return the drift of one store."""
    return {
        "store": drift.target.store,
        "shop_id": drift.target.shop_id,
        "commit": drift.inputs.commit,
        "base_commit": drift.inputs.base_commit,
        "complete": drift.complete,
        "errored": drift.errored,
        "drift": [_item(each) for each in drift.items],
        "sold": [{"address": str(each.address), "git": each.git, "store": each.store} for each in drift.sold],
        "watched": [
            {"address": str(each.address), "path": each.path, "git": each.git, "store": each.store}
            for each in drift.watched
        ],
        "pending": drift.pending,
        "notes": list(drift.notes),
    }


def adoption_document(adoption: Adoption) -> dict[str, Json]:
    """Return what was adopted, and what was not."""
    return {
        "store": adoption.store,
        "written": list(adoption.written),
        "adopted": [
            {
                "address": str(each.address),
                "path": each.path,
                "git": each.git,
                "store": each.store,
                "where": each.where,
                "files": list(each.files),
                "because": each.because,
            }
            for each in adoption.adopted
        ],
        "refused": [
            {"address": str(each.address), "path": each.path, "reason": each.reason, "instead": each.instead}
            for each in adoption.refused
        ],
        "elsewhere": [
            {
                "store": each.store,
                "address": str(each.address),
                "path": each.path,
                "before": each.before,
                "after": each.after,
            }
            for each in adoption.elsewhere
        ],
    }


def _item(drifted: Drifted) -> dict[str, Json]:
    return {
        "address": str(drifted.address),
        "how": drifted.how,
        "fields": [
            {
                "path": each.path,
                "git": each.git,
                "store": each.store,
                "cause": each.cause,
                "place": str(each.origin.place) if each.origin is not None and each.origin.place is not None else None,
            }
            for each in drifted.fields
        ],
        "adopt": drifted.adopt,
        "silence": drifted.silence,
        "instead": drifted.instead,
        "along": [str(each) for each in drifted.along],
    }
