"""Starting: a new repository, or what an old one lacks: example, store, mapping, CI, editor.

Nothing is overwritten but what we wrote for CI and nobody edited: it names the secrets of all stores, and they may be
more now.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from reconciler.app.repository.whole_file import write_whole
from reconciler.app.scaffold.provenance import Source, source_of
from reconciler.app.scaffold.schemas import schema_files
from reconciler.app.scaffold.seal import seal_of, sealed
from reconciler.loading.git import head
from reconciler.loading.source import WorkTree
from reconciler.loading.stores import variables_in
from reconciler.model.errors import ReconcilerError

Host = Literal["github", "gitlab", "none"]

_STARTER: Final = files("reconciler.app.scaffold") / "starter"
_IGNORED: Final = "/plans/\n/snapshots/\n/.reconciler/\n.env\n"
_ON_A_BRANCH: Final = "# CI keeps it on the branch reconciler-journal.\n/journal/\n"
_NO_SOURCE: Final = "./name-the-source-of-the-reconciler"
"""An action of the repository itself that is not there: a job fails before anything of anybody else runs."""
_WORKFLOWS: Final[Mapping[Host, tuple[str, str]]] = {
    "github": (".github/workflows/catalog.yml", "github.yml"),
    "gitlab": (".gitlab-ci.yml", "gitlab.yml"),
}
_DOCKERFILE: Final = "Dockerfile"
_PART: Final = re.compile(r"^ *(command: part|- reconciler ci part .*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new repository is made of."""

    store: str
    url: str
    currency: str
    host: Host
    source: Source | None = None
    """Where CI is told to install this program from; None: from where it does, or from ``installed``."""
    branch: str = "main"
    installed: Source | None = None
    """Where this program was installed from here, as far as that is known."""
    plans: Literal["one-job", "job-per-store"] = "one-job"
    """Whether CI plans all stores in one job, or each in its own."""

    @property
    def token_name(self) -> str:
        """The environment variable that holds the store's token."""
        return f"SHOPIFY_TOKEN_{self.store.upper().replace('-', '_')}"

    @property
    def is_embedded(self) -> bool:
        """Whether the store is the embedded one, which needs no token."""
        return self.url.startswith("sandbox:")


@dataclass(frozen=True, slots=True)
class Started:
    """What became of the files: written, written anew, or there already and as they were."""

    written: tuple[str, ...]
    renewed: tuple[str, ...]
    kept: tuple[str, ...]
    to_add: Mapping[str, tuple[str, ...]]
    """File that somebody edited → the lines that it lacks."""
    source: Source | None
    """Where CI installs this program from."""
    has_commit: bool
    """Whether git has a commit of the folder already."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The answers, with what the folder says: all stores, and the variables that hold their secrets."""

    answers: Answers
    source: Source | None
    stores: tuple[str, ...]
    variables: tuple[str, ...]
    apart: bool
    """Whether CI plans each store in a job of its own."""


def started(folder: Path, answers: Answers) -> Started:
    """Write what the folder lacks, and anew what is ours alone.

    Raises InvalidInput when the stores that are there cannot be read, ReconcilerError when a file cannot be written.
    """
    known = _known(folder, answers)
    written: list[str] = []
    renewed: list[str] = []
    kept: list[str] = []
    to_add: dict[str, tuple[str, ...]] = {}
    for file, text in _files(folder, known):
        old = _text(folder / file)
        if old is not None and (old == text or seal_of(old) is None):
            kept.append(file)
            lacking = tuple(_lacking(old, text, known)) if seal_of(text) else ()
            to_add |= {file: lacking} if lacking else {}
            continue
        _write(folder / file, text)
        (written if old is None else renewed).append(file)
    has_commit = head(folder)[0] is not None
    return Started(tuple(written), tuple(renewed), tuple(kept), to_add, known.source, has_commit)


def _known(folder: Path, answers: Answers) -> _Known:
    named = dict(variables_in(WorkTree(folder)))
    named.setdefault(answers.store, () if answers.is_embedded else (answers.token_name,))
    source = answers.source or _source_before(folder, answers.host) or answers.installed
    variables = dict.fromkeys(name for _, names in sorted(named.items()) for name in names)
    apart = answers.plans == "job-per-store" or _was_apart(folder, answers.host)
    return _Known(answers, source, tuple(sorted(named)), tuple(variables), apart)


