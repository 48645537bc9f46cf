"""``python -m reconciler.sandbox serve --data DIR``: the embedded store as a process of its own."""

import argparse
import gc
import sys
from pathlib import Path

from reconciler.sandbox.http.process import AlreadyServed, PortTaken, claim, serve
from reconciler.sandbox.http.server_log import keep_log

_VERSION = "1"  # of the control side; the engine checks it before it talks to a server it did not start
_EXIT_ALREADY_SERVED, _EXIT_PORT_TAKEN = 3, 4


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m reconciler.sandbox", description="The embedded store.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("serve", help="serve the shops of a data directory on 127.0.0.1")
    command.add_argument("--data", type=Path, required=True, help="directory that holds the shops; made if missing")
    command.add_argument("--port", type=int, default=0, help="port to listen on; 0 picks a free one")
    command.add_argument("--with-parent", action="store_true", help="stop when standard input ends")
    options = parser.parse_args(arguments)
    data_dir: Path = options.data.resolve()
    try:
        with claim(data_dir):
            keep_log(data_dir)
            _serve(data_dir, options)
    except AlreadyServed as problem:
        if not options.with_parent:  # a parent uses the other server, and has more to say when that does not answer
            sys.stderr.write(f"{problem}\n")
        return _EXIT_ALREADY_SERVED
    except PortTaken as problem:
        sys.stderr.write(f"{problem}\n")
        return _EXIT_PORT_TAKEN
    return 0


def _serve(data_dir: Path, options: argparse.Namespace) -> None:
    gc.disable()  # nothing that is made until we serve is garbage, and looking for some takes half of a start
    from reconciler.sandbox.http.server import make_app  # noqa: PLC0415 a refusal should not wait for these
    from reconciler.sandbox.shops.shop import Shops  # noqa: PLC0415

    shops = Shops(data_dir)
    try:
        app = make_app(data_dir, shops, version=_VERSION)
        gc.freeze()  # the schema stays to the end: no collection needs to walk it again
        gc.enable()
        serve(app, data_dir, port=options.port, with_parent=options.with_parent)
    finally:
        shops.close()


if __name__ == "__main__":
    sys.exit(main())
