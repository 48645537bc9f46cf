"""Shipping: the repository as it is here, for a worker: the files that stores are made of, and what git knows of them.

History goes along, because a plan says why by the commit that was applied last, and only the store knows which that
was. The rejected choice is a checkout on every worker: it holds a commit, and a plan may be of files that are in none,
or of the merge of a request that no branch has; and each worker would need a token for git.
"""

import io
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconciler.app.stores.fleet import Checkout
from reconciler.cluster.artefacts import Artefacts
from reconciler.loading.git_command import GitFailed
from reconciler.loading.git_copy import GitCopy, git_copy, indexed, known_files, pack, without
from reconciler.model.errors import ReconcilerError
from reconciler.model.store import SecretReference, Store

_HISTORIES: Final = "histories"
_TOP: Final = "top"
_OF_TOP: Final = "top:/"  # before names that are not from the repository's folder


@dataclass(frozen=True, slots=True)
class Shipment:
    """A repository among the artefacts."""

    files: str
    """The archive of its files, by its content."""
    below: str
    """Where the repository is in the work tree of git."""
    history: str | None
    """The objects of git; None where there is no commit."""


def shipped(checkout: Checkout, stores: Iterable[Store], artefacts: Artefacts) -> Shipment:
    """Send what the plans of stores are made from, as far as it is not there yet. No file with a secret goes along."""
    root = checkout.root
    copy = git_copy(root)
    try:
        known = known_files(root) if copy is not None else frozenset()
    except GitFailed as failure:
        raise ReconcilerError(f"{root}: git does not say which files it has: {failure}") from None
    secret = {file for store in stores for file in _secret_files(store)}
    archive = _archived(root, without(known | checkout.files(), secret), copy)
    name = artefacts.kept(archive, ".tar")
    if copy is None:
        return Shipment(name, "", None)
    history = f"{_HISTORIES}/{copy.history}.pack"
    if not artefacts.has(history):
        with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
            packed = Path(folder) / "history.pack"
            pack(root, packed)
            artefacts.bring(history, packed)
    return Shipment(name, copy.below, history)


def root_in(folder: Path, shipment: Shipment) -> Path:
    """Return where the root of a repository lies in the folder that it is unpacked into."""
    return folder / _TOP / shipment.below


def unpacked(shipment: Shipment, artefacts: Artefacts, folder: Path, histories: Path) -> Path:
    """Return the root of the repository, made in an empty folder. ``histories``: where those that are here are."""
    files = root_in(folder, shipment)
    files.mkdir(parents=True)
    with tarfile.open(fileobj=io.BytesIO(artefacts.content(shipment.files))) as archive:
        for member in archive:
            of_top = member.name.startswith(_OF_TOP)
            member.name = member.name.removeprefix(_OF_TOP)
            archive.extract(member, folder / _TOP if of_top else files, filter="tar")
    if shipment.history is not None:
        git = folder / _TOP / ".git"
        (git / "refs" / "heads").mkdir(parents=True)
        alternates = git / "objects" / "info" / "alternates"
        alternates.parent.mkdir(parents=True)
        alternates.write_text(f"{_history(shipment.history, artefacts, histories)}\n", encoding="utf-8")
    return files


def _history(name: str, artefacts: Artefacts, histories: Path) -> Path:
    """Return the objects of a history, fetched where nobody here has them yet."""
    objects = histories / Path(name).stem
    if not objects.exists():
        histories.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=histories) as folder:
            coming = Path(folder) / "objects"
            (coming / "pack").mkdir(parents=True)
            artefacts.fetch(name, coming / "pack" / "pack-history.pack")
            indexed(coming / "pack" / "pack-history.pack")
            try:
                coming.rename(objects)
            except OSError:
                if not objects.exists():  # another worker of this machine was faster
                    raise
    return objects


def _archived(root: Path, files: frozenset[str], copy: GitCopy | None) -> bytes:
    """Return an archive of files, the same bytes for the same files."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in sorted(_of_top(copy)):
            _add(archive, tarfile.TarInfo(f"{_OF_TOP}{name}"), content)
        for name in _with_links(root, files):
            path = root / name
            member = tarfile.TarInfo(name)
            if path.is_symlink():
                member.type, member.linkname = tarfile.SYMTYPE, str(path.readlink())
                archive.addfile(member)
            elif path.is_file():  # git may know one that is gone
                member.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
                _add(archive, member, path.read_bytes())
    return data.getvalue()


def _of_top(copy: GitCopy | None) -> Iterator[tuple[str, bytes]]:
    if copy is not None:
        yield from ((f".git/{name}", content) for name, content in copy.files.items())
        yield from copy.above.items()


def _add(archive: tarfile.TarFile, member: tarfile.TarInfo, content: bytes) -> None:
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _with_links(root: Path, files: frozenset[str]) -> list[str]:
    """Return the files by the names that they have without links on the way, and those links."""
    found: set[str] = set()
    waiting = list(files)
    top = root.resolve()
    while waiting:
        name = waiting.pop()
        link = next((part for part in _upwards(name) if (root / part).is_symlink()), None)
        if link is None:
            found.add(name)
            continue
        target = (root / name).resolve()
        if link not in found:
            found.add(link)
        if target.is_relative_to(top):
            waiting.append(target.relative_to(top).as_posix())
    return sorted(found)


def _upwards(name: str) -> Iterator[str]:
    """Yield the folders that a file is in, from the top, and the file."""
    parts = name.split("/")
    yield from ("/".join(parts[:length]) for length in range(1, len(parts) + 1))


def _secret_files(store: Store) -> Iterator[str]:
    """Yield the files that a store takes secrets from."""
    document = store.document
    of_store, hook = document.credentials, document.notify
    held = [*((of_store.token, of_store.client_id, of_store.client_secret) if of_store is not None else ())]
    held += [hook.url, hook.secret] if hook is not None else []
    for reference in held:
        if isinstance(reference, SecretReference) and reference.file is not None:
            yield reference.file
