"""Caveats: what a reader has to know of a plan before any change in it, said alike wherever a plan is read."""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Caveat:
    """A word to notice, and a sentence. Parts of a scope in it are as somebody typed them: not yet printable."""

    tag: str
    sentence: str


def caveats(plan: Plan) -> Iterator[Caveat]:
    """Yield what to bear in mind of a plan."""
    if plan.undoes is not None:
        back = f"takes back run {plan.undoes}, as far as the store still holds it. Nothing else was looked at."
        yield Caveat("ROLLBACK", back)
    if plan.against is not None:
        which = (
            f"made against a snapshot of {plan.against.taken_at} (SHA-256 {plan.against.digest[:12]}), not the store"
        )
        yield Caveat("SNAPSHOT", f"{which}: what changed there since is not in it.")
    if plan.inputs.dirty:
        yield Caveat("DIRTY", "made from files with changes that are not in the commit.")
    if plan.inputs.base_commit is None and plan.undoes is None and _is_blind(plan):
        said = "there is nothing to compare with, so nobody knows which side changed; the notes say what helps."
        yield Caveat("TWO-WAY", said)
    if not plan.scope.whole:
        yield Caveat("SCOPED", f"{'; '.join(_scope(plan))}. Nothing else was looked at.")
    if plan.errored:
        unread = "a part of the store could not be read, and is left alone; the notes say which, and why."
        yield Caveat("INCOMPLETE", unread)
    elif not plan.complete and plan.scope.whole and plan.undoes is None:
        yield Caveat("INCOMPLETE", "not the whole store was looked at.")


def _scope(plan: Plan) -> Iterator[str]:
    scope = plan.scope
    if scope.only:
        yield f"only {', '.join(scope.only)}"
    if scope.exclude:
        yield f"except {', '.join(scope.exclude)}"
    if scope.changed_since:
        yield f"what changed since {scope.changed_since}"


def _is_blind(plan: Plan) -> bool:
    return any(each.cause is None for change in plan.changes for each in change.fields)
