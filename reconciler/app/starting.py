"""Starting: a new repository, or what an old one lacks: example, store, mapping, CI, editor. Nothing is overwritten."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final, Literal

from reconciler.app.provenance import Source
from reconciler.app.schemas import schema_files
from reconciler.app.whole_file import write_whole
from reconciler.loading.git import head
from reconciler.model.errors import ReconcilerError

Host = Literal["github", "gitlab", "none"]

_STARTER: Final = files("reconciler.app") / "starter"
_IGNORED: Final = "/plans/\n/.reconciler/\n.env\n"
_ON_A_BRANCH: Final = "# CI keeps it on the branch reconciler-journal.\n/journal/\n"
_NO_SOURCE: Final = "./name-the-source-of-the-reconciler"
"""An action of the repository itself that is not there: a job fails before anything of anybody else runs."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new repository is made of."""

    store: str
    url: str
    currency: str
    host: Host
    source: Source | None = None
    """Where CI installs this program from; None: whoever has the repository has to say it."""
    branch: str = "main"

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
    """The files that were written, and those that were there already and stay as they are."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    has_commit: bool
    """Whether git has a commit of the folder already."""


def started(folder: Path, answers: Answers) -> Started:
    """Write what the folder lacks. Raises ReconcilerError when a file cannot be written."""
    written: list[str] = []
    kept: list[str] = []
    for file, text in _files(folder, answers):
        path = folder / file
        if path.exists():
            kept.append(file)
            continue
        try:
            write_whole(path, text.encode())
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ReconcilerError(f"{path}: cannot be written: {reason}; make the folder writable") from error
        written.append(file)
    return Started(tuple(written), tuple(kept), head(folder)[0] is not None)


def _files(folder: Path, answers: Answers) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file; examples only where there is nothing of their family yet."""
    yield f"stores/{answers.store}.yaml", _filled("store.yaml", answers)
    for family, example, template in (
        ("catalog", "catalog/products/first-product.yaml", "product.yaml"),
        ("mappings", "mappings/default.yaml", "mapping.yaml"),
    ):
        if not (folder / family).exists():
            yield example, _filled(template, answers)
    yield ".gitignore", _IGNORED + ("" if answers.host == "none" else _ON_A_BRANCH)
    yield from ((f"schemas/{file}", text) for file, text in schema_files())
    yield ".vscode/settings.json", _filled("vscode.json", answers)
    yield ".vscode/extensions.json", _filled("vscode-extensions.json", answers)
    yield ".pre-commit-config.yaml", _filled("pre-commit.yaml", answers)
    yield "Dockerfile", _filled("Dockerfile", answers)
    match answers.host:
        case "github":
            yield ".github/workflows/catalog.yml", _filled("github.yml", answers)
        case "gitlab":
            yield ".gitlab-ci.yml", _filled("gitlab.yml", answers)
        case "none":
            pass


def _filled(template: str, answers: Answers) -> str:
    text = (_STARTER / template).read_text(encoding="utf-8")
    for name, value in _words(answers).items():
        text = text.replace(f"@{name}@", value)
    return text


def _words(answers: Answers) -> Mapping[str, str]:
    token, source = answers.token_name, answers.source
    secret = f"    env:   # a line for each token that stores/ name\n      {token}: ${{{{ secrets.{token} }}}}\n"
    credentials = f"credentials:\n  token: {{env: {token}}}   # by reference only\n"
    return {
        "STORES": answers.store,
        "STORE": answers.store,
        "URL": answers.url,
        "CURRENCY": answers.currency,
        "CREDENTIALS": "" if answers.is_embedded else credentials,
        "SECRETS": "" if answers.is_embedded else secret,
        "ACTION": (source.action if source is not None else None) or _NO_SOURCE,
        "SOURCE": source.url if source is not None else "",
        "REF": source.ref if source is not None else "",
        "BRANCH": answers.branch,
    }
