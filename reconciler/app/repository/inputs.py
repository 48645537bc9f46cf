"""What a plan was made from: one digest over every file that was parsed for it."""

import hashlib
from collections.abc import Mapping

from reconciler import __version__


def inputs_digest(files: Mapping[str, str]) -> str:
    """Return the SHA-256 over the engine's version and every file, as name → SHA-256 of what was parsed.

    No file is read again: one that was saved in the meantime would lend its digest to values that it does not hold.
    """
    digest = hashlib.sha256(f"reconciler {__version__}\n".encode())
    for file, content in sorted(files.items()):
        digest.update(f"{content} {file}\n".encode())
    return digest.hexdigest()
