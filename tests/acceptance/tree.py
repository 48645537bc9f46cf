"""A catalog on disk, written as JSON, which is YAML too: our own writer takes no part."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Tree:
    """The files below a repository's root."""

    root: Path

    def product(self, document: Mapping[str, Any]) -> None:
        """Write a product."""
        self._write("products", document)

    def collection(self, document: Mapping[str, Any]) -> None:
        """Write a category."""
        self._write("collections", document)

    def mapping(self, name: str) -> None:
        """Copy a mapping of these tests."""
        target = self.root / "mappings" / f"{name}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((Path(__file__).parent / "mappings" / f"{name}.yaml").read_bytes())

    def _write(self, family: str, document: Mapping[str, Any]) -> None:
        target = self.root / "catalog" / family / f"{document['key']}.yaml"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
