"""The pages of docs/reference/: what the program says of itself, as Markdown."""

from collections.abc import Mapping
from pathlib import Path

from reconciler.app.scaffold.schemas import schemas
from tests.reference.commands import commands_page, exits_page
from tests.reference.fields import Model, fields_page, models
from tests.reference.limits import limits_page
from tests.reference.mapping import mapping_page

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
_WRITTEN = "<!-- Written by `make reference`; what it says is said in the sources. -->\n\n"
_CATALOG = ("catalog", "collections", "stock", "metafields", "redirects")
_HEADS = {
    "commands.md": ("Commands", "every command with its options, an example, and its exit codes"),
    "exit-codes.md": ("Exit codes", "what a script can tell from them"),
    "catalog.md": ("Fields of catalog files", "products, variants, collections, stock tables, metafields, redirects"),
    "store.md": ("Fields of store files", "connection, policy, limits"),
    "mapping.md": ("Fields of mappings", "what can be made, the rule that we ship for it, and the kinds of rules"),
    "limits.md": ("Limits", "what each speaks of, its default, and what it needs to know"),
    "plan.md": ("Fields of plan files", "for programs that read plans"),
}


def pages() -> Mapping[str, str]:
    """Return file name → text."""
    of = schemas()
    catalog = [model for family in _CATALOG for model in models(family, of[family])]
    bodies = {
        "commands.md": commands_page(),
        "exit-codes.md": exits_page(),
        "catalog.md": fields_page(_once(catalog)),
        "store.md": fields_page(models("store", of["store"])),
        "mapping.md": mapping_page(of["mapping"]),
        "limits.md": limits_page(),
        "plan.md": fields_page(models("plan", of["plan"])),
    }
    assert bodies.keys() == _HEADS.keys()
    listed = "".join(f"- [{title}]({name}): {what}.\n" for name, (title, what) in _HEADS.items())
    same = "The same, for editors and programs: `reconciler COMMAND --help`, `reconciler schema`."
    index = f"# Reference\n\n{listed}\n{same}\n"
    written = {name: f"# {title}\n\n{_sentence(what)}\n\n{bodies[name]}" for name, (title, what) in _HEADS.items()}
    return {name: f"{_WRITTEN}{text.rstrip()}\n" for name, text in {"README.md": index, **written}.items()}


def _once(found: list[Model]) -> list[Model]:
    """Leave out what two families have in common, after the first."""
    return list({model.name: model for model in reversed(found)}.values())[::-1]


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
