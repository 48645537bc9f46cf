"""How GitHub and GitLab are asked: again where that is safe, never with the token elsewhere, and never without end."""

from collections.abc import Iterator

import pytest

from reconciler.forge.forge import Topic
from reconciler.forge.github import GitHub, github
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


@pytest.mark.parametrize("address", ["http://api.example.com", "ftp://127.0.0.1", "api.example.com"])
def test_an_address_that_is_not_encrypted_gets_no_token(address: str):
    with pytest.raises(ForgeRefused, match="is not encrypted; expected https://"):
        github(address, "shop/catalog", TOKEN)
