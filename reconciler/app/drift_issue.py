"""The one issue about drift: open while a store holds what git did not ask for, closed when every store is known clean.

An issue that nobody answered does not grow: it is written anew when the drift is another, and left alone otherwise.
"""

from typing import Final

from reconciler.app.fleet import FleetResult
from reconciler.forge.forge import Forge, Said, Topic
from reconciler.model.drift import Drift

TOPIC: Final = Topic("catalog-drift", "Stores hold what git did not ask for", "<!-- reconciler: drift -->")


def told_of_drift(forge: Forge, found: FleetResult[Drift], text: str, url: str) -> Said:
    """Have the issue say what was found. ``url``: where the look for drift is told in full."""
    if any(each.items for each in found.results):
        return forge.open_issue(TOPIC, text)
    if found.failures or any(each.errored for each in found.results):
        return "none"  # nobody knows: an issue that is open stays so
    return forge.close_issue(TOPIC, f"The stores are as git says again: {url}")
