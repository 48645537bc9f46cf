"""Completion: what a shell offers, through the protocol of each shell, and in real ones."""

import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import pytest
from click.shell_completion import get_completion_class

from reconciler.cli.main import main, program
from tests.cli.test_startup import HEAVY

PLAN = {"violations": [{"rule": "price-move", "summary": "1 price moves by 80 %"}, {"rule": "adopt", "summary": "…"}]}
FILES = {
    "stores/eu.yaml": "url: sandbox:north\nchannel: web\n",
    "stores/us.yaml": "url: https://us.myshopify.com\n",
    "catalog/products/shirt.yaml": "key: linen-shirt\nvariants:\n  - {key: medium, sku: LS-M}\n  - sku: 'LS-L'\n",
    "catalog/products/more/home.yaml": "products:\n  - key: mug\n    variants: [{sku: MUG}]\n  - {key: bowl}\n",
    "catalog/collections/shirts.yaml": "key: shirts\nname: Shirts\n",
    "plans/eu.json": json.dumps(PLAN),
    "plans/us.json": "{damaged",
    "snapshots/eu.jsonl": "{}",
    "journal/eu.jsonl": '{"run": "20261127T1-a"}\n{"run":"20261128T2-b"}\n',
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def offered(monkeypatch: pytest.MonkeyPatch, shell: str, *words: str) -> list[str]:
    """Return what a shell is answered for the last of these words."""
    monkeypatch.setenv("COMP_WORDS", " ".join(["reconciler", *words]))
    monkeypatch.setenv("COMP_CWORD", words[-1] if shell == "fish" else str(len(words)))
    kind = get_completion_class(shell)
    assert kind is not None
    return kind(program, {}, "reconciler", "_RECONCILER_COMPLETE").complete().splitlines()


CASES = {
    "a command": (["pl"], ["plan"]),
    "a command of a group": (["audit", "v"], ["verify"]),
    "an option": (["plan", "--det"], ["--detailed-exitcode"]),
    "a choice": (["schema", "pl"], ["plan"]),
    "stores": (["plan", ""], ["eu", "us"]),
    "stores that are not named yet": (["doctor", "eu", ""], ["us"]),
    "the store of an option": (["explain", "product/mug", "--store", "u"], ["us"]),
    "a store to import": (["import", "store", "e"], ["eu"]),
    "an embedded store": (["sandbox", "reset", ""], ["north"]),
    "plan files": (["show", "plans/"], ["plans/eu.json", "plans/us.json"]),
    "snapshots": (["plan", "--snapshot", "s"], ["snapshots/eu.jsonl"]),
    "plan files and stores": (["apply", ""], ["plans/eu.json", "plans/us.json", "eu", "us"]),
    "kinds": (["explain", ""], ["product/", "collection/", "variant/"]),
    "products": (["plan", "--only", "product/"], ["product/bowl", "product/linen-shirt", "product/mug"]),
    "collections": (["drift", "eu", "--adopt", "collection/"], ["collection/shirts"]),
    "products of variants": (["audit", "log", "--address", "variant/m"], ["variant/mug/"]),
    "variants": (["explain", "variant/linen-shirt/"], ["variant/linen-shirt/LS-L", "variant/linen-shirt/LS-M"]),
    "limits of the named plan": (["apply", "plans/eu.json", "--accept", ""], ["adopt", "price-move"]),
    "limits not accepted yet": (["apply", "plans/eu.json", "--accept", "adopt", "--accept", ""], ["price-move"]),
    "limits of a damaged plan": (["apply", "plans/us.json", "--accept", ""], []),
    "runs, the newest first": (["rollback", ""], ["20261128T2-b", "20261127T1-a"]),
    "runs of an option": (["audit", "log", "--run", "20261127"], ["20261127T1-a"]),
}


@pytest.mark.parametrize(("words", "expected"), CASES.values(), ids=CASES)
def test_a_word_is_completed(here: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], expected: list[str]):
    assert [f"plain,{each}" for each in expected] == offered(monkeypatch, "bash", *words)


