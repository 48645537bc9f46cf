"""Stores: where we sell, from ``stores/*.yaml``. Secrets by reference only; one written out is never repeated."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urlsplit

from reconciler.loading.places import FilePlaces, Places
from reconciler.loading.policy import Vocabulary, policy_problems, with_default_limits
from reconciler.loading.scalars import YamlValue
from reconciler.loading.source import Source, digest
from reconciler.loading.validation import Refused, spelled, validated
from reconciler.loading.yaml import parse
from reconciler.model.errors import Diagnostic, InvalidInput, WrongUsage
from reconciler.model.loopback import is_loopback
from reconciler.model.meant import meant
from reconciler.model.origin import FieldPath, Place
from reconciler.model.store import Store, StoreDocument

FOLDER: Final = "stores"
SUFFIXES: Final = (".yaml", ".yml")

# Shopify's tokens and secrets begin so, and a password may stand in a URL. (shopify.dev, 2026-10)
_SECRET: Final = re.compile(r"\b(?:shp[a-z]{2}|atkn)_\w+|(?<=://)[^/\s@]+:[^/\s@]*(?=@)")
# Older client secrets are 32 hexadecimal digits, which no variable is called; client ids look the same, and are none.
_CREDENTIALS: Final = re.compile(r"^[\"']?(?:credentials|notify)\b.*(?:\n(?:[\s}\]#-].*|$))*", re.MULTILINE)
_VARIABLE: Final = re.compile(r"(?![0-9a-f]{32,}$)[A-Za-z_][A-Za-z0-9_]*")
_PORTS: Final = {"https": 443, "http": 80}
_SECRETS: Final = {"credentials": ("token", "client_secret"), "notify": ("url", "secret")}
"""Part of a store's file → what of it is a secret; the address of a hook lets anybody write there."""
_REFERENCE: Final = "write {env: NAME}, and put the secret into that environment variable"


class StoresRefused(InvalidInput):
    """Files of stores are not right. ``readable`` are those that are: what they ask for can be checked all the same."""

    def __init__(self, diagnostics: Sequence[Diagnostic], readable: Sequence[Store]) -> None:
        super().__init__(diagnostics)
        self.readable = tuple(readable)


def load_stores(source: Source, vocabulary: Vocabulary, names: Sequence[str] = ()) -> tuple[Store, ...]:
    """Return the named stores, or all, in the order of their names, with our limits where they set none.

    Raises StoresRefused with every problem of their files, and WrongUsage for a name that no file has.
    """
    files = _by_name(source)
    for name in names:
        if name not in files:
            message = f"there is no store {name}; {meant(name, files)}"
            raise WrongUsage(message)
    places = Places(source)
    stores: list[Store] = []
    problems: list[Diagnostic] = []
    for name in sorted(set(names) or files):
        try:
            stores.append(_store(name, source, places.of(files[name]), vocabulary, problems))
        except InvalidInput as error:
            problems += error.diagnostics
        except Refused as error:
            problems += error.diagnostics
    problems += _shared_urls(stores, files, places)
    if problems:
        raise StoresRefused(problems, stores)
    return tuple(stores)


def store_names(source: Source) -> list[str]:
    """Return the names of all stores, sorted, whatever their files say. Raises InvalidInput when there are none."""
    return sorted(_by_name(source))


def variables_in(source: Source) -> Mapping[str, tuple[str, ...]]:
    """Return store → the environment variables that its file takes secrets from. Raises InvalidInput."""
    if not source.files(FOLDER, SUFFIXES):
        return {}
    return {
        name: tuple(_variables(_parsed(file, source.read(file)))) for name, file in sorted(_by_name(source).items())
    }


def _variables(value: YamlValue) -> Iterator[str]:
    for section in _SECRETS:
        held = value.get(section) if isinstance(value, Mapping) else None
        for part in held.values() if isinstance(held, Mapping) else ():
            name = part.get("env") if isinstance(part, Mapping) else None
            if isinstance(name, str) and _VARIABLE.fullmatch(name):
                yield name


def _by_name(source: Source) -> Mapping[str, str]:
    """Return name → file. Raises InvalidInput when there are none, and when two files have one name."""
    found: dict[str, str] = {}
    problems: list[Diagnostic] = []
    for file in source.files(FOLDER, SUFFIXES):
        name = PurePosixPath(file).stem
        if PurePosixPath(file).parent != PurePosixPath(FOLDER):
            problems.append(Diagnostic(f"nothing reads this file; stores are read from {FOLDER}/", Place(file)))
        elif name in found:
            problems.append(Diagnostic(f"the store {name} has two files, {found[name]} too", Place(file), "keep one"))
        else:
            found[name] = file
    if not (found or problems):
        problems.append(Diagnostic("there are no stores", Place(FOLDER), "add a file for each store you sell in"))
    if problems:
        raise InvalidInput(problems)
    return found


def _store(name: str, source: Source, places: FilePlaces, vocabulary: Vocabulary, problems: list[Diagnostic]) -> Store:
    content = source.read(places.file)
    found = list(_secrets_in(places.file, content))
    if found:
        raise InvalidInput(found)  # and nothing else of this file, whose other messages show values
    value = _parsed(places.file, content)
    if not isinstance(value, dict):
        summary = f"the file holds {spelled(value)}; expected a store"
        raise InvalidInput([Diagnostic(summary, places.value(()), "begin with url: and channel:")])
    problems += _written_out(value, places)
    document = validated(StoreDocument, _without_secrets(value), places)
    problems += _connection(document, places)
    problems += policy_problems(document, vocabulary, places)
    return Store(name, places.file, with_default_limits(document), {places.file: digest(content)}, places)


