"""`--help` answers before anything heavy is loaded."""

import subprocess
import sys

HEAVY = ("gql", "graphql", "requests", "deepdiff", "jinja2", "yaml", "ruamel", "starlette", "uvicorn", "pydantic")
SCRIPT = """
import sys
from reconciler.cli.main import main
main(["--help"])
sys.stderr.write(",".join(name for name in {heavy!r} if name in sys.modules))
"""


def test_help_loads_nothing_heavy():
    script = SCRIPT.format(heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert "" == done.stderr
