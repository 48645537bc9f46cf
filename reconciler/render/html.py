"""Plans as one HTML file that needs nothing else: no network, no server, no other file.

The page holds what it shows as JSON, and its script builds the details of a product when they are opened, so that five
thousand changes do not keep a browser busy. What a store holds reaches the page as text (``html_values``); a content
security policy lets nothing run but the page's own script, known by its digest, and nothing be loaded at all.
"""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, FunctionLoader, StrictUndefined

from reconciler.model.ledger import Bar, Ledger
from reconciler.model.plan import Plan
from reconciler.render.caveats import caveats
from reconciler.render.effects import Told, off_sale, told
from reconciler.render.group import RootOf
from reconciler.render.html_groups import Thumbnail, group_document, no_thumbnail
from reconciler.render.ledger_text import bar_label, ledger_lines
from reconciler.render.printable import printable
from reconciler.render.review import Reviewed, alike
from reconciler.render.value import value_text
from reconciler.render.words import asked, counted, number, short, spoken

_NAMES_SHOWN: Final = 6
_NAMES_LISTED: Final = 500
_TEMPLATES: Final = files("reconciler.render") / "templates"


def page(reviewed: Sequence[Reviewed], root_of: RootOf, thumbnail: Thumbnail = no_thumbnail) -> str:
    """Return the page of the plans of one store or of several."""
    script = _template_text("plan.js")
    groups = list(_groups(reviewed, root_of, thumbnail))
    most = max((bar.count for each in reviewed if each.plan.ledger for bar in each.plan.ledger.moves), default=0)
    return (
        _environment()
        .get_template("plan.html")
        .render(
            stores=[_store(each.plan, root_of, most) for each in reviewed],
            notes=[(each.store, printable(note)) for each in reviewed for note in each.plan.notes],
            observed=[row for each in reviewed for row in _observed(each)],
            groups=number(len(groups)),
            data=_as_data(groups),
            style=_template_text("plan.css"),
            script=script,
            policy=_policy(script),
        )
    )


def _groups(reviewed: Sequence[Reviewed], root_of: RootOf, thumbnail: Thumbnail) -> Iterator[dict[str, Any]]:
    for decision in alike(reviewed, root_of):
        losses = off_sale(decision.first.plan.effects)
        yield from (group_document(each, decision, thumbnail, losses.get(each.root, "")) for each in decision.groups)


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "frame-src 'self'; base-uri 'none'; form-action 'none'"
    )


def _as_data(groups: Sequence[dict[str, Any]]) -> str:
    """Return JSON that cannot end the element that holds it, whatever the words in it."""
    text = json.dumps(groups, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _store(plan: Plan, root_of: RootOf, most: int) -> dict[str, Any]:
    summary, target = plan.summary, plan.target
    return {
        "name": printable(target.store),
        "about": _about(plan),
        "counts": [
            ("create", summary.create),
            ("adopt", summary.adopt),
            ("move", summary.move),
            ("update", summary.update),
            ("remove", summary.remove),
        ],
        "counted": _counted(plan, root_of),
        "forecast": asked(plan.forecast),
        "digest": plan.digest,
        "warnings": [printable(f"{each.tag}: {each.sentence}") for each in caveats(plan)],
        "limits": [
            {
                "rule": printable(each.rule),
                "summary": printable(each.summary),
                "allow": printable(each.allow),
                "accepted": f"accepted in git until {each.acceptance.until}: {printable(each.acceptance.reason)}"
                if each.acceptance
                else "",
            }
            for each in plan.violations
        ],
        "effects": [_effect(each) for each in told(plan.effects)],
        "ledger": _ledger(plan.ledger, target.currency, most) if plan.ledger else None,
    }


def _counted(plan: Plan, root_of: RootOf) -> str:
    """Return what the numbers count, and in how many rows of the list below: a row is a root with its parts."""
    if not plan.changes:
        return ""
    kinds = Counter(each.address.kind for each in plan.changes)
    things = ", ".join(counted(count, spoken(kind)) for kind, count in kinds.most_common())
    rows = len({root_of(each.address) for each in plan.changes})
    return printable(f"counted: {things}; in {counted(rows, 'row')} of the list below")


def _effect(effect: Told) -> dict[str, Any]:
    """Return a sentence with the few names that are seen at once, and the others."""
    shown = [printable(name) for name in effect.names[:_NAMES_LISTED]]
    return {
        "sentence": printable(effect.sentence),
        "names": shown[:_NAMES_SHOWN],
        "others": shown[_NAMES_SHOWN:],
        "more": number(len(effect.names) - _NAMES_SHOWN),
        "unlisted": number(len(effect.names) - len(shown)) if len(effect.names) > len(shown) else "",
        "is_loud": effect.is_loud,
    }


def _about(plan: Plan) -> str:
    inputs = plan.inputs
    commit = f"commit {short(inputs.commit)}" if inputs.commit else "no commit"
    base = f", last applied {short(inputs.base_commit)}" if inputs.base_commit else ""
    shop = plan.target.shop_id.rpartition("/")[2]
    return printable(f"shop {shop}, {plan.target.currency}, API {plan.target.api_version}, {commit}{base}")


def _ledger(ledger: Ledger, currency: str, most: int) -> dict[str, Any]:
    """Return the plan in money. ``most``: the count that fills the width, the same for all stores of a page."""
    return {
        "lines": [printable("".join(span.text for span in line.spans)) for line in ledger_lines(ledger, currency)],
        "bars": [
            {
                "label": bar_label(bar),
                "count": bar.count,
                "width": round(100 * bar.count / most, 2),
                "cut": bar.high is not None and bar.high <= 0,
            }
            for bar in _without_ends(ledger.moves)
        ],
    }


def _without_ends(moves: Sequence[Bar]) -> Sequence[Bar]:
    """Return the bars from the first that counts something to the last: empty ones between them are a scale, too."""
    full = [place for place, bar in enumerate(moves) if bar.count]
    return moves[full[0] : full[-1] + 1] if full else ()


def _observed(reviewed: Reviewed) -> Iterator[tuple[str, ...]]:
    currency = reviewed.plan.target.currency
    for each in reviewed.plan.observed:
        texts = (value_text(each.path, value, currency) for value in (each.store, each.git))
        yield (printable(reviewed.store), printable(str(each.address)), printable(each.path), *texts)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _template_text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


__all__ = ["Thumbnail", "page"]
