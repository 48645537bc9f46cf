"""``sandbox``: run, ask and reset embedded stores."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import complete
from reconciler.cli.options import Command, Common
from reconciler.cli.output import document, result, said
from reconciler.model.errors import WrongUsage

if TYPE_CHECKING:
    from reconciler.cli.embedded import EmbeddedStores

DATA_FOLDER = Path(".reconciler") / "sandbox"


def embedded_stores(common: Common) -> "EmbeddedStores":
    """Return the embedded stores of the repository that a command works in."""
    from reconciler.cli.embedded import EmbeddedStores

    return EmbeddedStores(common.root() / DATA_FOLDER)


@click.group()
def sandbox() -> None:
    """Run, ask and reset embedded stores: local, faithful, kept in the repository's .reconciler/ folder."""


@sandbox.command(cls=Command)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8899,
    show_default=True,
    help="The port on 127.0.0.1; 0 takes a free one.",
)
def serve(common: Common, port: int) -> int:
    """Serve the embedded stores to any client until interrupted.

    Each embedded store that a store file names is listed with its URL and the token that it takes.

    \b
    Example:
      reconciler sandbox serve --port 8899
    """
    from reconciler.app.stores.embedded import embedded_in
    from reconciler.model.store import API_VERSION

    with embedded_stores(common) as stores:
        url = stores.serve(port)
        said(f"embedded stores in {stores.data} at {url}; stop with Ctrl-C")
        listed = []
        for store in embedded_in(common.root()):
            base_url, token = stores.shop(store.name, store.currency, store.places)
            listed.append(
                {"store": store.name, "url": f"{base_url}/admin/api/{API_VERSION}/graphql.json", "token": token}
            )
        if common.json:
            document({"url": url, "stores": listed})
        else:
            for each in listed:
                result(f"{each['store']}  {each['url']}  X-Shopify-Access-Token: {each['token']}")
        sys.stdout.flush()
        return stores.wait()


@sandbox.command(name="query", cls=Command)
@click.argument("name", shell_complete=complete.embedded)
@click.argument("graphql")
@click.option("--variables", default="{}", help="The variables, as a JSON object.")
def ask(common: Common, name: str, graphql: str, variables: str) -> int:
    """Run one GraphQL document against an embedded store: to play the person in the admin.

    NAME is that of a store file's url, sandbox:NAME, or of an embedded store that another client made.

    \b
    Example:
      reconciler sandbox query eu '{ products(first: 3) { nodes { handle title } } }'
    """
    from reconciler.app.stores.embedded import embedded_store
    from reconciler.cli.embedded import query
    from reconciler.model.store import API_VERSION

    try:
        values = json.loads(variables)
    except ValueError as error:
        raise WrongUsage(f'--variables: not JSON: {error}; expected an object, such as \'{{"id": "…"}}\'') from error
    with embedded_stores(common) as stores:
        store = embedded_store(common.root(), name, stores.names())
        base_url, token = stores.shop(store.name, store.currency, store.places)
        answer = query(base_url, API_VERSION, token, {"query": graphql, "variables": values})
    document(answer)
    return 1 if "errors" in answer else 0


@sandbox.command(cls=Command)
@click.argument("name", shell_complete=complete.embedded)
def reset(common: Common, name: str) -> int:
    """Empty an embedded store: what it holds is gone.

    \b
    Example:
      reconciler sandbox reset eu
    """
    from reconciler.app.stores.embedded import embedded_store

    with embedded_stores(common) as stores:
        if not stores.reset(name):
            embedded_store(common.root(), name, stores.names())  # refuses a name that nobody gave
    if common.json:
        document({"reset": name})
    else:
        result(f"embedded store {name} is empty.")
    return 0


COMMANDS: dict[str, click.Command] = {"sandbox": sandbox}
