"""Obstacles: what keeps something that git asks for from being planned, though it is in scope."""

from collections.abc import Callable, Collection, Mapping
from functools import cache

from reconciler.model.address import Address
from reconciler.model.kind import KindSet, fits_beside_any
from reconciler.model.resource import Resource
from reconciler.model.state import Desired, Live
from reconciler.planning.scope import Patterns, Policy, divided


def obstacles(desired: Desired, live: Live, kinds: KindSet, policy: Policy) -> Callable[[Address], str | None]:
    """Return the function that says what keeps an address in scope from being planned, if anything does."""
    of_root = cache(lambda root: _obstacle(root, desired, live, kinds, policy, lambda _: None))
    everything = policy.patterns == Patterns()

    def obstacle_of(address: Address) -> str | None:
        if everything and address in live.resources:
            return None  # as nearly always: it need not be made, and nothing is out of scope
        return _obstacle(address, desired, live, kinds, policy, of_root)

    return obstacle_of


def misfits(desired: Desired, live: Live, kinds: KindSet, removed: Collection[Address]) -> Mapping[Address, str]:
    """Return what cannot be written while others of its kind stay, which git does not name → why, and what to do."""
    fussy = {name for name in {at.kind for at in desired.resources} if kinds[name].fits is not fits_beside_any}
    staying: dict[tuple[str, Address], list[Resource]] = {}
    for at, resource in live.resources.items():
        if at.kind in fussy and at not in desired.resources and at not in removed:
            staying.setdefault((at.kind, kinds.root_of(at)), []).append(resource)
    found: dict[Address, str] = {}
    for address, asked in desired.resources.items() if staying else ():
        root = kinds.root_of(address)
        beside = staying.get((address.kind, root))
        reason = kinds[address.kind].fits(asked, live.resources.get(address), beside) if beside else None
        if reason is not None:
            found[address] = f"{reason}; {_way_round(root, live)}"
    return found


def _way_round(root: Address, live: Live) -> str:
    if root in live.owned:
        return "let git name them, or let the plan remove them: see ownership, and what is in scope"
    return "what is taken over loses nothing yet: apply this plan, then the next one puts git's in their place"


def _obstacle(  # noqa: PLR0917  what a group is planned with, and the answer about its root
    address: Address,
    desired: Desired,
    live: Live,
    kinds: KindSet,
    policy: Policy,
    of_root: Callable[[Address], str | None],
) -> str | None:
    root = kinds.root_of(address)
    if (root not in live.owned or root in live.moved) and not policy.patterns.shows(root, kinds):
        return f"{root} is not {_yet(root, live)} yet, and not in scope"
    if address in live.resources:
        return None
    if policy.patterns.picks_fields:
        return "it is not in the store yet, and only some of its fields are in scope"
    lacking = _lacking(address, desired, kinds, policy)
    if lacking is not None:
        return lacking
    if address != root:
        made = root in live.resources or root not in desired.resources
        return None if made or of_root(root) is None else f"{root} cannot be made"
    for kind in sorted(kinds[root.kind].needed_children):
        below = [at for at in desired.resources if at.kind == kind and kinds.root_of(at) == root]
        if not any(policy.patterns.shows(at, kinds) and not _lacking(at, desired, kinds, policy) for at in below):
            return f"it cannot be made without a {kind}, and none can be made"
    return None


def _yet(root: Address, live: Live) -> str:
    if root in live.moved:
        return f"moved from {live.moved[root]}"
    return "ours" if root in live.resources else "in the store"


def _lacking(address: Address, desired: Desired, kinds: KindSet, policy: Policy) -> str | None:
    """Return which fields, needed to make it, this plan may not write."""
    owner, asked = desired.owners.get(address), desired.resources[address]
    given = divided(address, asked, None, policy.ownership, policy.patterns, owner=owner).enforced
    lacking = kinds[address.kind].needed - given.model_fields_set
    return (
        f"it cannot be made without {', '.join(sorted(lacking))}; give it, or take it into scope" if lacking else None
    )
