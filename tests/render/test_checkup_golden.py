"""The connection test as people read it."""

from typing import Any

from reconciler.model.checkup import Check, Checkup
from reconciler.model.errors import Diagnostic
from reconciler.model.origin import Place
from reconciler.render.checkup import checkup_document, checkups_text
from reconciler.render.style import Style

WELL = Checkup("us", (Check("address", ("us.myshopify.com answers",)), Check("currency", ("USD",))))
ILL = Checkup(
    "eu",
    (
        Check("address", ("eu.myshopify.com answers",)),
        Check("shop", ("EU \x1b[31mred (eu.myshopify.com)",)),
        Check(
            "scopes",
            ("plan works without what is missing",),
            (Diagnostic("write_products is not granted; product needs it", hint="add write_products to the app"),),
            exit_code=7,
        ),
        Check("locations", because="scopes"),
        Check(
            "currency",
            problems=(Diagnostic("currency is EUR, not USD", Place("stores/eu.yaml"), "write currency: USD"),),
            exit_code=3,
        ),
    ),
)


def test_checkups_read_as_their_golden_file_says(golden):
    golden("checkups", checkups_text((WELL, ILL), Style()))


def test_a_program_is_told_every_check_and_the_exit_code():
    document: Any = checkup_document(ILL)
    assert (False, 7) == (document["well"], document["exit_code"])
    assert ["ok", "ok", "failed", "not looked at", "failed"] == [check["result"] for check in document["checks"]]
    assert (True, 0) == (checkup_document(WELL)["well"], WELL.exit_code)