def _parsed(file: str, content: bytes) -> YamlValue:
    """Return what the file says; what cannot be read among the credentials is told without being shown."""
    try:
        return parse(file, content)
    except InvalidInput as error:
        hidden = _CREDENTIALS.search(content.decode("utf-8", "replace").replace("\r\n", "\n"))
        first = hidden.string.count("\n", 0, hidden.start()) + 1 if hidden else 0
        lines = range(first, first + hidden.group().count("\n") + 1) if hidden else range(0)
        summary = "this cannot be read, and is not shown, because it stands among credentials"
        raise InvalidInput(
            [
                Diagnostic(summary, problem.place, _REFERENCE)
                if problem.place and problem.place.line in lines
                else problem
                for problem in error.diagnostics
            ]
        ) from None


def _secrets_in(file: str, content: bytes) -> Iterator[Diagnostic]:
    """Yield a problem for whatever looks like a secret, wherever it stands; comments are read by people too."""
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        for match in _SECRET.finditer(line):
            summary = "a secret is written here; expected a reference to it"
            yield Diagnostic(summary, Place(file, number, match.start() + 1), f"revoke it; {_REFERENCE}")


def _written_out(value: Mapping[str, YamlValue], places: FilePlaces) -> Iterator[Diagnostic]:
    """Yield a problem for each literal where a secret belongs, and each name of a variable that can be none."""
    for section, secrets in _SECRETS.items():
        held = value.get(section)
        if isinstance(held, str):
            yield Diagnostic(f"{section} is text; expected references", places.value((section,)), _REFERENCE)
        for name, part in held.items() if isinstance(held, Mapping) else ():
            path: FieldPath = (section, name)
            if name in secrets and part is not None and not isinstance(part, Mapping):
                yield Diagnostic(f"{name} is written out; expected a reference", places.value(path), _REFERENCE)
            elif isinstance(part, Mapping):
                variable = part.get("env")
                if isinstance(variable, str) and variable and not _VARIABLE.fullmatch(variable):
                    summary = f"env of {name} is not the name of an environment variable"
                    yield Diagnostic(summary, places.value((*path, "env")), "expected letters, digits and _")


def _without_secrets(value: Mapping[str, YamlValue]) -> Mapping[str, YamlValue]:
    """Return the document with a stand-in for each literal that was told already, so that no message can show it."""
    stand_in: dict[str, YamlValue] = {"env": "TOLD"}
    cleaned = dict(value)
    for section, secrets in _SECRETS.items():
        held = value.get(section)
        if isinstance(held, str):
            cleaned[section] = {secrets[0]: stand_in}
        elif isinstance(held, Mapping):
            cleaned[section] = {
                name: stand_in if name in secrets and part is not None and not isinstance(part, Mapping) else part
                for name, part in held.items()
            }
    return cleaned


def _connection(document: StoreDocument, places: FilePlaces) -> Iterator[Diagnostic]:
    if document.url.startswith("sandbox:"):
        return
    try:
        url = urlsplit(document.url)
        host = url.hostname or ""
    except ValueError:
        yield Diagnostic(f"url {spelled(document.url)} is not an address", places.value(("url",)))
        return
    if not host or url.query or url.fragment:
        expected = "expected https://NAME.myshopify.com"
        yield Diagnostic(f"url {spelled(document.url)} does not fit; {expected}", places.value(("url",)))
    elif url.scheme == "http" and not is_loopback(host):
        summary = f"url {spelled(document.url)} is not encrypted, and would carry the token"
        yield Diagnostic(summary, places.value(("url",)), f"write https://{host}")
    if document.credentials is None:
        summary = "credentials is missing; every store but a sandbox needs it"
        yield Diagnostic(summary, places.value(()), "add credentials: {token: {env: NAME}}")


def _shared_urls(stores: Sequence[Store], files: Mapping[str, str], places: Places) -> Iterator[Diagnostic]:
    """Yield a problem for each store that another file has too, whether that one was named or not."""
    loaded = {store.name for store in stores}
    shops = {name: _shop(_url_in(file, places)) for name, file in files.items()}
    for store in stores:
        shop = _shop(store.document.url)
        for name, file in sorted(files.items()):
            twin = name != store.name and shop is not None and shop == shops[name]
            if twin and (name < store.name or name not in loaded):  # each pair once
                url, other = spelled(store.document.url), places.of(file).value(("url",))
                summary = f"url {url} is that of {other} too, and the two would fight over its products"
                yield Diagnostic(summary, places.of(store.file).value(("url",)), "keep one file for each store")


def _url_in(file: str, places: Places) -> str:
    """Return the URL of a file that need not be right otherwise; "" when it cannot be found."""
    return places.of(file).written(("url",)) or ""


def _shop(url: str) -> str | None:
    """Return a URL as one spelling for each shop: without scheme, capitals and needless parts. None if it is none."""
    if url.startswith("sandbox:"):
        return url
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    standard = port is None or port in _PORTS.values()
    return f"{host}{'' if standard else f':{port}'}{parts.path.rstrip('/')}" if host else None
