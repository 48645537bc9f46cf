"""URL redirects: the rows, and the one that a changed handle leaves behind."""

from dataclasses import dataclass

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class Redirect:
    """A path that leads to a target; a path has one redirect at most."""

    id: int
    path: str
    target: str
    created_at: str


REDIRECTS = Table("url_redirects", Redirect, Redirect)


def redirect_from(database: Database, path: str) -> Redirect | None:
    """Return the redirect of this path, or None."""
    found = REDIRECTS.select(database, "WHERE path = ?", (path,))
    return found[0] if found else None


def lead(database: Database, path: str, target: str, now: str) -> None:
    """Make the path lead to the target, where a page is now: a redirect away from there would close a circle."""
    database.run("DELETE FROM url_redirects WHERE path = ?", (target,))
    known = redirect_from(database, path)
    if known is None:
        REDIRECTS.insert(database, [Redirect(database.new_id(), path, target, now)])
        return
    known.target = target
    REDIRECTS.update(database, [known])
