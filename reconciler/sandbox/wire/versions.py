"""API versions: which are served, and which one answers a request for another."""

SUPPORTED = ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")


def served(requested: str) -> str | None:
    """Return the version that answers: expired ones fall forward to the oldest; None if there never was such a one."""
    if requested in SUPPORTED or requested == "unstable":
        return requested
    year, dash, month = requested.partition("-")
    is_version = dash and year.isdigit() and month in {"01", "04", "07", "10"}
    return SUPPORTED[0] if is_version and requested < SUPPORTED[0] else None


def display_name(version: str) -> str:
    """Return a version as people read it."""
    return f"{version} (Latest)" if version == SUPPORTED[-1] else version
