"""What counts as written before: what the store answered to have done, as far as an answer is the end of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pytest

from reconciler.app.journal.repeated import Before
from reconciler.model.address import Address
from reconciler.model.change import Change, Create, FieldChange, Remove, Update
from reconciler.model.outcome import AlreadySo, Applied, Failed, Outcome, Stale
from reconciler.model.plan import Scope, Target
from reconciler.model.record import Answered, Begun, Job, Record, Requested, Told
from reconciler.planning.run_requests import Requests

CUP, HAT = Address("product", "cup"), Address("product", "hat")
Result = Literal["executed", "refused", "unknown"]
BEGUN = Begun(
    run="run",
    plan="1",
    engine="1",
    target=Target("eu", "gid://shopify/Shop/1", "2026-10", "EUR"),
    commit=None,
    base_commit=None,
    scope=Scope(),
    actor="anna",
)


def changed(at: Address, *paths: str) -> Update:
    return Update(at, "1", tuple(FieldChange(path, "old", "new") for path in paths))


def made(at: Address, before: str | None = None) -> Create:
    return Create(at, (FieldChange("title", before, "new"),))


@dataclass
class Story:
    """A run, as its journal tells it."""

    records: list[Record] = field(default_factory=lambda: [BEGUN])
    request: int = 0

    def asked(self, *changes: Change, by: str = "productUpdate", job: Job | None = None) -> "Story":
        self.request += 1
        return self.then(Requested(run="run", request=self.request, mutation=by, changes=changes, job=job))

    def answered(
        self,
        result: Result = "executed",
        errors: Sequence[str] = (),
        *named: Address,
        undone: tuple[Address, ...] | None = None,
    ) -> "Story":
        ids = dict.fromkeys(named, "gid://shopify/Product/1")
        answer = Answered(run="run", request=self.request, result=result, errors=tuple(errors), ids=ids)
        return self.then(replace(answer, undone=undone))

    def told(self, outcome: Outcome) -> "Story":
        return self.then(Told(run="run", outcomes=(outcome,)))

    def then(self, record: Record) -> "Story":
        self.records.append(record)
        return self

    def requests(self) -> Requests:
        found = Requests()
        for record in self.records:
            found.add(record)
        return found

    def includes(self, change: Change) -> bool:
        requests = self.requests()
        return Before(requests.met, requests.answered).includes(change)


def asked_for(change: Change) -> Story:
    return Story().asked(change)


def level_by(*mutations: str) -> Story:
    story = Story()
    for mutation in mutations:
        story.asked(made(LEVEL), by=mutation).answered()
    return story


ORDER = changed(Address("image_order", "cup"), "images")
GONE = Remove(CUP, "1", (), how="delete")
TITLE, TAGS, BOTH = changed(CUP, "title"), changed(CUP, "tags"), changed(CUP, "title", "tags")
STOCKS, COUNTS = "inventoryBulkToggleActivation", "inventorySetQuantities"
PICTURE, LEVEL = Address("image", "cup/front"), Address("stock", "cup/CUP/north")
ENDED_BY = {
    "productSet": ("image", "image_order", "stock", "variant"),
    "collectionCreate": ("membership", "product_order"),
    "metafieldsSet": ("adjustment", "metafield"),
}


@pytest.mark.parametrize(
    ("story", "change"),
    [
        (asked_for(TITLE).answered(), TITLE),
        (asked_for(BOTH).answered(), TAGS),  # the other field is as it was written
        (asked_for(TITLE).answered().asked(TAGS), TITLE),
        (asked_for(TITLE).answered().told(Stale(CUP, "it moved")), TITLE),
        (asked_for(TITLE).then(BEGUN).told(Applied(CUP)), TITLE),
        (asked_for(made(CUP)).answered(), made(CUP)),
        (asked_for(GONE).answered(), GONE),
        *(
            (Story().asked(made(at), by=by).answered(), made(at))
            for by, kinds in ENDED_BY.items()
            for at in (Address(kind, "cup/1") for kind in kinds)
        ),
        (
            Story().asked(made(PICTURE), by="fileCreate").answered().asked(made(PICTURE), by="fileUpdate").answered(),
            made(PICTURE),
        ),
        (level_by("productSet"), made(LEVEL, before="0")),  # sold out
        (level_by(STOCKS, COUNTS), made(LEVEL)),
        (level_by(COUNTS), made(LEVEL, before="0")),
    ],
)
def test_what_was_answered_to_be_done_is_not_done_again(story: Story, change: Change) -> None:
    assert story.includes(change)


@pytest.mark.parametrize(
    ("story", "change"),
    [
        (asked_for(TITLE), TITLE),
        (asked_for(TITLE).answered("unknown"), TITLE),
        (asked_for(TITLE).answered("refused"), TITLE),
        (asked_for(TITLE).answered("executed", ["of a row"]), TITLE),
        (asked_for(TITLE).then(BEGUN).answered(), TITLE),  # of another request: numbers go on
        (asked_for(TITLE).answered().asked(TAGS), TAGS),  # of two requests, the second was not heard of
        (asked_for(changed(CUP)).answered(), TITLE),  # our mark alone
        (asked_for(TITLE).answered().told(Failed(CUP, "the answer does not fit")), TITLE),
        (Story().asked(made(PICTURE), by="fileCreate").answered(), made(PICTURE)),  # nobody put it on its product
        (level_by(STOCKS), made(LEVEL, before="0")),
        (level_by(COUNTS), made(LEVEL)),  # the store kept it, and nobody sees it
        *(
            (Story().asked(made(Address(kind, "cup/1")), by=by).answered(), made(Address(kind, "cup/1")))
            for kind, by in (
                ("adjustment", "inventoryAdjustQuantities"),
                ("membership", "collectionAddProductsV2"),
                ("product_order", "collectionReorderProducts"),
            )
        ),
        (
            asked_for(changed(Address("image_order", "cup"), "images")).answered(),
            changed(Address("image_order", "cup")),
        ),
    ],
)
def test_what_nobody_knows_to_be_done_goes_on(story: Story, change: Change) -> None:
    assert not story.includes(change)


def test_of_a_bulk_operation_those_lines_were_done_that_its_results_do_not_except() -> None:
    level, size = made(LEVEL, before="0"), made(Address("variant", "cup/CUP"))
    changes = (made(CUP), size, level, made(HAT))
    job = Job("Run_1_1", "productSet")
    begun = Story().asked(*changes, by="bulkOperationRunMutation", job=job).answered()
    assert not any(begun.includes(each) for each in changes)
    begun.then(BEGUN)  # whoever goes on notes what it came to, though only then
    over = begun.asked(by="bulkOperation", job=job).answered("executed", ["product/hat: no"], undone=(HAT,))
    assert [True, True, True, False] == [over.includes(each) for each in changes]


def test_of_a_bulk_operation_whose_results_do_not_say_what_they_except_those_count_that_they_name() -> None:
    size = made(Address("variant", "cup/S"))
    begun = Story().asked(made(CUP), size, made(HAT), by="bulkOperationRunMutation").answered()
    assert not any(begun.includes(each) for each in (made(CUP), size, made(HAT)))
    over = begun.asked(by="bulkOperation").answered("executed", ["product/hat: no"], CUP)
    assert [True, True, False] == [over.includes(each) for each in (made(CUP), size, made(HAT))]


@pytest.mark.parametrize(("result", "errors"), [("refused", []), ("executed", ["another one is at work"])])
def test_a_bulk_operation_that_was_not_begun_is_not_asked_for(result: Result, errors: list[str]) -> None:
    job = Job("Run_1_1", "productSet")
    begun = Story().asked(made(CUP), by="bulkOperationRunMutation", job=job)
    assert ["Run_1_1"] == [each.job.name for each in begun.requests().jobs_at_large()]
    assert () == begun.answered(result, errors).requests().jobs_at_large()


@pytest.mark.parametrize(
    ("story", "doubtful"),
    [
        (asked_for(TITLE), 1),
        (asked_for(TITLE).then(BEGUN), 1),
        (asked_for(TITLE).answered("unknown"), 1),
        (asked_for(TITLE).answered(), 0),
        (asked_for(TITLE).answered("refused"), 0),
        (asked_for(TITLE).then(BEGUN).asked(made(HAT)).then(BEGUN), 2),
        (Story().asked(by="stagedUploadsCreate"), 0),  # changes nothing of the catalog
        (Story().asked(TITLE, made(HAT), by="bulkOperationRunMutation").answered(), 1),
    ],
)
def test_what_nobody_heard_of_is_in_doubt_unless_all_of_it_is_so_now(story: Story, doubtful: int) -> None:
    requests = Requests()
    for record in story.records:
        requests.add(record)
    before = Before(by_run={"run": requests})
    assert doubtful == before.in_doubt("run", [Stale(CUP, "it moved"), Stale(HAT, "it moved")])
    assert 0 == before.in_doubt("run", [Applied(CUP), AlreadySo(HAT)])
    assert 0 == before.in_doubt("another", [])
