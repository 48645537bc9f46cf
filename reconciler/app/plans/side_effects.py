"""Side effects of a plan: the automatic collections of the store, read before anything else, and what passes them.

Where collections are read anyway, their pages come first and are kept until it is their turn: their conditions have to
be known while products stream past, and it takes no call more. A store whose API version has no sources of collections
is asked for its rule sets once the plan changes something that a rule may look at, 250 a call.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from reconciler.app.repository.store_view import COLLECTION, PRODUCT, StoreView
from reconciler.effects.book import effects_of
from reconciler.effects.members import Members, Redefined
from reconciler.effects.touching import touched
from reconciler.kinds import CODECS, KINDS
from reconciler.model.address import Address
from reconciler.model.automatic import Automatic, Comparison, Match, as_git_writes
from reconciler.model.catalog import ListedEntry
from reconciler.model.category import CategoryEntry
from reconciler.model.effect import Effect
from reconciler.model.facts import GroupFacts
from reconciler.model.plan import Violation
from reconciler.model.resource import Resource
from reconciler.model.state import Found
from reconciler.shopify.automatic import automatic_collection
from reconciler.shopify.errors import AccessDenied
from reconciler.shopify.reader import Page, Reader

RuleSets = Callable[[], Iterable[Automatic]]
"""The automatic collections of a store that has rule sets alone."""


class SideEffects:
    """What a plan brings about besides, for one store. ``pages`` of collections are the reader's, read ahead."""

    def __init__(self, view: StoreView, reader: Reader, rule_sets: RuleSets) -> None:
        self._view = view
        self._reader = reader
        self._rule_sets = rule_sets
        self._read = KINDS.with_parents(view.kinds)
        self._has_sources = CODECS[COLLECTION].since <= view.store.document.api_version
        self.pages: tuple[Page, ...] | None = None
        self._members: Members | str = "the store's automatic collections are not known"

    def look_ahead(self) -> None:
        """Read the collections, where their conditions are part of what is read anyway; before anything is met."""
        if self._has_sources:
            try:
                self.pages = tuple(self._reader.pages(COLLECTION))
                self._members = self._compiled(self._live())
            except AccessDenied as error:
                self._members = str(error)

    @property
    def look_at_all(self) -> bool:
        """Whether every product has to be met, also one that does not change: conditions of a collection do."""
        return isinstance(self._members, Members) and self._members.are_redefined

    def meet(self, root: Address, resources: Mapping[Address, Resource]) -> None:
        """Look at a product of ours that is in the store."""
        if root.kind == PRODUCT and root in resources and isinstance(self._members, Members):
            self._members.meet(root, resources)

    def meet_other(self, found: Found) -> None:
        """Look at what is not ours."""
        if found.kind == PRODUCT and isinstance(self._members, Members):
            self._members.meet_other(found.id, found.resource)

    def is_taken_over(self, found: Found) -> None:
        """Forget what was met as somebody else's: it is met as ours now."""
        if isinstance(self._members, Members):
            self._members.forget_other(found.id)

    def effects(
        self, groups: Sequence[GroupFacts], violations: Iterable[Violation], unread: Collection[str]
    ) -> tuple[Effect, ...]:
        """Return what the changed groups bring about; once, when every product was met."""
        if not self._has_sources and any(map(touched, groups)):
            try:
                self._members = self._compiled(list(self._rule_sets()))
            except AccessDenied as error:
                self._members = str(error)
        return effects_of(
            groups,
            self._members,
            read=self._read.difference(unread),
            redirects=dict(self._redirects()),
            violations=violations,
        )

    def _live(self) -> list[Automatic]:
        pages = self.pages or ()
        return [automatic_collection(node, self._view.formerly) for page in pages for node in page]

    def _compiled(self, live: Sequence[Automatic]) -> Members:
        automatic = [each for each in live if not each.is_by_hand_alone]
        changes = list(self._changes(live))
        return Members(automatic, changes, currency=self._view.store.currency, read=self._read)

    def _changes(self, live: Sequence[Automatic]) -> Iterator[Redefined]:
        """Yield the collections whose conditions git has otherwise than the store."""
        ours = {each.address: each for each in live if each.address is not None}
        others = {each.handle: each for each in live if each.address is None}
        for address in self._view.addresses(COLLECTION):
            entry = self._view.entries.get(address)
            held = ours.get(address)
            has_conditions = isinstance(entry, CategoryEntry) and entry.category.conditions is not None
            if not has_conditions and (held is None or held.is_by_hand_alone):
                continue  # the mapping of a category is not asked for nothing
            asked = self._view.group(address).resources[address]
            fields = asked.managed()
            if "conditions" in fields:
                held = held or others.get(fields.get("handle"))
                known = held or Automatic(fields.get("title") or address.key)
                after = _with(known, address, *_comparisons(fields["conditions"]))
                if held is None or _spelled(held) != _spelled(after):
                    yield Redefined(held, after)

    def _redirects(self) -> Iterator[tuple[str, str]]:
        for address in self._view.addresses("redirect"):
            entry = self._view.entries[address]
            target = entry.resource.managed().get("target") if isinstance(entry, ListedEntry) else None
            if target is not None:
                yield address.key, target


def _comparisons(conditions: object) -> tuple[tuple[Comparison, ...], Match]:
    """Return the conditions of a collection's fields; of null, none."""
    rules = getattr(conditions, "rules", ())
    match: Match = getattr(conditions, "match", "all")
    return tuple(as_git_writes(rule.field, rule.relation, rule.values) for rule in rules), match


def _with(held: Automatic, address: Address, conditions: tuple[Comparison, ...], match: Match) -> Automatic:
    written = held.with_conditions(conditions, match)
    return Automatic(written.title, written.handle, written.id, address, written.sources)


def _spelled(automatic: Automatic) -> object:
    """Return what git decides of a collection, whatever the order of it."""
    own = automatic.ours()
    if own is None or not own.conditions:
        return None
    said = frozenset(
        (each.subject, each.relation, frozenset(each.values)) for each in own.conditions if isinstance(each, Comparison)
    )
    return said, own.match if len(said) > 1 else "all"
