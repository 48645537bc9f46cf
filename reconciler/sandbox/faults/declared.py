"""Faults as data: the JSON that declares them, and what is wrong with it.

``PUT /_sandbox/shops/NAME/faults`` takes ``{"faults": [...]}`` and replaces what was declared; the same list may stand
under ``faults`` where a shop is made. Each fault is one object::

    {"kind": "drop_after", "on": "mutation", "root": "productSet", "skip": 2, "times": 1}

=========================  =========================================================================================
kind                       what happens to a request, and the keys of its own
=========================  =========================================================================================
``drop_before``            the connection is closed, nothing was done
``drop_after``             it is done and committed, then the connection is closed without an answer
``bad_gateway_before``     ``status`` (502; or 500, 503, 504) and nothing was done
``bad_gateway_after``      it is done and committed, the answer is ``status`` (502; or 500, 503, 504)
``unauthorized``           401, as with a token that ran out; ``skip`` says after how many calls
``throttled``              THROTTLED, whatever the bucket holds; ``times`` makes a burst
``slow``                   the answer comes ``milliseconds`` later
``access_denied``          ACCESS_DENIED wherever ``scope`` is needed
``stale_search``           searches do not see what was written in the last ``milliseconds``, or ``requests``
``other_version``          the header X-Shopify-API-Version says ``version``
``rival``                  another writer: ``document`` with ``variables`` is run in the shop, ``moment`` ``before``
                           the request or ``after`` it (its answer is in the fault's ``outcomes``)
``bulk_fails``             a bulk job ends as FAILED with ``error_code`` after ``after_lines`` lines (of the result of
                           a query, of the input of a mutation); what was done until then stays and can be read
``media_fails``            a file whose source or name contains ``contains`` (any, if left out) fails with ``code``
=========================  =========================================================================================

The other keys say when. Without any of them a fault happens always.

=========================  =========================================================================================
``on``                     ``query`` or ``mutation``: only to these
``root``                   only where this root field is asked for
``skip``                   not to the first so many that match
``times``                  to so many that match, and then no more
``probability``, ``seed``  to this share of them, drawn from a generator that starts at the seed (0)
=========================  =========================================================================================

``GET`` shows what is declared with ``seen`` (requests that matched) and ``fired`` (those that it happened to), and
``DELETE`` removes all. Faults are asked in the order of the list; one that ends a request hides it from those below.
"""

from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, ClassVar, TypeAlias


class Undeclarable(ValueError):
    """What was sent does not declare faults."""


@dataclass(frozen=True, slots=True)
class DropBefore:
    """The connection is closed, nothing was done."""

    kind: ClassVar[str] = "drop_before"


@dataclass(frozen=True, slots=True)
class DropAfter:
    """The request is done, then the connection is closed."""

    kind: ClassVar[str] = "drop_after"


@dataclass(frozen=True, slots=True)
class BadGatewayBefore:
    """An answer of the edge, nothing was done."""

    kind: ClassVar[str] = "bad_gateway_before"
    status: int = 502


@dataclass(frozen=True, slots=True)
class BadGatewayAfter:
    """An answer of the edge though the request is done."""

    kind: ClassVar[str] = "bad_gateway_after"
    status: int = 502


@dataclass(frozen=True, slots=True)
class Unauthorized:
    """The token is not taken."""

    kind: ClassVar[str] = "unauthorized"


@dataclass(frozen=True, slots=True)
class Throttled:
    """The bucket is empty, whatever it holds."""

    kind: ClassVar[str] = "throttled"


@dataclass(frozen=True, slots=True)
class Slow:
    """The answer comes late."""

    kind: ClassVar[str] = "slow"
    milliseconds: int


@dataclass(frozen=True, slots=True)
class AccessDenied:
    """The token lacks a scope."""

    kind: ClassVar[str] = "access_denied"
    scope: str


