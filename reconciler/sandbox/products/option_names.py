"""What names of options and option values must satisfy, wherever they are written."""

from collections.abc import Iterable, Iterator

from reconciler.sandbox.products.tree import DELIMITER, MAX_NAME
from reconciler.sandbox.wire.errors import UserError, user_error

Path = tuple[str | int, ...]


def option_name_problem(name: str, at: Path) -> UserError | None:
    """Return what is wrong with an option's name."""
    if DELIMITER in name:
        return user_error(at, f"The name contains unsupported sequence '{DELIMITER}'", "INVALID_NAME")
    if len(name) > MAX_NAME:
        return user_error(
            at, f"The name provided is too long (maximum is {MAX_NAME} characters)", "OPTION_NAME_TOO_LONG"
        )
    return None


def value_name_problems(names: Iterable[str], at: Path) -> Iterator[UserError]:
    """Yield what is wrong with the names of values that are to be added."""
    seen: set[str] = set()
    for index, name in enumerate(names):
        here = (*at, index, "name")
        if not name.strip():
            yield user_error(here, "Option value name can't be blank", "INVALID_NAME")
        elif len(name) > MAX_NAME:
            message = f"The value name provided is too long (maximum is {MAX_NAME} characters)"
            yield user_error(here, message, "OPTION_VALUE_NAME_TOO_LONG")
        elif name.strip().casefold() in seen:
            yield user_error(here, f"Duplicated option value '{name.strip()}'", "DUPLICATED_OPTION_VALUE")
        seen.add(name.strip().casefold())
