"""Gathering: plan files that several jobs made, held against the files as they are here."""

from collections.abc import Mapping
from pathlib import Path

from reconciler.app.review.planfile import read_plan
from reconciler.app.stores.fleet import Failure, FleetResult
from reconciler.model.errors import PlanRefused, ReconcilerError
from reconciler.model.plan import Plan


def gathered(folder: Path, inputs: Mapping[str, str]) -> FleetResult[Plan]:
    """Return the plan of each store that ``inputs`` has, in its order; a failure where there is none of these files.

    ``inputs``: the digest of what the plan of each store is made from, by the store's name.
    """
    plans: list[Plan] = []
    failures: list[Failure] = []
    for store, digest in inputs.items():
        try:
            plans.append(_plan(folder / f"{store}.json", store, digest))
        except ReconcilerError as error:
            failures.append(Failure(store, error))
    return FleetResult(tuple(plans), tuple(failures))


def _plan(file: Path, store: str, digest: str) -> Plan:
    if not file.exists():
        raise ReconcilerError(
            f"store {store}: no job brought its plan; look at the job that plans it, or have one: every name that "
            "`reconciler plan --list-stores` shows"
        )
    plan = read_plan(file)
    if (plan.target.store, plan.inputs.digest) != (store, digest):
        raise PlanRefused(f"store {store}: its plan was made from other files than those here; plan it again")
    return plan
