"""Made after: what a plan has seen of the runs before it, by the last entry of the journal that was known then.

Whatever is in the journal up to that entry happened before the store was read for the plan. Two machines need not
agree on the time for that, as they would have to for a date.
"""

from dataclasses import replace

from reconciler.app.journal.chain import parse_head
from reconciler.app.journal.file import Journal, head_noted
from reconciler.model.plan import Plan, Seen
from reconciler.shopify.pointer import Memory
from reconciler.shopify.terms import Terms


def last_seen(journal: Journal, memory: Memory) -> Seen | None:
    """Return the last entry that is known by now, from the journal here or from what the store remembers."""
    try:
        head = parse_head(head_noted(journal.head_file))
    except OSError:
        head = None  # many a plan is made where no journal is
    here = Seen(head.seq, head.hash) if head is not None else None
    return max(filter(None, (here, remembered(memory))), key=lambda entry: entry.seq, default=None)


def remembered(memory: Memory) -> Seen | None:
    """Return the last entry that a store remembers: all that a snapshot knows of its journal."""
    noted = memory.pointer.value.journal if memory.pointer.value is not None else None
    return Seen(noted.seq, noted.hash) if noted is not None else None


def made_after(plan: Plan, seen: Seen | None, held: Terms | None) -> Plan:
    """Return a plan that says what was seen before the store was read for it. ``held``: who held the store last."""
    if plan.header is None:
        return plan
    lease = held.fence if held is not None else None
    return replace(plan, header=replace(plan.header, journal=seen, lease=lease))
