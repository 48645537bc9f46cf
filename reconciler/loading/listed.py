"""Listed resources: a file of the catalog that lists, by key, what a store is to have just as it stands there.

``catalog/metafields.yaml`` lists metafield definitions, ``catalog/redirects.yaml`` redirects: whatever kind names a
file. An entry may say ``channels``, as a product does.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from pydantic import TypeAdapter, ValidationError

from reconciler.loading.places import FilePlaces
from reconciler.loading.scalars import YamlValue
from reconciler.loading.validation import Refused, spelled, validated
from reconciler.model.address import Address
from reconciler.model.catalog import ListedEntry
from reconciler.model.errors import Diagnostic
from reconciler.model.resource import Resource

Listings: TypeAlias = Mapping[str, tuple[str, type[Resource]]]
"""The name of a file in ``catalog/`` → the kind that it lists, and its fields."""

_CHANNELS: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


def listed_entries(
    file: str, document: YamlValue, listings: Listings, places: FilePlaces, problems: list[Diagnostic]
) -> Iterator[ListedEntry]:
    """Yield the entries of a file, and go on after one that is refused."""
    kind, resource = listings[file.rpartition("/")[2].rpartition(".")[0]]
    if not isinstance(document, Mapping):
        summary = f"the file holds {spelled(document)}; expected a mapping, key by key"
        problems.append(Diagnostic(summary, places.value(())))
        return
    for key, value in document.items():
        locate = places.places.of(file, (key,))
        if not isinstance(value, Mapping):
            summary = f"{key} is {spelled(value)}; expected the fields of a {kind}"
            problems.append(Diagnostic(summary, places.value((key,))))
            continue
        try:
            channels = value.get("channels")
            listed = None if channels is None else _CHANNELS.validate_python(channels)
            fields = {name: given for name, given in value.items() if name != "channels"}
            address = Address(kind, key)
            held = validated(resource, {**fields, **resource.keyed(key)}, locate)
            yield ListedEntry(address, held, listed, file, locate, locate.above)
        except ValidationError:
            summary = f"channels of {key} is {spelled(value.get('channels'))}; expected a list of channels"
            problems.append(Diagnostic(summary, places.value((key, "channels"))))
        except ValueError as error:
            problems.append(Diagnostic(f"{key}: {error}", places.key((key,))))
        except Refused as refused:
            problems += refused.diagnostics
