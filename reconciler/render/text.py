"""Plans as text for a terminal: for three changes, every one; for three thousand, what has to be looked at first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from shlex import quote
from types import MappingProxyType

from reconciler.model.effect import Effect
from reconciler.model.plan import Observed, Plan, Violation
from reconciler.render.caveats import caveats
from reconciler.render.effects import told
from reconciler.render.group import Explanations, Group, RootOf, groups, most_telling, root_by_name
from reconciler.render.group_text import group_lines
from reconciler.render.ledger_text import ledger_lines
from reconciler.render.printable import clipped, printable
from reconciler.render.row_text import CAUSES, Page
from reconciler.render.style import EMPTY, Detail, Ink, Line, Span, Style, line, written
from reconciler.render.totals import totals_lines
from reconciler.render.value import value_text
from reconciler.render.words import asked, counted, in_project, name, names, number, short, spoken, wrapped

GROUPS_SHOWN = 20
_LONGEST_GROUP = 24  # lines below a group's name, where there is a limit at all
_TOTALS_FROM = 10  # groups; fewer are seen at a glance
_TOTALS_ROWS = 30
_FEW = 5  # examples of what is observed
_NOTES = 10
_EFFECTS = 15
_NO_EXPLANATIONS: Explanations = MappingProxyType({})


def plan_text(
    plan: Plan,
    *,
    style: Style,
    explanations: Explanations = _NO_EXPLANATIONS,
    limit: int | None = GROUPS_SHOWN,
    detail: Detail = Detail.NORMAL,
    root_of: RootOf = root_by_name,
    file: str | None = None,
    project: str | None = None,
) -> str:
    """Return the plan as a person reads it in a terminal.

    limit: groups shown; those that remove, take over or overwrite come before the others, all in the plan's order.
    None shows everything, each list in full. root_of: what a KindSet says; without it children hang on products.
    file: where the plan is stored, for the commands that are shown; by default where ``plan`` writes it.
    project: the repository, where the reader's commands have to name it.
    """
    page = Page(plan.target.currency, style.width, detail, None if limit is None else _LONGEST_GROUP, explanations)
    all_groups = groups(plan.changes, root_of)
    stored = file or f"plans/{plan.target.store}.json"
    return written(_lines(plan, all_groups, page, limit, Commands(stored, project)), style)


@dataclass(frozen=True, slots=True)
class Commands:
    """What a reader may type next."""

    file: str
    project: str | None

    def show(self) -> str:
        """Return the command that shows the plan in full."""
        return f"reconciler show {quote(self.file)} --all"

    def apply(self, violations: Sequence[Violation]) -> str:
        """Return the command that applies the plan, with the consents that nobody gave in git."""
        asked = dict.fromkeys(each.allow for each in violations if each.acceptance is None)
        return f"reconciler apply {' '.join((quote(self.file), *asked))}{in_project(self.project)}"


def _lines(
    plan: Plan, all_groups: Sequence[Group], page: Page, limit: int | None, commands: Commands
) -> Iterator[Line]:
    yield from _headline(plan)
    yield from _caveats(plan)
    yield from _ledger(plan)
    if len(all_groups) > min(_TOTALS_FROM, len(all_groups) if limit is None else limit):
        yield EMPTY
        yield from totals_lines(all_groups, None if limit is None else _TOTALS_ROWS)
    yield from _group_lines(all_groups, page, limit, commands)
    yield from _violations(plan.violations, page)
    yield from _effects(plan.effects, page, limit)
    yield from _observed(plan.observed, page, limit)
    yield from _notes(plan.notes, limit)
    yield EMPTY
    yield from _ending(plan, commands)


def _headline(plan: Plan) -> Iterator[Line]:
    yield line(Span(f"Plan for store {plan.target.store}", Ink.STRONG))
    shop = plan.target.shop_id.rpartition("/")[2]
    inputs = plan.inputs
    commit = f"commit {short(inputs.commit)}" if inputs.commit else "no commit"
    base = f", last applied {short(inputs.base_commit)}" if inputs.base_commit else ""
    about = f"shop {shop}, {plan.target.currency}, API {plan.target.api_version}, {commit}"
    yield line(Span(f"{about}{base}", Ink.QUIET), indent=2)


def _caveats(plan: Plan) -> Iterator[Line]:
    for each in caveats(plan):
        yield line(Span(f"{each.tag}: ", Ink.ALARM), Span(each.sentence), indent=2)


def _ledger(plan: Plan) -> Iterator[Line]:
    lines = list(ledger_lines(plan.ledger, plan.target.currency)) if plan.ledger else []
    if lines:
        yield EMPTY
        yield from lines


def _group_lines(all_groups: Sequence[Group], page: Page, limit: int | None, commands: Commands) -> Iterator[Line]:
    shown = most_telling(all_groups, limit)
    if 0 < len(shown) < len(all_groups):
        yield EMPTY
        several = len({group.root.kind for group in all_groups}) > 1
        everything = f"{number(len(all_groups))}: " if several else ""
        what = f"{number(len(shown))} of {everything}{_roots(all_groups)}"
        yield line(
            Span(what, Ink.STRONG), "; what removes, takes over or overwrites goes first, then the largest price moves"
        )
    compact = False
    for group in shown:
        lines = tuple(group_lines(group, page))
        if not (compact and len(lines) == 1):
            yield EMPTY
        compact = len(lines) == 1
        yield from lines
    if len(shown) < len(all_groups):
        shown_roots = {group.root for group in shown}
        rest = [group for group in all_groups if group.root not in shown_roots]
        yield EMPTY
        yield line(Span(f"… {_roots(rest, 'more ')}; show all with `{commands.show()}`", Ink.STRONG))


def _roots(some: Sequence[Group], more: str = "") -> str:
    kinds = Counter(group.root.kind for group in some)
    return ", ".join(counted(count, f"{more}{spoken(kind)}") for kind, count in kinds.items())


def _violations(violations: Sequence[Violation], page: Page) -> Iterator[Line]:
    if violations:
        yield EMPTY
        broken = counted(len(violations), "limit")
        asked = (
            "" if all(each.acceptance for each in violations) else "; apply refuses this plan until each is accepted"
        )
        yield line(Span(f"{broken} broken{asked}", Ink.ALARM))
    for violation in violations:
        yield line(
            Span(violation.rule, Ink.LOUD), f": {clipped(printable(violation.summary), 4 * page.width)}", indent=2
        )
        if violation.unsaid:
            room = page.width - 4
            listed = [str(address) for address in violation.unsaid]
            yield line(Span(names(listed, room), Ink.QUIET), indent=4)
        yield _consent(violation)


def _effects(effects: Sequence[Effect], page: Page, limit: int | None) -> Iterator[Line]:
    sentences = list(told(effects))
    if sentences:
        yield EMPTY
        yield line(Span("Side effects", Ink.STRONG), "; what the changes bring about besides")
    shown = sentences if limit is None else sentences[:_EFFECTS]
    for each in shown:
        yield line(Span(each.sentence, Ink.LOUD if each.is_loud else Ink.PLAIN), indent=2)
        if each.names:
            room = page.width - 4
            listed = wrapped(each.names, room) if limit is None else [names(each.names, room)]
            yield from (line(Span(text, Ink.QUIET), indent=4) for text in listed)
    yield from _left_out(len(sentences) - len(shown))


def _consent(violation: Violation) -> Line:
    accepted = violation.acceptance
    if accepted is None:
        return line("accept with  ", Span(violation.allow, Ink.STRONG), indent=4)
    return line(f"accepted in git until {accepted.until}: {printable(accepted.reason)}", indent=4)


def _observed(observed: Sequence[Observed], page: Page, limit: int | None) -> Iterator[Line]:
    sold = [each for each in observed if each.cause == "sold"]
    watched = [each for each in observed if each.cause != "sold"]
    yield from _seen(sold, "count", "moved by customers, and not by git; never written", page, limit)
    yield from _seen(watched, "difference", "in fields that git only watches; never written", page, limit)


def _seen(seen: Sequence[Observed], noun: str, what: str, page: Page, limit: int | None) -> Iterator[Line]:
    if not seen:
        return
    yield EMPTY
    yield line(Span(f"{counted(len(seen), noun)} {what}", Ink.STRONG))
    shown = seen if limit is None else seen[:_FEW]
    for each in shown:
        git, store = (
            clipped(value_text(each.path, value, page.currency), page.width // 3) for value in (each.git, each.store)
        )
        cause = CAUSES.get(each.cause or "new", Span(""))
        yield line(f"{name(str(each.address))} {name(each.path)}  store {store}, git {git}", cause, indent=2)
    yield from _left_out(len(seen) - len(shown))


def _notes(notes: Sequence[str], limit: int | None) -> Iterator[Line]:
    if not notes:
        return
    yield EMPTY
    yield line(Span("Notes", Ink.STRONG))
    shown = notes if limit is None else notes[:_NOTES]
    for note in shown:
        yield line(note, indent=2)
    yield from _left_out(len(notes) - len(shown))


def _left_out(count: int) -> Iterator[Line]:
    if count:
        yield line(Span(f"… {number(count)} more", Ink.QUIET), indent=2)


def _ending(plan: Plan, commands: Commands) -> Iterator[Line]:
    if not plan.changes:
        yield line(Span(_nothing(plan), Ink.STRONG))
        return
    summary = plan.summary
    counts = (
        (summary.create, "to create", Ink.ADDED),
        (summary.adopt, "to adopt", Ink.LOUD),
        (summary.move, "to move", Ink.CHANGED),
        (summary.update, "to update", Ink.CHANGED),
        (summary.remove, "to remove", Ink.REMOVED),
    )
    said = [Span(f"{number(count)} {what}", ink) for count, what, ink in counts if count]
    spans = [part for span in said for part in (Span(", "), span)][1:]
    yield line(*spans, f"; {counted(summary.fields, 'field')}")
    yield line(Span(asked(plan.forecast), Ink.QUIET))
    waits = any(each.acceptance is None for each in plan.violations)
    when = "  if what breaks the limits above is meant, apply it with " if waits else "  apply it with "
    yield line(Span(f"plan {short(plan.digest)}", Ink.QUIET), when, Span(commands.apply(plan.violations), Ink.STRONG))


def _nothing(plan: Plan) -> str:
    store = plan.target.store
    if plan.complete and plan.observed:
        sold = ["what customers bought"] if any(each.cause == "sold" for each in plan.observed) else []
        watched = ["what git only watches"] if any(each.cause != "sold" for each in plan.observed) else []
        return f"No changes. Store {store} is as git says, but for {' and '.join(sold + watched)}."
    if plan.complete:
        return f"No changes. Store {store} is as git says."
    return f"No changes in what was looked at of store {store}; of the rest nothing is known."
