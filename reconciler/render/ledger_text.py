"""The ledger of a plan in words: prices, stock and what shoppers will see, before any single change."""

from collections.abc import Iterator, Sequence

from reconciler.model.ledger import Bar, Ledger, PriceMove
from reconciler.render.style import Ink, Line, Span, line
from reconciler.render.value import money_text, move_text
from reconciler.render.words import child_name, counted, does, name, names, number

_BAR_WIDTH = 24
_NAMED = 60  # columns
_FEW = 4  # repriced variants that are seen at a glance


def ledger_lines(ledger: Ledger, currency: str) -> Iterator[Line]:
    """Yield the lines of a ledger; none where a plan moves neither money nor what is seen."""
    if ledger.repriced:
        yield line(Span(counted(ledger.repriced, "price"), Ink.STRONG), " moved", *_costs(ledger), indent=2)
    elif ledger.below_cost:
        yield line(*_costs(ledger)[1:], indent=2)
    if ledger.repriced > _FEW:
        yield from _histogram(ledger.moves)
        yield from _extremes("deepest cut", ledger.cuts, currency)
        yield from _extremes("steepest rise", ledger.rises, currency)
    for verbs, pieces, value in (
        (("comes", "come"), ledger.pieces_added, ledger.stock_added),
        (("goes", "go"), ledger.pieces_removed, ledger.stock_removed),
    ):
        if pieces:
            worth = f"worth {money_text(value, currency)} {currency}"
            said = f" of stock {does(pieces, *verbs)}, {worth}"
            yield line(Span(counted(pieces, "piece"), Ink.STRONG), said, indent=2)
    for verbs, addresses in ((("appears", "appear"), ledger.appear), (("vanishes", "vanish"), ledger.vanish)):
        if addresses:
            listed = names([address.key for address in addresses], _NAMED)
            said = f" {does(len(addresses), *verbs)}: {listed}"
            yield line(Span(counted(len(addresses), "product"), Ink.STRONG), said, indent=2)


def bar_label(bar: Bar) -> str:
    """Return what a bar of the histogram counts."""
    if bar.low is None:
        return f"cut by more than {-(bar.high or 0)} %"
    if bar.high is None:
        return f"raised by {bar.low} % or more"
    if bar.high <= 0:
        return f"cut by {-bar.high} to {-bar.low} %"
    return f"raised by {bar.low} to {bar.high} %"


def _costs(ledger: Ledger) -> tuple[Span, ...]:
    spans = []
    if ledger.below_cost:
        spans += [Span(", "), Span(f"{number(ledger.below_cost)} below cost", Ink.ALARM)]
    if ledger.without_cost:
        spans.append(Span(f", {number(ledger.without_cost)} without a known cost", Ink.QUIET))
    return tuple(spans)


def _histogram(moves: Sequence[Bar]) -> Iterator[Line]:
    most = max(bar.count for bar in moves)
    width = max(len(bar_label(bar)) for bar in moves)
    for bar in moves:
        if bar.count:
            drawn = "▇" * max(1, round(bar.count * _BAR_WIDTH / most))
            yield line(f"{bar_label(bar):<{width}}  ", Span(drawn, Ink.CHANGED), f" {number(bar.count)}", indent=4)


def _extremes(title: str, moves: Sequence[PriceMove], currency: str) -> Iterator[Line]:
    if moves:
        first = moves[0]
        prices = f"{money_text(first.before, currency)} → {money_text(first.after, currency)} {currency}"
        who = name(child_name(first.address))
        yield line(f"{title}: {who} {prices} ", Span(f"({move_text(first.percent)})", Ink.CHANGED), indent=4)
