"""``demo``: a story in a scratch folder, with the program's own commands; nothing to set up."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

import reconciler
from reconciler.cli.options import Command, Common
from reconciler.cli.output import said
from reconciler.cli.sandbox import DATA_FOLDER
from reconciler.model.errors import ReconcilerError, WrongUsage

if TYPE_CHECKING:
    from reconciler.cli.embedded import EmbeddedStores

_FAMILIES = ("catalog", "stores", "mappings")
_PRODUCT = "catalog/products/linen-shirt.yaml"
_TABLE, _SKU = "catalog/stock/everyday-tee.csv", "FF-ET-XXS-BLK"
_FIND = '{ productVariants(first: 1, query: "sku:FF-LS-XS-NAT") { nodes { id product { id } } } }'
_REPRICE = """mutation($product: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $product, variants: $variants) { userErrors { message } }
}"""
_IDENTITY = ("-c", "user.name=demo", "-c", "user.email=demo@localhost")


@click.command(cls=Command)
@click.option("--into", type=click.Path(path_type=Path), help="The scratch folder.  [default: a new one]")
def demo(common: Common, into: Path | None) -> int:
    """Play a story on embedded stores: plan, apply, an empty second plan, an edit and a sale that nothing overwrites.

    \b
    Example:
      reconciler demo --into /tmp/demo
    """
    from reconciler.cli.embedded import EmbeddedStores

    del common
    folder = into or Path(tempfile.mkdtemp(prefix="reconciler-demo-"))
    if folder.exists() and any(folder.iterdir()):
        raise WrongUsage(f"{folder}: the scratch folder is not empty; name a new one with --into DIR")
    _copy_example(folder)
    with EmbeddedStores(folder / DATA_FOLDER) as stores:
        stores.run()  # one server for all the commands of the story
        _Story(folder, stores).play()
    said(f"\nThe folder is yours to play with: {folder}\n{_going_on(folder)}")
    return 0


def _going_on(folder: Path) -> str:
    """Return what to type for it: the program is on the path of whoever starts it by name alone."""
    activate = Path(sys.prefix) / "bin" / "activate"
    into = f"cd {quote(str(folder.resolve()))} && reconciler plan eu"
    if shutil.which("reconciler") is None and activate.is_file():
        return f"To go on: . {quote(str(activate))} && {into}"
    return f"To go on: {into}"


def example_folder() -> Path:
    """Return the folder that holds the example: beside the package in a checkout, inside it when installed."""
    package = Path(reconciler.__file__).parent
    for folder in (package / "example", package.parent):
        if all((folder / family).is_dir() for family in _FAMILIES):
            return folder
    raise ReconcilerError(f"{package}: the example is not there; install the package again")


def _copy_example(folder: Path) -> None:
    for family in _FAMILIES:
        shutil.copytree(example_folder() / family, folder / family)
    (folder / ".gitignore").write_text(".reconciler/\nplans/\n", encoding="utf-8")
    for words in (("init", "-q", "-b", "main"), ("add", "."), (*_IDENTITY, "commit", "-q", "-m", "the catalog")):
        _git(folder, *words)


def _git(folder: Path, *words: str) -> None:
    try:
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    except FileNotFoundError as error:
        raise ReconcilerError("git is not installed; the demo keeps its catalog in git, install it first") from error
    except subprocess.CalledProcessError as error:
        raise ReconcilerError(f"git {words[0]} failed: {error.stderr.decode(errors='replace').strip()}") from error


class _Story:
    """The scenes, told by the commands that a person would type. A scene that ends otherwise than told is an error."""

    def __init__(self, folder: Path, stores: "EmbeddedStores") -> None:
        self._folder = folder
        self._stores = stores

    def play(self) -> None:
        self._told("A catalog in git, for two stores in two currencies. Is it right?")
        self._run("validate")
        self._told("Can we talk to the stores, and do they have what the catalog needs?")
        self._run("doctor")
        self._told("Both stores are empty. What would change?")
        self._run("plan", exit_code=2, options=("--detailed-exitcode",))
        self._told("It was reviewed and merged. Exactly that plan is applied.")
        self._run("apply", "plans/eu.json", "plans/us.json")
        self._told("The second plan is empty.")
        self._run("plan", options=("--detailed-exitcode",))
        self._told("Where does a value come from?")
        self._run("explain", "metafield/linen-shirt/custom.material", "--store", "eu")
        self._told("Somebody changes one price in git.")
        self._edit(_PRODUCT, "price: {EUR: 89.00,", "price: {EUR: 84.00,", "a lower price")
        self._run("plan", "eu")
        self._run("apply", "plans/eu.json")
        self._told("A plan waits for review, and meanwhile somebody changes the same price in the admin.")
        self._edit(_PRODUCT, "price: {EUR: 84.00,", "price: {EUR: 82.00,", "a price lower still")
        self._run("plan", "eu")
        self._reprice("79.00")
        self._told("The plan is merged. What a person did in the store is not overwritten.")
        self._run("apply", "plans/eu.json", exit_code=5)
        self._told("The next plan shows that both sides changed it, for people to decide.")
        self._run("plan", "eu")
        self._told("Somebody counts the T-shirts anew. Before the count is merged, a customer buys two.")
        self._edit(_TABLE, f"{_SKU},oslo,11", f"{_SKU},oslo,14", "T-shirts counted anew")
        self._run("plan", "eu", "--only", f"stock/*/{_SKU}/*")
        click.secho(f"$ # a customer buys 2 of {_SKU} from the Oslo warehouse", fg="cyan")
        self._stores.sell("eu", _SKU, 2, "Oslo warehouse")
        self._run("apply", "plans/eu.json", exit_code=5)
        self._told("The sale is not erased: the count was made before it, and waits for somebody to look again.")

    def _told(self, text: str) -> None:
        click.secho(f"\n# {text}", bold=True)

    def _run(self, *words: str, exit_code: int = 0, options: tuple[str, ...] = ()) -> None:
        from reconciler.cli.main import main

        click.secho(f"$ reconciler {' '.join((*words, *options))}", fg="cyan")
        code = main([*self._absolute(words), *options, "--project", str(self._folder)])
        if code != exit_code:
            raise ReconcilerError(f"reconciler {words[0]} ended with {code}, the story expected {exit_code}")

    def _absolute(self, words: tuple[str, ...]) -> list[str]:
        return [str(self._folder / word) if word.startswith("plans/") else word for word in words]

    def _edit(self, file: str, old: str, new: str, message: str) -> None:
        path = self._folder / file
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise ReconcilerError(f"{path}: the example no longer says {old!r}; the story needs another line to edit")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        click.secho(f"$ sed -i '0,/{old}/s//{new}/' {file} && git commit -am {message!r}", fg="cyan")
        _git(self._folder, *_IDENTITY, "commit", "-q", "-a", "-m", message)

    def _reprice(self, price: str) -> None:
        variant = self._ask(_FIND, {})["data"]["productVariants"]["nodes"][0]
        rows = [{"id": variant["id"], "price": price}]
        click.secho(
            f"$ reconciler sandbox query eu 'mutation … productVariantsBulkUpdate … price: \"{price}\"'", fg="cyan"
        )
        self._ask(_REPRICE, {"product": variant["product"]["id"], "variants": rows})

    def _ask(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        from reconciler.cli.embedded import query
        from reconciler.model.store import API_VERSION

        base_url, token = self._stores.shop("eu", "EUR")
        return query(base_url, API_VERSION, token, {"query": document, "variables": variables})


COMMANDS: dict[str, click.Command] = {"demo": demo}
