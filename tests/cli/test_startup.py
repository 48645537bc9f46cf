"""`--help` of every command answers before anything heavy is loaded."""

import json
import subprocess
import sys

HEAVY = {
    *("gql", "graphql", "requests", "deepdiff", "jinja2", "yaml", "ruamel", "starlette", "uvicorn", "pydantic"),
    *("orjson", "PIL", "rich", "urllib.request", "sqlite3"),
}
SCRIPT = """
import contextlib, io, json, sys
import click
from reconciler.cli.main import main, program

def commands(command, words):
    yield words
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                yield from commands(command.get_command(context, name), [*words, name])

told = {}
for words in commands(program, []):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        main([*words, "--help"])
    told[" ".join(words)] = said.getvalue()
json.dump([told, sorted(sys.modules)], sys.stdout)
"""


def test_no_help_loads_anything_heavy():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    told, modules = json.loads(done.stdout)
    assert {"", "plan", "audit log", "import csv", "sandbox serve"} <= told.keys()
    assert [] == [command for command, text in told.items() if "Usage:" not in text]
    assert set() == HEAVY & set(modules)


def test_every_command_shows_an_example():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    told, _ = json.loads(done.stdout)
    groups = {words.rpartition(" ")[0] for words in told if words} - {""}
    assert [] == [command for command, text in told.items() if "Example:" not in text and command not in groups]


def test_a_session_that_plans_loads_nothing_that_only_applies():
    script = "import json, sys, reconciler.app.sessions.session; json.dump(sorted(sys.modules), sys.stdout)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    at_once = set(json.loads(done.stdout))
    assert "reconciler.app.plans.plan_store" in at_once
    later = (
        "applying.store",
        "writing.plan",
        "journal.journalled",
        "plans.rollback",
        "sessions.snapshot",
        "applying.staying",
    )
    assert set() == at_once & {f"reconciler.app.{module}" for module in later}
