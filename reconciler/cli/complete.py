"""What a shell offers for a word: names of stores, plan files, addresses, limits, runs.

A person waits with a finger on the tab key: files are searched as text, and no library of the program is loaded.
"""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import click
from click.shell_completion import CompletionItem

_MOST: Final = 200
_YAML: Final = (".yaml", ".yml")
_FOLDERS: Final = {"product": "catalog/products", "collection": "catalog/collections"}
_MANY: Final = re.compile(r"^(?:products|collections):", re.MULTILINE)
_KEY: Final = re.compile(r"""^\{?key:\s*["']?([^\s"',}#]+)""", re.MULTILINE)
_KEYS: Final = re.compile(r"""^ {0,2}- +\{?key:\s*["']?([^\s"',}#]+)""", re.MULTILINE)
_SKU: Final = re.compile(r"""\bsku:\s*["']?([^\s"',}#]+)""")
_SANDBOX: Final = re.compile(r"""^url:\s*["']?sandbox:([a-z0-9-]+)""", re.MULTILINE)
_RUN: Final = re.compile(rb'"run": ?"([^"]+)"')
_TAIL_BYTES: Final = 1 << 20  # of a journal: the runs of late


def stores(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the names of stores that begin so, but for those that are named already."""
    given = ctx.params.get(param.name or "")
    named = set(given) if isinstance(given, tuple) else set()
    return _items((file.stem for file in _files(ctx, "stores") if file.stem not in named), word)


def embedded(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the names of embedded stores that store files name."""
    del param
    return _items((found[1] for file in _files(ctx, "stores") if (found := _SANDBOX.search(_text(file)))), word)


def plans(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the plan files that begin so; else any file."""
    del param
    return _items(map(str, _plan_files(ctx)), word) or [CompletionItem(word, type="file")]


def snapshots(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the snapshot files that begin so; else any file."""
    del param
    found = _seen_from_here(_files(ctx, "snapshots", (".jsonl",)))
    return _items(map(str, found), word) or [CompletionItem(word, type="file")]


def plans_or_stores(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the plan files and the stores that begin so; else any file."""
    return [*_items(map(str, _plan_files(ctx)), word), *stores(ctx, param, word)] or plans(ctx, param, word)


def addresses(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the addresses of products and collections; below one product, of its variants."""
    del param
    kind, slash, key = word.partition("/")
    if not slash:
        return [CompletionItem(f"{each}/") for each in (*_FOLDERS, "variant") if each.startswith(kind)]
    if kind != "variant":
        return _items((f"{kind}/{each}" for each, _ in _keyed(ctx, kind)), word)
    product, below, _ = key.partition("/")
    if not below:
        return _items((f"variant/{each}/" for each, _ in _keyed(ctx, "product")), word)
    texts = (text for each, text in _keyed(ctx, "product") if each == product)
    return _items((f"variant/{product}/{sku}" for text in texts for sku in _SKU.findall(text)), word)


def rules(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the limits that the named plans break, or all plans where none is named."""
    given = (*(ctx.params.get("plans") or ()), *ctx.args)  # the latter: an option without its value stops the parser
    files = [Path(each) for each in given if str(each).endswith(".json")] or _plan_files(ctx)
    accepted = set(ctx.params.get(param.name or "") or ())
    broken = {rule: summary for file in files for rule, summary in _broken(file)}
    return [
        CompletionItem(rule, help=summary)
        for rule, summary in sorted(broken.items())
        if rule.startswith(word) and rule not in accepted
    ]


def runs(ctx: click.Context, param: click.Parameter, word: str) -> list[CompletionItem]:
    """Return the names of runs, the newest first."""
    del param
    found = {
        run.decode(): file.stem for file in _files(ctx, "journal", (".jsonl",)) for run in _RUN.findall(_tail(file))
    }
    return [CompletionItem(run, help=found[run]) for run in sorted(found, reverse=True)[:_MOST] if run.startswith(word)]


def _items(values: Iterable[str], word: str) -> list[CompletionItem]:
    fitting = (value for value in values if value.startswith(word))
    return [CompletionItem(value) for value in sorted(dict.fromkeys(islice(fitting, _MOST)))]


def _root(ctx: click.Context) -> Path | None:
    named = ctx.params.get("project")
    if named is not None:
        return Path(named)
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / "stores").is_dir()), None)


def _files(ctx: click.Context, folder: str, suffixes: tuple[str, ...] = _YAML) -> Iterator[Path]:
    root = _root(ctx)
    if root is not None:
        yield from sorted(file for file in (root / folder).rglob("*") if file.suffix in suffixes)


def _plan_files(ctx: click.Context) -> list[Path]:
    return _seen_from_here(_files(ctx, "plans", (".json",)))


def _seen_from_here(found: Iterable[Path]) -> list[Path]:
    """Return files as a person here would write them."""
    here = Path.cwd()
    return [file.relative_to(here) if file.is_relative_to(here) else file for file in found]


def _keyed(ctx: click.Context, kind: str) -> Iterator[tuple[str, str]]:
    """Yield the keys of a kind, each with the text of its file."""
    for file in _files(ctx, _FOLDERS.get(kind, "")) if kind in _FOLDERS else ():
        text = _text(file)
        found = _KEYS if _MANY.search(text) else _KEY
        yield from ((key, text) for key in found.findall(text))


def _broken(file: Path) -> Iterator[tuple[str, str]]:
    try:
        violations = json.loads(_whole(file))["violations"]
        yield from ((str(each["rule"]), str(each["summary"])) for each in violations)
    except (OSError, ValueError, LookupError, TypeError):
        return  # a tab key is no place to complain


def _text(file: Path) -> str:
    try:
        return _whole(file).decode("utf-8", "replace")
    except OSError:
        return ""


def _whole(file: Path) -> bytes:
    """Return what a file holds; nothing of a pipe or a device, which has no end."""
    return file.read_bytes() if file.is_file() else b""


def _tail(file: Path) -> bytes:
    if not file.is_file():
        return b""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - _TAIL_BYTES))
            return stream.read()
    except OSError:
        return b""