def _source_before(folder: Path, host: Host) -> Source | None:
    """Return where CI installs this program from so far: whoever adds a store does not mean to change it."""
    for file in (_WORKFLOWS[host][0] if host in _WORKFLOWS else "", _DOCKERFILE):
        seal = seal_of(_text(folder / file) or "") if file else None
        if seal is not None and seal.source:
            return source_of(seal.source)
    return None


def _was_apart(folder: Path, host: Host) -> bool:
    """Whether stores are planned apart so far: whoever adds a store does not mean to change that either."""
    text = _text(folder / _WORKFLOWS[host][0]) if host in _WORKFLOWS else None
    return text is not None and _PART.search(text) is not None


def _text(path: Path) -> str | None:
    """Return what a file says, with line ends as we write them; "" for what is no text, None where there is nothing."""
    try:
        return path.read_text(encoding="utf-8") if path.exists() else None
    except (OSError, UnicodeDecodeError):
        return ""


def _lacking(old: str, new: str, known: _Known) -> Iterator[str]:
    """Yield the lines that an edited file lacks and the answers ask for: secrets, and a source that was named."""
    named = known.answers.source
    words = [f"secrets.{name} " for name in known.variables] + ([named.url, named.ref] if named is not None else [])
    there = {line.strip() for line in old.splitlines()}
    for line in dict.fromkeys(new.splitlines()):
        if any(word in line for word in words) and not line.startswith("#") and line.strip() not in there:
            yield line


def _write(path: Path, text: str) -> None:
    try:
        write_whole(path, text.encode())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ReconcilerError(f"{path}: cannot be written: {reason}; make the folder writable") from error


def _files(folder: Path, known: _Known) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file; examples only where there is nothing of their family yet."""
    answers = known.answers
    yield f"stores/{answers.store}.yaml", _filled("store.yaml", known)
    for family, example, template in (
        ("catalog", "catalog/products/first-product.yaml", "product.yaml"),
        ("mappings", "mappings/default.yaml", "mapping.yaml"),
    ):
        if not (folder / family).exists():
            yield example, _filled(template, known)
    yield ".gitignore", _IGNORED + ("" if answers.host == "none" else _ON_A_BRANCH)
    yield from ((f"schemas/{file}", text) for file, text in schema_files())
    yield ".vscode/settings.json", _filled("vscode.json", known)
    yield ".vscode/extensions.json", _filled("vscode-extensions.json", known)
    yield ".pre-commit-config.yaml", _filled("pre-commit.yaml", known)
    source = str(known.source) if known.source is not None else ""
    yield _DOCKERFILE, sealed(_filled("Dockerfile", known), source)
    if answers.host in _WORKFLOWS:
        file, template = _WORKFLOWS[answers.host]
        yield file, sealed(_filled(template, known), source)


def _filled(template: str, known: _Known) -> str:
    text = (_STARTER / template).read_text(encoding="utf-8")
    for name, value in _words(known).items():
        text = text.replace(f"@{name}@", value)
    return text


def _words(known: _Known) -> Mapping[str, str]:
    answers, source = known.answers, known.source
    secrets = "".join(f"      {name}: ${{{{ secrets.{name} }}}}\n" for name in known.variables)
    credentials = f"credentials:\n  token: {{env: {answers.token_name}}}   # by reference only\n"
    plan = f"{answers.host}-plan{'-fan-out' if known.apart else ''}.yml"
    return {
        "PLAN": (_STARTER / plan).read_text(encoding="utf-8")
        if answers.host in _WORKFLOWS
        else "",  # first: holds words
        "APART": " by a job of its own" if known.apart else "",
        "STORES": ", ".join(known.stores),
        "STORE": answers.store,
        "URL": answers.url,
        "CURRENCY": answers.currency,
        "CREDENTIALS": "" if answers.is_embedded else credentials,
        "SECRETS": f"    env:   # a line for each token that stores/ name\n{secrets}" if secrets else "",
        "ACTION": (source.action if source is not None else None) or _NO_SOURCE,
        "SOURCE": source.url if source is not None else "",
        "REF": source.ref if source is not None else "",
        "BRANCH": answers.branch,
    }
