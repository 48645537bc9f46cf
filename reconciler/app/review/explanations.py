"""What a renderer of plans cannot know by itself: what hangs on what, and what changed inside long values."""

from collections.abc import Mapping

from reconciler.kinds import KINDS
from reconciler.model.address import Address
from reconciler.model.change import Adopt, Move, Update
from reconciler.model.plan import Plan
from reconciler.planning.diff import explained


def explanations(plan: Plan) -> Mapping[tuple[Address, str], tuple[str, ...]]:
    """Return lines for the fields of a plan that do not explain themselves: lists, and text of several lines."""
    found = {}
    for change in plan.changes:
        if isinstance(change, Update | Adopt | Move):
            for field in change.fields:
                if lines := explained(field.before, field.after):
                    found[change.address, field.path] = lines
    return found


def root_of(address: Address) -> Address:
    """Return the address of the group that an address belongs to."""
    return KINDS.root_of(address)
