"""A stand-in for GitHub's command line: what the workflow asks of it, kept in a JSON file; jq is the real one."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

STATE = Path(os.environ["GH_STATE"])


def value_of(words: list[str], name: str) -> str:
    return words[words.index(name) + 1] if name in words else ""


def answer(words: list[str], state: dict[str, Any]) -> object:
    match words:
        case ["api", *rest]:
            return api(rest, state)
        case ["issue", "list", *_]:
            return [issue for issue in state["issues"] if issue["open"]]
        case ["issue", "create", *rest]:
            body = Path(value_of(rest, "--body-file")).read_text()
            state["issues"].append({"number": len(state["issues"]) + 1, "open": True, "body": body})
        case ["issue", "edit", number, *rest]:
            state["issues"][int(number) - 1]["body"] = Path(value_of(rest, "--body-file")).read_text()
        case ["issue", "close", number, *_]:
            state["issues"][int(number) - 1]["open"] = False
        case ["label", "create", *_]:
            pass
        case _:
            sys.exit(f"gh: not played: {words}")
    return None


def api(words: list[str], state: dict[str, Any]) -> object:
    method = value_of(words, "--method") or "GET"
    path = next(word for word in words if word.startswith("repos/"))
    field = value_of(words, "-F")
    body = Path(field.removeprefix("body=@")).read_text() if field else None
    match method, path.split("/")[3:]:
        case "GET", ["issues", _, "comments"]:
            return state["comments"]
        case "POST", ["issues", _, "comments"]:
            state["comments"].append({"id": 100 + len(state["comments"]), "body": body})
        case "PATCH", ["issues", "comments", number]:
            state["comments"][int(number) - 100]["body"] = body
        case "GET", ["actions", query]:
            name = query.partition("=")[2]
            found = [each for each in state["artifacts"] if each["name"] == name]
            return {"artifacts": [{"id": each["id"], "expired": False} for each in found]}
        case "GET", ["actions", "artifacts", number, "zip"]:
            (found,) = [each for each in state["artifacts"] if str(each["id"]) == number]
            sys.stdout.buffer.write(Path(found["zip"]).read_bytes())
        case "GET", ["commits", _, "pulls"]:
            return state["pulls"]
        case _:
            sys.exit(f"gh: not played: {method} {path}")
    return None


def main() -> None:
    words = sys.argv[1:]
    state = json.loads(STATE.read_text())
    found = answer(words, state)
    STATE.write_text(json.dumps(state))
    query = value_of(words, "--jq")
    if found is not None:
        done = subprocess.run(
            ["jq", "-r", query or "."], input=json.dumps(found), text=True, capture_output=True, check=True
        )
        sys.stdout.write(done.stdout)


main()
