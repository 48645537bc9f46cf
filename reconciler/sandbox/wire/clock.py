"""Time as the API writes it: ISO-8601 in UTC, whole seconds."""

from datetime import UTC, datetime


def timestamp(seconds: float) -> str:
    """Return the wire text of a moment given in seconds since 1970."""
    return datetime.fromtimestamp(seconds, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(text: str) -> int:
    """Return the moment behind a wire text, in milliseconds since 1970."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def moment(text: str) -> str | None:
    """Return a moment that a person wrote (a date, a date and time, an offset) as wire text, or None."""
    try:
        parsed = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