def test_elsewhere_the_project_is_named(here: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir("/")
    assert [] == offered(monkeypatch, "bash", "plan", "")
    assert ["plain,eu", "plain,us"] == offered(monkeypatch, "bash", "plan", "--project", str(here), "")


def test_zsh_and_fish_are_told_what_a_limit_says(here: Path, monkeypatch: pytest.MonkeyPatch):
    words = ("apply", "plans/eu.json", "--accept", "price")
    assert ["plain", "price-move", "1 price moves by 80 %"] == offered(monkeypatch, "zsh", *words)
    assert "price-move" in "\n".join(offered(monkeypatch, "fish", *words))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str, capsys: pytest.CaptureFixture[str]):
    assert 0 == main(["completion", shell])
    script = capsys.readouterr().out
    assert f"_RECONCILER_COMPLETE={shell}_complete" in script
    assert 0 == main(["completion", shell, "--json"])
    assert script.strip() == json.loads(capsys.readouterr().out)["script"].strip()


def test_a_shell_that_nobody_knows_is_wrong_usage(capsys: pytest.CaptureFixture[str]):
    assert 64 == main(["completion", "tcsh"])
    assert "'bash', 'zsh', 'fish'" in capsys.readouterr().err


def a_program(folder: Path) -> dict[str, str]:
    """Return the environment of a shell in which `reconciler` is this one, and tells what it loaded."""
    folder.mkdir()
    script = folder / "reconciler"
    loaded = f"print(*sorted({HEAVY!r} & set(sys.modules)), file=open({str(folder / 'loaded')!r}, 'w'))"
    script.write_text(
        f"#!{sys.executable}\nimport atexit, sys\nfrom reconciler.cli.main import run\n"
        f"atexit.register(lambda: {loaded})\nrun()\n"
    )
    script.chmod(0o755)
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(sys.path)}


def test_a_real_bash_completes_and_loads_nothing_heavy(here: Path, tmp_path: Path):
    environment = a_program(tmp_path / "bin")
    typed = """
      eval "$(reconciler completion bash)"
      complete -p reconciler
      COMP_WORDS=(reconciler explain product/l) COMP_CWORD=2
      _reconciler_completion reconciler
      echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(["bash", "-c", typed], env=environment, cwd=here, capture_output=True, text=True, check=True)
    registered, completed = done.stdout.splitlines()
    assert registered.endswith("-F _reconciler_completion reconciler")
    assert "product/linen-shirt" == completed
    assert "" == (tmp_path / "bin" / "loaded").read_text().strip()
    assert "" == done.stderr


def a_shell(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here; on Debian: apt-get install {name}")
    return found


def test_a_real_fish_completes_and_says_what_a_word_is(here: Path, tmp_path: Path):
    fish = a_shell("fish")
    environment = {**a_program(tmp_path / "bin"), "HOME": str(tmp_path)}
    typed = """
      reconciler completion fish | source
      complete -C "reconciler explain product/l"
      complete -C "reconciler apply plans/eu.json --accept pri"
    """
    done = subprocess.run([fish, "-c", typed], env=environment, cwd=here, capture_output=True, text=True, check=True)
    assert ["product/linen-shirt", "price-move\t1 price moves by 80 %"] == done.stdout.split("\n")[:2]
    assert "" == done.stderr


def test_a_real_zsh_completes_what_is_typed(here: Path, tmp_path: Path):
    zsh = a_shell("zsh")
    environment = {**a_program(tmp_path / "bin"), "HOME": str(tmp_path), "TERM": "dumb", "PS1": "> "}
    with Typist([zsh, "-f", "-i"], here, environment) as shell:
        shell.types(
            'autoload -U compinit; compinit -u -D; eval "$(reconciler completion zsh)"; echo re""ady\n', "ready\r"
        )
        assert "linen-shirt" in shell.types("reconciler explain product/l\t", "linen-shirt")
        shell.types("\x15", "")
        assert "--accept price-move" in shell.types("reconciler apply plans/eu.json --accept pri\t", "price-move")


class Typist:
    """Somebody at a terminal, who types and waits for what is shown."""

    def __init__(self, command: list[str], folder: Path, environment: dict[str, str]) -> None:
        self._screen, inner = pty.openpty()
        self._shell = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=inner, stdout=inner, stderr=inner, start_new_session=True
        )
        os.close(inner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self._screen)

    def types(self, text: str, awaited: str, patience_s: float = 60.0) -> str:
        """Type, and return what is shown until something awaited is, or nothing more comes."""
        os.write(self._screen, text.encode())
        seen, until = "", time.monotonic() + patience_s
        while time.monotonic() < until and (awaited not in seen):
            if select.select([self._screen], [], [], 0.2)[0]:
                seen += os.read(self._screen, 4096).decode(errors="replace")
        return seen