@dataclass(frozen=True, slots=True)
class StaleSearch:
    """Searches do not see the latest writes."""

    kind: ClassVar[str] = "stale_search"
    milliseconds: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class OtherVersion:
    """Another API version answers."""

    kind: ClassVar[str] = "other_version"
    version: str


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody else writes."""

    kind: ClassVar[str] = "rival"
    document: str
    variables: dict[str, Any]
    moment: str = "before"


@dataclass(frozen=True, slots=True)
class BulkFails:
    """A bulk job ends half-way."""

    kind: ClassVar[str] = "bulk_fails"
    after_lines: int = 0
    error_code: str = "INTERNAL_SERVER_ERROR"


@dataclass(frozen=True, slots=True)
class MediaFails:
    """A file cannot be processed."""

    kind: ClassVar[str] = "media_fails"
    contains: str = ""
    code: str = "UNKNOWN"


Effect: TypeAlias = (
    DropBefore
    | DropAfter
    | BadGatewayBefore
    | BadGatewayAfter
    | Unauthorized
    | Throttled
    | Slow
    | AccessDenied
    | StaleSearch
    | OtherVersion
    | Rival
    | BulkFails
    | MediaFails
)


@dataclass(frozen=True, slots=True)
class When:
    """To which requests a fault happens; ``times`` None is always."""

    on: str | None = None
    root: str | None = None
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """One declared fault."""

    effect: Effect
    when: When

    def as_json(self) -> dict[str, Any]:
        """Return the object that declares it."""
        said = {key: value for key, value in asdict(self.when).items() if value != getattr(When(), key)}
        return {"kind": self.effect.kind, **asdict(self.effect), **said}


KINDS: dict[str, type[Any]] = {effect.kind: effect for effect in Effect.__args__}
_CHOICES: dict[str, tuple[Any, ...]] = {
    "on": ("query", "mutation"),
    "status": (500, 502, 503, 504),
    "moment": ("before", "after"),
    "error_code": ("INTERNAL_SERVER_ERROR", "TIMEOUT", "ACCESS_DENIED"),
}
_COUNTS = frozenset({"skip", "times", "milliseconds", "requests", "after_lines"})


def read_faults(content: Any) -> list[Fault]:
    """Return the faults that a list of objects declares. Raises Undeclarable, saying which object and key is wrong."""
    if not isinstance(content, list):
        raise Undeclarable("faults: expected a list of objects")
    return [_fault(f"faults[{place}]", one) for place, one in enumerate(content)]


def _fault(place: str, content: Any) -> Fault:
    if not isinstance(content, dict):
        raise Undeclarable(f"{place}: expected an object")
    effect = KINDS.get(content.get("kind", ""))
    if effect is None:
        raise Undeclarable(f"{place}.kind is {content.get('kind')!r}; expected one of {', '.join(KINDS)}")
    own = {field.name for field in fields(effect)}
    shared = {field.name for field in fields(When)}
    unknown = sorted(content.keys() - own - shared - {"kind"})
    if unknown:
        known = ", ".join(sorted(own | shared))
        raise Undeclarable(f"{place}: {effect.kind} takes no {', '.join(unknown)}; it takes {known}")
    missing = [field.name for field in fields(effect) if field.default is MISSING and field.name not in content]
    if "variables" in missing:
        content, missing = {**content, "variables": {}}, [name for name in missing if name != "variables"]
    if missing:
        raise Undeclarable(f"{place}: {effect.kind} needs {', '.join(missing)}")
    for name, value in content.items():
        _check(f"{place}.{name}", name, value)
    if effect is StaleSearch and not (content.get("milliseconds") or content.get("requests")):
        raise Undeclarable(f"{place}: stale_search needs milliseconds or requests")
    given = {name: value for name, value in content.items() if name in own}
    return Fault(effect(**given), When(**{name: value for name, value in content.items() if name in shared}))


def _check(place: str, name: str, value: Any) -> None:
    if name in _CHOICES:
        if value not in _CHOICES[name] or isinstance(value, bool):
            raise Undeclarable(f"{place} is {value!r}; expected one of {', '.join(map(str, _CHOICES[name]))}")
    elif name in _COUNTS or name == "seed":
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise Undeclarable(f"{place} is {value!r}; expected a whole number, 0 or more")
    elif name == "probability":
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
            raise Undeclarable(f"{place} is {value!r}; expected a number from 0 to 1")
    elif name == "variables":
        if not isinstance(value, dict):
            raise Undeclarable(f"{place} is {value!r}; expected an object")
    elif not isinstance(value, str):
        raise Undeclarable(f"{place} is {value!r}; expected a text")
