"""What a store does after it answered is waited for, within a limit."""

from typing import Any

import pytest

from reconciler.model.address import Address
from reconciler.shopify.codec import Mutation, Settling
from reconciler.shopify.settling import settling
from reconciler.shopify.wait import Wait
from tests.shopify.answering import ScriptedClient

A, B = Address("image", "p/a"), Address("image", "p/b")
ID_A, ID_B = "gid://shopify/MediaImage/1", "gid://shopify/MediaImage/2"


def patient(limit_s: float = 10) -> Wait:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    return Wait(limit_s=limit_s, clock=lambda: now[0], sleep=sleep)


def images(*rounds: dict[str, str]) -> ScriptedClient:
    left = list(rounds)

    def answer(document: str, variables: Any) -> Any:
        statuses = left.pop(0) if len(left) > 1 else left[0]
        errors = [{"code": "INVALID", "message": "no picture"}]
        return {
            "nodes": [
                {"id": each, "status": statuses[each], "mediaErrors": errors if statuses[each] == "FAILED" else []}
                for each in variables["ids"]
            ]
        }

    return ScriptedClient(answer)


FILES = Mutation("fileCreate", "", {}, (A, B), ids={"files.0.id": A, "files.1.id": B}, settling=Settling.MEDIA)
PAYLOAD = {"files": [{"id": ID_A}, {"id": ID_B}]}


def test_files_are_waited_for_until_each_is_ready():
    client = images(
        {ID_A: "UPLOADED", ID_B: "READY"}, {ID_A: "PROCESSING", ID_B: "READY"}, {ID_A: "READY", ID_B: "READY"}
    )
    assert {} == settling(client, patient())(FILES, PAYLOAD)
    assert 3 == len(client.asked)


def test_a_file_that_failed_is_told_with_its_reason_and_alone():
    client = images({ID_A: "FAILED", ID_B: "READY"})
    (address, reason), *rest = settling(client, patient())(FILES, PAYLOAD).items()
    assert (A, []) == (address, rest)
    assert "no picture (INVALID)" in reason


def test_a_file_that_takes_too_long_is_told():
    client = images({ID_A: "PROCESSING", ID_B: "READY"})
    assert [A] == list(settling(client, patient(3))(FILES, PAYLOAD))


@pytest.mark.parametrize(("rounds", "asked"), [([True], 1), ([False, False, True], 3)])
def test_a_job_is_waited_for(rounds, asked):
    left = list(rounds)
    client = ScriptedClient(lambda document, variables: {"job": {"done": left.pop(0)}})
    job = Mutation("productReorderMedia", "", {}, (A,), settling=Settling.JOB)
    assert {} == settling(client, patient())(job, {"job": {"id": "J", "done": False}})
    assert asked == len(client.asked)


def test_a_job_that_never_ends_is_told():
    client = ScriptedClient(lambda document, variables: {"job": {"done": False}})
    job = Mutation("productReorderMedia", "", {}, (A,), settling=Settling.JOB)
    assert {A} == settling(client, patient(2))(job, {"job": {"id": "J", "done": False}}).keys()


def test_a_job_that_is_done_already_is_not_asked_about():
    client = ScriptedClient(lambda document, variables: pytest.fail("asked"))
    job = Mutation("productReorderMedia", "", {}, (A,), settling=Settling.JOB)
    assert {} == settling(client, patient())(job, {"job": {"id": "J", "done": True}})
