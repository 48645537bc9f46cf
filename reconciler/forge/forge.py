"""Forge: what CI needs of the place where changes are reviewed, whichever it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Said = Literal["opened", "updated", "unchanged", "closed", "none"]


@dataclass(frozen=True, slots=True)
class Topic:
    """What there is at most one open issue about."""

    label: str
    title: str
    marker: str
    """The first line of its text. A label alone is not enough: people put labels on other issues, too."""


@dataclass(frozen=True, slots=True)
class Approval:
    """The plan files that a merged request was reviewed with."""

    request: str
    """For people: pull request 7."""
    files: Mapping[str, bytes]


class Forge(Protocol):
    """A place where changes are reviewed. Every method raises ForgeRefused when it does not do as it is asked."""

    def say(self, number: int, marker: str, text: str) -> Said:
        """Have one comment on a request that begins with the marker: written, or the one of before replaced."""

    def approval(self, commit: str) -> Approval:
        """Return what the merged request of a commit was reviewed with.

        Raises PlanRefused when no request of this repository was, or when its plan is not kept any more.
        """

    def open_issue(self, topic: Topic, text: str) -> Said:
        """Have one open issue of the topic that says this."""

    def close_issue(self, topic: Topic, why: str) -> Said:
        """Have no open issue of the topic."""
