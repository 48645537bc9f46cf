"""Apply: executes a plan and nothing else, group by group, each read again just before it is written.

What is pooled (stock, metafields) is written after the groups of its root kind, many at once, each batch read again
before it. Groups, and pools, are on their way as many at once as spend what the store's bucket refills. A field without
compare-and-set in the API keeps a window of one request, between the last read and the write: where a group takes
several requests, or something is asked in between, it is read again (``window``).
"""

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby

from reconciler.app.writing.abreast import Piece, done_abreast
from reconciler.app.writing.bulk import write_in_bulk
from reconciler.app.writing.group import write_group
from reconciler.app.writing.pool import write_pool
from reconciler.app.writing.run import Run
from reconciler.app.writing.way import Watch, Way
from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Change
from reconciler.model.outcome import Failed, Outcome
from reconciler.model.plan import Plan
from reconciler.shopify.batches import in_batches
from reconciler.shopify.steps import GROUPS_IN_A_POOL


def applied(plan: Plan, way: Way, watch: Watch) -> tuple[Outcome, ...]:
    """Make the changes of a plan and return what became of each, in the order of the plan.

    A refusal that concerns the whole store (the token, a frozen shop, no connection) ends it: the rest is skipped.
    ``watch`` is told each outcome as soon as it is known.
    """
    run = Run(plan, way, watch)
    waiting: dict[Address, tuple[Change, ...]] = {}
    for _, of_kind in groupby(plan.changes, key=lambda change: KINDS.root(change.address.kind)):
        waiting |= _of_one_root_kind(run, tuple(of_kind))
    _what_waited(run, waiting)
    return tuple(run.outcomes[change.address] for change in plan.changes)


def _of_one_root_kind(run: Run, changes: tuple[Change, ...]) -> dict[Address, tuple[Change, ...]]:
    """Apply the groups of one root kind: each by itself, then what is pooled of all of them.

    Returns what has to wait for groups that are made later: values that point at them.
    """
    by_root = {root: tuple(own) for root, own in groupby(changes, key=lambda change: KINDS.root_of(change.address))}
    rests: dict[Address, tuple[Change, ...]] = {}
    if run.bulk is not None:
        write_in_bulk(run, run.bulk, by_root)
    done_abreast((_group(run, root, own, rests) for root, own in by_root.items()), run.abreast)
    waiting = {root: late for root in by_root if (late := tuple(c for c in rests[root] if run.lacking(c)))}
    pooled = {
        root: own
        for root in by_root
        if (own := tuple(change for change in rests[root] if change not in waiting.get(root, ())))
    }
    done_abreast(_pools(run, pooled), run.abreast)
    return waiting


def _group(run: Run, root: Address, changes: tuple[Change, ...], rests: dict[Address, tuple[Change, ...]]) -> Piece:
    """Return the writing of one group; what is left to be pooled of it comes to the rests."""

    def work() -> None:
        of_group = run.fit(change for change in changes if change.address not in run.outcomes)
        if any(not run.compiler.is_pooled(change.address) for change in of_group):
            write_group(run, root, tuple(change for change in of_group if not run.lacking(change)))
        rests[root] = run.fit(change for change in of_group if change.address not in run.outcomes)

    return Piece(root, work, frozenset(KINDS.root_of(at) for change in changes for at in change.depends_on) - {root})


def _pools(run: Run, pooled: Mapping[Address, tuple[Change, ...]]) -> Iterator[Piece]:
    """Yield the writing of what is pooled, so many groups at once as fill requests and are read again soon before."""
    for few in in_batches(list(pooled), GROUPS_IN_A_POOL):
        own = {root: pooled[root] for root in few}
        yield Piece(few[0], partial(write_pool, run, own))


def _what_waited(run: Run, waiting: Mapping[Address, tuple[Change, ...]]) -> None:
    """Apply what had to wait, now that everything is made that could be."""
    run.learn(at for changes in waiting.values() for change in changes for at in run.lacking(change))
    ready: dict[Address, tuple[Change, ...]] = {}
    for root, changes in waiting.items():
        able = run.fit(changes)
        missing = {change.address: sorted(run.lacking(change)) for change in able}
        run.say(
            Failed(at, f"{lacking[0]} has no id to point at; run plan again")
            for at, lacking in missing.items()
            if lacking
        )
        ready[root] = tuple(change for change in able if not missing[change.address])
    write_pool(run, {root: changes for root, changes in ready.items() if changes})
