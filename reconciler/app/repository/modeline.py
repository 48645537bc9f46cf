"""Modeline: the first line of a YAML file, by which an editor finds the schema, wherever the file is opened from."""

from pathlib import Path, PurePosixPath
from typing import Final

SCHEMAS: Final = "schemas"
_OF_FOLDER: Final = {"catalog/products": "catalog", "catalog/collections": "collections", "catalog/stock": "stock"}
_OF_FILE: Final = {"catalog/metafields.yaml": "metafields", "catalog/redirects.yaml": "redirects"}


def with_modeline(root: Path, file: str, content: bytes) -> bytes:
    """Return the content of a new file of a repository, with its modeline if the repository holds the schema."""
    path = PurePosixPath(file)
    folder = str(PurePosixPath(*path.parts[:2]))
    schema = _OF_FILE.get(file) or (_OF_FOLDER.get(folder) if path.suffix in {".yaml", ".yml"} else None)
    if schema is None or not (root / SCHEMAS / f"{schema}.json").is_file():
        return content
    up = "../" * (len(path.parts) - 1)
    return f"# yaml-language-server: $schema={up}{SCHEMAS}/{schema}.json\n".encode() + content
