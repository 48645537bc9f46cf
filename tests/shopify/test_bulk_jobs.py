"""Jobs of bulk mutations, against a store that plays a script: what cannot be provoked in the embedded one."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import IO, Any

import orjson
import pytest

from reconciler.model.address import Address
from reconciler.model.progress import Advanced, Began, Event, Teller, Waiting
from reconciler.model.record import Job
from reconciler.shopify.bulk_jobs import PROGRESS, BulkJobs, NotInBulk, Results, answers_of
from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import BulkUnfinished, OutcomeUnknown, Unreachable
from reconciler.shopify.retry import Event as Happened
from reconciler.shopify.wait import Wait
from reconciler.shopify.wire import Broken, Received

SET = "mutation Set($input: I!) { productSet(input: $input) { product { id } userErrors { message } } }"
DONE = {"status": "COMPLETED", "objectCount": "2", "fileSize": "9", "url": "https://there", "partialDataUrl": None}


@dataclass(frozen=True)
class Answer:
    data: Mapping[str, Any]
    resent: bool = False
    problems: tuple[str, ...] = ()


@dataclass
class Store:
    """Answers of the start, and of each look."""

    start: Any = None
    looks: list[Any] = field(default_factory=lambda: [DONE])
    listed: list[Any] = field(default_factory=list)
    result: bytes = b""
    told: list[Event] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    sent: list[Mutation] = field(default_factory=list)
    content: bytes = b""
    store: str = "eu"

    @property
    def teller(self) -> Teller:
        return Teller("eu", self.told.append)

    def query(self, document: str, variables: Any = None) -> Answer:
        del variables
        if document != PROGRESS:
            return Answer({"bulkOperations": {"nodes": self.listed}})
        look = self.looks.pop(0)
        if isinstance(look, Exception):
            raise look
        return Answer({"bulkOperation": look})

    def mutate(self, mutation: Mutation) -> Answer:
        self.sent.append(mutation)
        if isinstance(self.start, Exception):
            raise self.start
        errors = self.start or []
        return Answer({mutation.root: {"bulkOperation": {"id": "gid://1"}, "userErrors": errors}})

    def stay(self) -> None:
        """It holds no lease."""

    def staged(self, mutation: Mutation) -> Mutation:
        return replace(mutation, variables={**mutation.variables, "staged": True})

    def staged_lines(self, name: str, content: bytes) -> str:
        del name
        self.content = content
        return "tmp/lines"

    def saved(self, url: str, file: IO[bytes], size: int) -> Received | Broken:
        del url, size
        file.write(self.result)
        return Received(200, {}, b"") if self.result else Broken(Happened.LOST, "gone")

    def jobs(self) -> BulkJobs:
        wait = Wait(0.01, 0.01, 0.05, clock=iter(range(10_000)).__next__, sleep=lambda seconds: None)
        return BulkJobs(self, self, self, "Run_1", self.said.append, wait=replace(wait, limit_s=5.0), save=self.saved)


def sets(*names: str) -> list[Mutation]:
    return [Mutation("productSet", SET, {"input": {"title": name}}, (Address("product", name),)) for name in names]


def line(place: int, **payload: Any) -> bytes:
    return orjson.dumps({"data": {"productSet": {"userErrors": [], **payload}}, "__lineNumber": place}) + b"\n"


def test_lines_are_answered_by_their_number_and_those_of_others_have_none():
    store = Store(result=line(1, product={"id": "P"}) + b'{"data": {"produ')
    answers = store.jobs().done(sets("a", "b"))
    assert {1: "P"} == {place: answer.data["productSet"]["product"]["id"] for place, answer in answers.items()}
    assert [{"input": {"title": name}, "staged": True} for name in "ab"] == [
        orjson.loads(each) for each in store.content.splitlines()
    ]
    assert "mutation Set_Run_1_1($input: I!)" in str(store.sent[0].variables["text"])
    assert ["Run_1", ""] == store.said


@pytest.mark.parametrize(
    "look",
    [
        None,  # nobody knows it any more
        {**DONE, "status": "EXPIRED", "url": None},
        {**DONE, "status": "CANCELED", "url": None},
        {**DONE, "status": "FAILED", "url": None, "partialDataUrl": "https://there"},  # and cannot be downloaded
    ],
)
def test_a_job_that_tells_nothing_answers_nothing(look):
    store = Store(looks=[look])
    assert {} == store.jobs().done(sets("a", "b"))
    assert ["Run_1", ""] == store.said  # it is over all the same


def test_a_job_that_failed_half_way_answers_what_it_did():
    failed = {**DONE, "status": "FAILED", "url": None, "partialDataUrl": "https://there"}
    assert [0] == list(Store(looks=[failed], result=line(0)).jobs().done(sets("a", "b")))


def test_what_a_job_came_to_is_noted_by_what_its_lines_are_about():
    noted: list[Results] = []
    lines = line(0, product={"id": "P"}) + line(1, userErrors=[{"message": "no"}])
    replace(Store(result=lines).jobs(), record=noted.append).done([*sets("a", "b", "c")])
    job, undone = Job("Run_1_1", "productSet"), (Address("product", "b"), Address("product", "c"))
    assert [Results(job, ["product/b: no"], undone)] == noted


def test_a_job_of_another_apply_answers_once_it_is_over():
    job = Job("Run_1_2", "productSet")
    listed = [
        {"id": "gid://2", "status": "COMPLETED", "query": "mutation Set_Run_1_2($input: I!)"},
        {"id": "gid://1", "status": "COMPLETED", "query": "mutation Set_Run_1_1($input: I!)"},
    ]
    store = Store(listed=listed, result=line(0))
    assert [0] == [*answers_of(store, job, store.saved)]
    assert {} == answers_of(Store(listed=[{**listed[0], "status": "RUNNING"}]), job)
    assert {} == answers_of(Store(listed=listed[1:]), job)  # it never began


@pytest.mark.parametrize(
    "looks", [[Unreachable("eu", "no network", "try again")], [{**DONE, "status": "RUNNING"}] * 99]
)
def test_a_job_that_cannot_be_followed_stays_announced(looks):
    store = Store(looks=looks)
    with pytest.raises(BulkUnfinished, match="run apply again, it waits for what still runs"):
        store.jobs().done(sets("a"))
    assert ["Run_1"] == store.said


def test_a_job_that_the_store_does_not_begin_is_none():
    store = Store(start=[{"code": "INVALID_MUTATION", "message": "no"}])
    with pytest.raises(NotInBulk, match="no"):
        store.jobs().done(sets("a"))
    assert ["Run_1", ""] == store.said


@pytest.mark.parametrize("name", ["Run_1_1", "Run_1_11"])
def test_a_job_whose_start_was_not_answered_is_known_by_its_own_name(name):
    listed = [{"id": "gid://7", "status": "RUNNING", "query": f"mutation Set_{name}($input: I!) {{ ... }}"}]
    store = Store(start=OutcomeUnknown("eu", "lost", "plan"), listed=listed, result=line(0))
    if name == "Run_1_1":
        assert [0] == list(store.jobs().done(sets("a")))
        return
    with pytest.raises(BulkUnfinished, match="nobody knows whether a bulk operation was begun"):
        store.jobs().done(sets("a"))


def test_how_far_a_job_is_is_told_with_what_is_waited_for():
    running = {**DONE, "status": "RUNNING", "objectCount": "1"}
    store = Store(looks=[running, DONE], result=line(0) + line(1))
    store.jobs().done(sets("a", "b"))
    kinds = [type(event) for event in store.told]
    assert [Began, Advanced, Waiting, Advanced] == kinds
    assert ("a bulk operation", 2) == (store.told[0].doing, store.told[0].expected)  # type: ignore[union-attr]
    assert [1, 1] == [event.done for event in store.told if isinstance(event, Advanced)]


def test_a_file_holds_one_document_and_not_too_much(monkeypatch):
    monkeypatch.setattr("reconciler.shopify.bulk_jobs._LARGEST_FILE", 60)
    other = replace(sets("x")[0], document=SET.replace("Set(", "SetOther("))
    files = list(Store().jobs().files([*sets("a", "b"), other, *sets("c")]))
    assert [["a", "b"], ["c"], ["x"]] == [[each.covers[0].key for each in file] for file in files]
