"""The one issue about drift: open while a store holds what git did not ask for, closed when every store is known clean.

A look at named stores knows nothing of the others, so it has an issue of its own: in a matrix, a job for each store
opens and closes its own. One issue with a section for each would be written by all jobs at once, each over what another
one just wrote.

An issue that nobody answered does not grow: it is written anew when the drift is another, and left alone otherwise.
"""

from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from reconciler.app.stores.fleet import FleetResult
from reconciler.forge.forge import Forge, Said, Topic
from reconciler.model.drift import Drift

_LABEL: Final = "catalog-drift"
_TITLE: Final = "Stores hold what git did not ask for"
_LONGEST: Final = 120  # GitLab takes 255 characters for a title, and nobody reads so many


def told_of_drift(forge: Forge, found: FleetResult[Drift], named: Sequence[str], *, text: str, url: str) -> Said:
    """Have the issue say what was found. ``named``: the stores that were asked for; none: all of them.

    ``url``: where the look for drift is told in full.
    """
    topic = _topic(sorted(set(named)))
    if any(each.items for each in found.results):
        return forge.open_issue(topic, text)
    if found.failures or any(each.errored for each in found.results):
        return "none"  # nobody knows: an issue that is open stays so
    return forge.close_issue(topic, f"The stores are as git says again: {url}")


def _topic(named: Sequence[str]) -> Topic:
    if not named:
        return Topic(_LABEL, _TITLE, "<!-- reconciler: drift -->")
    names = ", ".join(named)
    shown = names if len(names) <= _LONGEST else f"{len(named)} stores"
    return Topic(_LABEL, f"{_TITLE}: {shown}", f"<!-- reconciler: drift of {' '.join(map(_quoted, named))} -->")


def _quoted(name: str) -> str:
    return quote(name, safe="")  # a name ends no comment, and two names are no third
