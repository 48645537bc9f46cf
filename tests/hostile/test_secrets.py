"""The token never leaves the process: not into a file, a stream, a log, or what other programs can see of us.

The whole story is played with a recognisable token from each source, failures included, as a process of its own.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

import pytest

import reconciler.app.sessions.doctor
import reconciler.app.sessions.session  # noqa: F401  what the forks would each import
from reconciler.cli.embedded import EmbeddedStores
from reconciler.cli.main import main
from tests.faults.processes import ended, forked
from tests.hostile.spoiling import SpoilingProxy

CUP = "key: cup\nname: Cup\nvariants: [{sku: CUP, price: 9.00}]\n"
SECRET = "recognisable-secret-of-the-client"
SOURCES = {
    "the environment": "{token: {env: STORY_TOKEN}}",
    "a file": "{token: {file: ../token}}",
    "a command": "{token: {command: cat ../token}}",
    "client credentials": "{client_id: the-client, client_secret: {env: STORY_SECRET}}",
}
pytestmark = pytest.mark.slow
STORY: Sequence[Sequence[str]] = (
    ("validate",),
    ("validate", "--json"),
    ("doctor", "-v"),
    ("doctor", "--json"),
    ("plan", "-v"),
    ("plan", "--json", "-v"),
    ("show", "plans/eu.json"),
    ("apply", "plans/eu.json", "-v"),
    ("explain", "variant/cup/CUP"),
    ("explain", "variant/cup/CUP", "--json"),
    ("apply", "eu", "--yes", "--json", "-v"),
)


Program = Callable[[Path, Mapping[str, str], Sequence[str]], tuple[int, str]]
"""Runs the program in a folder, with more in its environment, and returns its exit code and all that it said."""


@dataclass
class Story:
    """A repository, its credential, and all that was said so far."""

    folder: Path
    token: str
    environment: dict[str, str]
    program: Program
    said: str = ""

    def run(self, *words: str) -> int:
        """Run the program, and keep what it says."""
        code, out = self.program(self.folder / "repository", self.environment, words)
        self.said += f"$ {' '.join(words)}\n{out}"
        return code

    def secrets(self) -> Iterator[str]:
        yield self.token
        yield SECRET

    def leaks(self) -> list[str]:
        """Where a secret can be found, but for the place that the credential itself is kept in."""
        kept = self.folder / "token"
        files = [file for file in self.folder.rglob("*") if file.is_file() and file != kept]
        found = [str(file) for file in files for each in self.secrets() if each.encode() in file.read_bytes()]
        return found + [line for line in self.said.splitlines() for each in self.secrets() if each in line]


def started(folder: Path, environment: Mapping[str, str], words: Sequence[str]) -> tuple[int, str]:
    """Start the program as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *words],
        cwd=folder,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stdout


def as_a_fork(folder: Path, environment: Mapping[str, str], words: Sequence[str]) -> tuple[int, str]:
    """Run the program as a process that has imported everything already: a start costs more than most commands."""
    with TemporaryFile() as said:

        def work() -> None:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            sys.stdout = open(1, "w", closefd=False, encoding="utf-8")  # noqa: SIM115  what a new process would have
            sys.stderr = open(2, "w", buffering=1, closefd=False, encoding="utf-8")  # noqa: SIM115
            os.environ.update(environment)
            os.chdir(folder)
            code = main(list(words))
            sys.stdout.flush()
            os._exit(code)

        code = ended(forked(work))
        said.seek(0)
        return code, said.read().decode()


def a_story(source: str, folder: Path, embedded: EmbeddedStores, program: Program) -> Story:
    """Return the beginning of a story whose credential comes from a source."""
    name = f"secret-{list(SOURCES).index(source)}-{program.__name__.replace('_', '-')}"
    embedded._control("PUT", name, {"currency": "EUR", "client_id": "the-client", "client_secret": SECRET})
    base_url, token = embedded.shop(name, "EUR")
    store = f"url: {base_url}\nchannel: web\ncurrency: EUR\ncredentials: {SOURCES[source]}\n"
    for file, text in (("stores/eu.yaml", store), ("catalog/products/cup.yaml", CUP)):
        (folder / "repository" / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / "repository" / file).write_text(text, encoding="utf-8")
    environment = {}
    match source:
        case "the environment":
            environment = {"STORY_TOKEN": token}
        case "client credentials":
            environment = {"STORY_SECRET": SECRET}
        case _:
            (folder / "token").write_text(f"{token}\n", encoding="utf-8")
    return Story(folder, token, environment, program)


