"""Counting: a number with its noun, as people say it, wherever words are made."""


def number(count: int) -> str:
    """Return the number with its thousands apart."""
    return f"{count:,}"


def does(count: int, one: str, many: str) -> str:
    """Return the verb of so many: ``1 product appears``, ``2 products appear``."""
    return one if count == 1 else many


def counted(count: int, noun: str) -> str:
    """Return the number with its noun: ``1 variant``, ``2,950 changes``, ``3 categories``."""
    if count == 1:
        return f"1 {noun}"
    ending_y = noun.endswith("y") and not noun.endswith(("ay", "ey", "oy", "uy"))
    if ending_y:
        return f"{number(count)} {noun[:-1]}ies"
    return f"{number(count)} {noun}{'es' if noun.endswith('ss') else 's'}"
