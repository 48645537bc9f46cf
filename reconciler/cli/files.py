"""Commands that look at files only: ``validate``, ``explain``, ``schema``, ``import``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import complete
from reconciler.cli.options import Command, Common
from reconciler.cli.output import diagnostics_shown, document, lines_shown, result
from reconciler.model.errors import InvalidInput, WrongUsage

_REPORTS = ["text", "github", "junit", "inputs"]

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.app.importing.export import Destination, ImportReport
    from reconciler.model.errors import Diagnostic


@click.command(cls=Command)
@click.option("--format", "form", type=click.Choice(_REPORTS), default="text", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write to a file instead of stdout.")
def validate(common: Common, form: str, out: Path | None) -> int:
    """Check every file, and map every product for every store; no store is asked.

    For CI: github writes annotations of lines, junit a test report, inputs the digest of all that a plan is made from.

    \b
    Example:
      reconciler validate
      reconciler validate --format junit --out junit.xml
    """
    from reconciler.app.repository.validate import validated

    try:
        summary = validated(common.root())
    except InvalidInput as error:
        if form in _FOR_CI:
            _written(_FOR_CI[form](error.diagnostics), out)
        raise
    if form in _FOR_CI:
        _written(_FOR_CI[form](summary.warnings), out)
    elif form == "inputs":
        _written(summary.inputs, out)
    elif common.json:
        document(summary.document())
    else:
        diagnostics_shown(summary.warnings)
        _written(summary.text(), out)
    return 0


def _annotations(diagnostics: "Sequence[Diagnostic]") -> str:
    from reconciler.render.annotations import github_commands

    return github_commands(diagnostics)


def _junit(diagnostics: "Sequence[Diagnostic]") -> str:
    from reconciler.render.annotations import junit_report

    return junit_report(diagnostics)


_FOR_CI = {"github": _annotations, "junit": _junit}


def _written(text: str, out: Path | None) -> None:
    if out is None:
        result(text)
    else:
        out.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


@click.command(cls=Command)
@click.argument("address", shell_complete=complete.addresses)
@click.option("--store", "store_name", shell_complete=complete.stores, help="The store.  [default: every store]")
def explain(common: Common, address: str, store_name: str | None) -> int:
    """Say where each value of an address comes from, and why a product is or is not in a store.

    \b
    Example:
      reconciler explain variant/linen-shirt/LS-M --store us
    """
    from reconciler.app.repository.explain import explained

    explanation = explained(common.root(), address, store_name)
    if common.json:
        document(explanation.document())
    else:
        lines_shown(explanation.lines())
    return 0


FAMILIES = ("catalog", "collections", "stock", "metafields", "redirects", "store", "mapping", "plan", "store-list")
"""What ``schema`` knows; spelled here because the schemas themselves are slow to make."""


@click.command(cls=Command)
@click.argument("family", type=click.Choice(FAMILIES), required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Write them all into a folder, a file each.")
def schema(common: Common, family: str | None, out: Path | None) -> int:
    """Print the JSON Schema of a family of files, or of all; or write them where the editor's settings look for them.

    \b
    Example:
      reconciler schema catalog > catalog.schema.json
      reconciler schema --out schemas
    """
    from reconciler.app.repository.whole_file import write_whole
    from reconciler.app.scaffold.schemas import schema_files, schemas

    if out is None:
        found = schemas()
        document(found[family] if family else found)
        return 0
    if family is not None:
        raise WrongUsage("--out writes every schema; leave the name out, or leave --out out")
    written = dict(schema_files())
    for file, text in written.items():
        write_whole(out / file, text.encode())
    if common.json:
        document({"folder": str(out), "written": sorted(written)})
    else:
        result(f"{out}: {', '.join(sorted(written))}")
    return 0


@click.group(name="import")
def import_() -> None:
    """Turn product exports, dumps and live stores into catalog files."""


_INTO = click.option("--into", type=click.Path(path_type=Path), help="The repository to write to.  [default: this one]")
_CURRENCY = click.option("--currency", help="The currency of the prices.  [default: whichever store reads them]")
_LOCATION = click.option(
    "--location", default="default", show_default=True, help="What stores' files call the place of the quantities."
)
_REPLACE = click.option("--replace", is_flag=True, help="Overwrite product files that hold something else.")


@import_.command(name="csv", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_INTO
@_CURRENCY
@_LOCATION
@_REPLACE
def import_csv(common: Common, files: tuple[Path, ...], **options: Any) -> int:
    """Turn Shopify product exports into catalog files, one file a product. What is not carried over is listed.

    \b
    Example:
      reconciler import csv products_export.csv --currency EUR --location berlin
    """
    from reconciler.app.importing.export import import_csv as imported

    return _reported(common, imported(files, _destination(common, **options)))


@import_.command(name="json", cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@_INTO
@_CURRENCY
@_LOCATION
@_REPLACE
def import_json(common: Common, files: tuple[Path, ...], **options: Any) -> int:
    """Turn product dumps into catalog files: of the Admin API, REST or GraphQL, or a storefront's products.json.

    \b
    Example:
      reconciler import json products.json --currency EUR --location berlin
    """
    from reconciler.app.importing.export import import_json as imported

    return _reported(common, imported(files, _destination(common, **options)))


@import_.command(name="store", cls=Command)
@click.argument("name", shell_complete=complete.stores)
@click.option("--pictures", type=click.Choice(["address", "download"]), default="address", show_default=True)
@click.option("--stock", type=click.Choice(["product", "table"]), default="product", show_default=True)
@_REPLACE
def import_store(common: Common, name: str, pictures: str, stock: str, *, replace: bool) -> int:
    """Turn what a live store holds into catalog files, so that the next plan changes nothing of it.

    The store's file has to be there. Pictures keep their address, or come into catalog/images; quantities go into the
    files of products, or into a table. What was there before the catalog is then taken over, with your consent.

    \b
    Example:
      reconciler import store eu --pictures download
      reconciler plan eu --out plans
      reconciler apply plans/eu.json --accept adopt
    """
    from reconciler.app.importing.picture_document import Pictures
    from reconciler.app.importing.store import Taking
    from reconciler.app.importing.store import import_store as imported
    from reconciler.app.importing.store_files import StockIn
    from reconciler.cli.progress import Progress
    from reconciler.cli.sandbox import embedded_stores

    into = _destination(common, common.root(), None, "default", replace=replace)
    taking = Taking(into, Pictures(pictures), StockIn(stock))
    with embedded_stores(common) as embedded, Progress(common) as progress:
        report = imported(name, taking, embedded, progress)
    return _reported(common, report)


def _destination(
    common: Common, into: Path | None, currency: str | None, location: str, *, replace: bool
) -> "Destination":
    from reconciler.app.importing.export import Destination, Existing

    existing = Existing.REPLACE if replace else Existing.REFUSE
    return Destination(into or common.project or Path.cwd(), currency, location, existing)


def _reported(common: Common, report: "ImportReport") -> int:
    if common.json:
        document(report.document())
    else:
        lines_shown(report.lines())
    return 0


COMMANDS: dict[str, click.Command] = {
    "validate": validate,
    "explain": explain,
    "schema": schema,
    "import": import_,
}