@pytest.fixture(params=SOURCES)
def story(request: pytest.FixtureRequest, tmp_path: Path, embedded: EmbeddedStores) -> Story:
    return a_story(request.param, tmp_path, embedded, as_a_fork)


def test_no_secret_is_found_after_the_whole_story(story: Story) -> None:
    assert_the_whole_story_leaks_nothing(story)


def test_no_secret_is_found_when_the_program_is_started_for_each_command(
    tmp_path: Path, embedded: EmbeddedStores
) -> None:
    assert_the_whole_story_leaks_nothing(a_story("the environment", tmp_path, embedded, started))


def assert_the_whole_story_leaks_nothing(story: Story) -> None:
    codes = {" ".join(words): story.run(*words) for words in STORY}
    assert {0} == set(codes.values()), (codes, story.said)
    assert (story.folder / "repository/plans/eu.json").exists()
    assert [] == story.leaks()


def test_no_secret_is_found_after_failures_of_all_sorts(story: Story) -> None:
    store = story.folder / "repository/stores/eu.yaml"
    good = store.read_text(encoding="utf-8")
    server = good.partition("url: ")[2].partition("\n")[0]
    host, _, name = server.rpartition("/")
    story.run("plan")
    spoils = [
        lambda content: b"<html>" + story.token.encode(),
        lambda content: b'{"errors": [{"message": "%s"}]}' % story.token.encode(),
        lambda content: b'{"errors": "%s"}' % story.token.encode(),
        lambda content: b'{"data": {"shop": {"id": "%s"}}}' % story.token.encode(),
    ]
    for spoil in spoils:
        with SpoilingProxy(host) as proxy:
            store.write_text(good.replace(server, f"{proxy.url}/{name}"), encoding="utf-8")
            for words in (("plan", "-v"), ("plan", "--json"), ("doctor", "-v")):
                proxy.next_time(0, spoil)
                story.run(*words)
    for url in ("http://127.0.0.1:9/x", f"{host}/no-such-shop"):
        store.write_text(good.replace(server, url), encoding="utf-8")
        assert 0 != story.run("plan", "-v")
        assert 0 != story.run("apply", "plans/eu.json", "--json", "-v")
    store.write_text(good, encoding="utf-8")
    story.environment = {name: f"{value}-no-more" for name, value in story.environment.items()}
    if (story.folder / "token").exists():
        (story.folder / "token").write_text(f"{story.token} \u00fc", encoding="utf-8")
    assert 0 != story.run("plan", "-v")
    assert "Traceback" not in story.said
    assert [] == story.leaks()


def test_a_command_line_of_ours_never_holds_the_token(tmp_path: Path) -> None:
    """A credential's command sees no other secret than what its own environment gave it, and no argument of ours."""
    spy = tmp_path / "spy.sh"
    spy.write_text(
        "#!/bin/sh\ntr '\\0' ' ' < /proc/$PPID/cmdline >> seen\nenv >> seen\necho spied-token\n", encoding="utf-8"
    )
    spy.chmod(0o755)
    stores = tmp_path / "stores"
    stores.mkdir()
    products = tmp_path / "catalog" / "products"
    products.mkdir(parents=True)
    (products / "cup.yaml").write_text(CUP, encoding="utf-8")
    for name in ("a", "b"):
        text = f"url: http://127.0.0.1:9/{name}\nchannel: web\ncurrency: EUR\n"
        (stores / f"{name}.yaml").write_text(f"{text}credentials: {{token: {{command: ./spy.sh}}}}\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", "plan", "-v", "--project", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    seen = "".join(file.read_text(encoding="utf-8") for file in tmp_path.rglob("seen"))
    assert "reconciler" in seen
    assert "spied-token" not in seen + done.stdout + done.stderr
