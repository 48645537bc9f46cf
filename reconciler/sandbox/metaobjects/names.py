"""What metaobjects are called: types, handles, and names made from them. (recorded on 2026-04)."""

import re
import secrets
import string

from reconciler.sandbox.metafields.namespaces import canonical
from reconciler.sandbox.wire.errors import UserError, user_error

_LONGEST = 255
_HANDLE = re.compile(r"[\w-]+", re.ASCII)
_SUFFIX = string.ascii_lowercase + string.digits


def canonical_type(text: str, app_id: int) -> str:
    """Return a type as it is stored; the app's own begin with its reserved prefix."""
    return (canonical(text, app_id) if text.startswith("$app") else text).lower()


def handle_problems(handle: str, at: list[str]) -> list[UserError]:
    """Return what is wrong with a handle that is to be stored."""
    if not handle:
        blank = user_error(at, "Handle can't be blank", "BLANK")
        return [blank, user_error(at, "Handle is invalid", "INVALID")]
    if len(handle) > _LONGEST:
        return [user_error(at, f"Handle is too long (maximum is {_LONGEST} characters)", "TOO_LONG")]
    return [] if _HANDLE.fullmatch(handle) else [user_error(at, "Handle is invalid", "INVALID")]


def slug(text: str) -> str:
    """Return a text as a handle."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def title(text: str) -> str:
    """Return a handle or type as a name: ``MyHandle-1`` is My Handle 1."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    return " ".join(word.capitalize() for word in re.split(r"[\s_-]+", spaced) if word)


def random_suffix() -> str:
    """Return what tells entries apart that have neither a handle nor a name."""
    return "".join(secrets.choice(_SUFFIX) for _ in range(8))
