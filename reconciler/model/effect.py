"""Effects: what a plan brings about beyond what it writes. For reviewers; nothing is ever steered by one."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from reconciler.model.address import AddressText


@dataclass(frozen=True, slots=True)
class OffSale:
    """Something that shoppers find now, and will not find any more, although it stays."""

    address: AddressText
    """What it is about."""
    by: Literal["publications", "status"]
    """Why: its last publication goes, or its status says so."""
    status: str | None = None
    """The status that it will have."""
    limit: str | None = None
    """The broken limit of this plan that says so too."""
    effect: Literal["off-sale"] = "off-sale"
    """What is brought about."""


@dataclass(frozen=True, slots=True)
class AddressMoved:
    """A web address that will not show any more what it shows now."""

    address: AddressText
    """Whose it is now."""
    path: str
    """The path, without the domain."""
    leads_to: str | None = None
    """The path or address that the store, or git, redirects it to."""
    shows: AddressText | None = None
    """What else it will show: something takes the handle over, so that no redirect works. None of both: nothing."""
    effect: Literal["address-moved"] = "address-moved"
    """What is brought about."""


@dataclass(frozen=True, slots=True)
class OptionValueGone:
    """A choice that shoppers do not have any more: its last variant is removed."""

    address: AddressText
    """The product."""
    option: str
    """The option: ``Size``."""
    value: str
    """The value that goes: ``XL``."""
    effect: Literal["option-value-gone"] = "option-value-gone"
    """What is brought about."""


@dataclass(frozen=True, slots=True)
class WithoutPictures:
    """A product that will have no picture."""

    address: AddressText
    """The product."""
    is_new: bool
    """The plan makes it; else it loses its last one."""
    limit: str | None = None
    """The broken limit of this plan that says so too."""
    effect: Literal["without-pictures"] = "without-pictures"
    """What is brought about."""


@dataclass(frozen=True, slots=True)
class CollectionName:
    """A collection, as a person knows it."""

    title: str
    """Its title in the store; of one that is made, in git."""
    address: AddressText | None = None
    """Its address in git; null: it is not ours."""
    id: str | None = None
    """Its id in the store; null: it is to be made."""


@dataclass(frozen=True, slots=True)
class MembersMoved:
    """An automatic collection that takes products in, or lets them go, because of the plan."""

    collection: CollectionName
    """The collection."""
    joins: tuple[AddressText, ...] = ()
    """The products that it takes in."""
    leaves: tuple[AddressText, ...] = ()
    """The products that it lets go."""
    others_join: int = 0
    """How many that are not ours it takes in, as far as what was read of them tells."""
    others_leave: int = 0
    """How many that are not ours it lets go."""
    because: tuple[str, ...] = ()
    """What changes of that which the conditions look at: ``tag``, ``price``; ``conditions``: they change themselves."""
    effect: Literal["members-moved"] = "members-moved"
    """What is brought about."""


@dataclass(frozen=True, slots=True)
class Unforeseen:
    """An automatic collection of which nobody can say what the plan does to it."""

    collection: CollectionName | None
    """The collection; null: all of them."""
    why: tuple[str, ...]
    """What keeps it from being known."""
    products: tuple[AddressText, ...] = ()
    """The products that may join it or leave it."""
    others: int = 0
    """How many such products are not ours."""
    effect: Literal["unforeseen"] = "unforeseen"
    """What is brought about."""


Effect = Annotated[
    OffSale | AddressMoved | OptionValueGone | WithoutPictures | MembersMoved | Unforeseen,
    Field(discriminator="effect"),
]
