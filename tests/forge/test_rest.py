"""How GitHub and GitLab are asked: again where that is safe, never with the token elsewhere, and never without end."""

from collections.abc import Iterator

import pytest

from reconciler.forge.forge import Topic
from reconciler.forge.github import GitHub, github
from reconciler.forge.gitlab import gitlab
from reconciler.forge.rest import Denied, ForgeRefused, Rest
from reconciler.model.errors import PlanRefused
from tests.ci.forge_server import TOKEN, ForgeServer, Request, Run, forge_server

TOPIC = Topic("drift", "Drift", "<!-- drift -->")


@pytest.fixture(scope="module")
def server() -> Iterator[ForgeServer]:
    with forge_server() as started:
        yield started


@pytest.fixture
def forge(server: ForgeServer, monkeypatch: pytest.MonkeyPatch) -> ForgeServer:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server.memory.forget()
    return server


def asked(forge: ForgeServer, token: str = TOKEN) -> GitHub:
    made = github(f"{forge.url}/github", "shop/catalog", token)
    return GitHub(Rest(made.rest.whose, made.rest.base, made.rest.headers, made.rest.cure, lambda _: None), made.path)


def test_what_passes_is_asked_again_and_a_comment_is_written_once(forge: ForgeServer):
    forge.memory.requests = [Request(7, "a" * 40)]
    forge.memory.failing = [502, 503]
    assert "opened" == asked(forge).say(7, "<!-- m -->", "<!-- m -->\nhello")
    assert "updated" == asked(forge).say(7, "<!-- m -->", "<!-- m -->\nhello again")
    assert ["<!-- m -->\nhello again"] == [note.body for note in forge.memory.notes]


def test_what_may_have_been_carried_out_is_not_sent_again(forge: ForgeServer):
    forge.memory.failing = [502, 502]
    with pytest.raises(ForgeRefused, match=r"answers 502 to POST .*: not now"):
        asked(forge).rest.ask("POST", "/repos/shop/catalog/issues", {"title": "x"})
    assert [502] == forge.memory.failing


def test_a_token_that_may_not_is_told_with_what_to_look_at_and_not_shown(forge: ForgeServer):
    with pytest.raises(Denied) as refused:
        asked(forge, "another-token").open_issue(TOPIC, "text")
    assert "GitHub answers 401" in str(refused.value)
    assert "permissions:" in str(refused.value)
    assert "another-token" not in str(refused.value) + repr(asked(forge, "another-token"))


def test_an_archive_is_fetched_from_elsewhere_without_the_token(forge: ForgeServer):
    forge.memory.requests = [Request(7, "a" * 40, merged_as="b" * 40)]
    forge.memory.runs = [Run(500, 7, "a" * 40, 10, b"no archive")]
    with pytest.raises(PlanRefused, match="the plan of pull request 7 cannot be unpacked"):
        asked(forge).approval("b" * 40)
    assert "GET /blob/500" in forge.memory.asked
    assert [] == forge.memory.tokens_elsewhere


def test_a_plan_of_another_commit_of_the_request_approves_nothing(forge: ForgeServer):
    forge.memory.requests = [Request(7, "a" * 40, merged_as="b" * 40)]
    forge.memory.runs = [Run(500, 7, "c" * 40, 10, b"")]
    with pytest.raises(PlanRefused, match="was planned by no run of this repository at aaaaaaaaaaaa"):
        asked(forge).approval("b" * 40)


def approved_on_gitlab(forge: ForgeServer, *runs: Run) -> str | None:
    """Return the pipeline whose plan counts for a request with head aaa…; None where none does."""
    forge.memory.requests = [Request(7, "a" * 40, merged_as="b" * 40)]
    forge.memory.runs = list(runs)
    with pytest.raises(PlanRefused) as refused:  # the archives of these runs are none
        gitlab(f"{forge.url}/gitlab", "10", TOKEN).approval("b" * 40)
    if "planned by no pipeline of this project at aaaaaaaaaaaa" in str(refused.value):
        return None
    return next(path.rpartition("/")[2] for path in reversed(forge.memory.asked) if path.startswith("GET /blob/"))


def test_on_gitlab_the_plan_of_the_last_commit_counts_whatever_ran_last(forge: ForgeServer):
    older, other = Run(500, 7, "a" * 40, 10, b""), Run(501, 7, "c" * 40, 10, b"")
    assert "500" == approved_on_gitlab(forge, older, other)
    assert None is approved_on_gitlab(forge, other)


def test_on_gitlab_a_merged_result_counts_if_it_was_made_of_the_last_commit(forge: ForgeServer):
    ours = Run(500, 7, "a" * 40, 10, b"", result="d" * 40)
    before = Run(501, 7, "c" * 40, 10, b"", result="e" * 40)
    assert "500" == approved_on_gitlab(forge, ours, before)
    assert None is approved_on_gitlab(forge, before)


def test_on_gitlab_a_commit_that_only_descends_from_the_last_one_is_no_merged_result(forge: ForgeServer):
    later = Run(500, 7, "a" * 40, 10, b"", result="d" * 40, ref="refs/heads/feature")
    assert None is approved_on_gitlab(forge, later)


@pytest.mark.parametrize("address", ["http://api.example.com", "ftp://127.0.0.1", "api.example.com"])
def test_an_address_that_is_not_encrypted_gets_no_token(address: str):
    with pytest.raises(ForgeRefused, match="is not encrypted; expected https://"):
        github(address, "shop/catalog", TOKEN)
