"""``init``: a new repository, by questions or by options."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, result, said
from reconciler.model.errors import WrongUsage

if TYPE_CHECKING:
    from reconciler.app.scaffold.starting import Started

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_CURRENCY = re.compile(r"[A-Z]{3}")
_URL = re.compile(r"sandbox:[a-z0-9][a-z0-9-]*|https?://\S+")
_HOSTS = ["github", "gitlab", "none"]
_NO_SOURCE = (
    "warning: where CI and the Dockerfile install this program from is not known, because it was installed from a "
    "folder that no remote has; they fail until it is named: --source https://HOST/OWNER/NAME@COMMIT"
)


@click.command(cls=Command)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--store", help="The store's name, such as eu.")
@click.option("--url", help="https://NAME.myshopify.com, or sandbox:NAME for the embedded store.")
@click.option("--currency", help="The store's currency, such as EUR.")
@click.option("--ci", "host", type=click.Choice(_HOSTS), help="Who runs the checks.")
@click.option("--source", metavar="URL@REF", help="Where CI installs this from.  [default: as it was installed here]")
@click.option("--fan-out", is_flag=True, help="CI plans each store in a job of its own; for many stores.")
def init(common: Common, folder: Path | None, source: str | None, fan_out: bool, **given: str | None) -> int:
    """Write a new repository: an example product, a store, a mapping, CI, schemas for the editor.

    Run it again for a further store, or with another --source: workflow and Dockerfile are written anew as long as
    nobody edited them; otherwise the lines that they lack are told. Nothing else is overwritten. Asks for what no
    option tells; without a terminal the embedded store is taken.

    \b
    Example:
      reconciler init shop --store eu --url https://my-shop.myshopify.com --currency EUR --ci github
    """
    from reconciler.app.scaffold.provenance import installed_from, source_of
    from reconciler.app.scaffold.starting import Answers, started

    target = folder or common.project or Path.cwd()
    store = _answer(given["store"], "Name of the store", "eu", _NAME, "lower-case letters, digits and dashes")
    url = _answer(given["url"], "Its address", f"sandbox:{store}", _URL, "https://NAME.myshopify.com or sandbox:NAME")
    currency = _answer(given["currency"], "Its currency", "EUR", _CURRENCY, "three capital letters, such as EUR")
    host: Any = given["host"] or _asked("Who runs the checks", "github", click.Choice(_HOSTS))
    named, installed = source_of(source) if source is not None else None, installed_from()
    known = named or installed
    if host == "github" and known is not None and known.action is None:
        raise WrongUsage(
            f"{known.url}: workflows of GitHub run actions of GitHub only; name a copy with --source there"
        )
    plans: Any = "job-per-store" if fan_out else "one-job"
    found = started(target, Answers(store, url, currency, host, named, installed=installed, plans=plans))
    if found.source is None:
        said(_NO_SOURCE)
    _told(target, found, common)
    return 0


def _told(target: Path, found: "Started", common: Common) -> None:
    if common.json:
        fates = {"written": found.written, "renewed": found.renewed, "kept": found.kept}
        to_add = {file: list(lines) for file, lines in found.to_add.items()}
        document({"folder": str(target), **{fate: list(of) for fate, of in fates.items()}, "to_add": to_add})
        return
    inside = f" --project {target}" if target.resolve() != Path.cwd() else ""
    commit = "" if found.has_commit else "a first commit in git, because plans say why by what it holds; "
    following = f"Next: {commit}reconciler validate{inside}, then reconciler plan{inside}"
    result("\n".join([f"{target}:", *_fates(found), "", following]))


def _fates(found: "Started") -> Iterator[str]:
    yield from (f"  {file}" for file in found.written)
    yield from (f"  {file} is written anew; nobody had edited it" for file in found.renewed)
    for file in found.kept:
        yield f"  {file} was there, and stays as it is" + ("; add to it:" if file in found.to_add else "")
        yield from (f"      | {line}" for line in found.to_add.get(file, ()))
    if any("secrets." in line for lines in found.to_add.values() for line in lines):
        yield "  Secrets go below env: of each job that has the others: plan, approved, apply and drift."


def _answer(given: str | None, question: str, default: str, form: re.Pattern[str], expected: str) -> str:
    answer = given or _asked(question, default, str)
    if not form.fullmatch(answer):
        raise WrongUsage(f"{question.lower()}: {answer!r} will not do; expected {expected}")
    return answer


def _asked(question: str, default: str, form: Any) -> str:
    if not sys.stdin.isatty():
        return default
    answer: str = click.prompt(question, default=default, type=form, err=True)
    return answer


COMMANDS: dict[str, click.Command] = {"init": init}
