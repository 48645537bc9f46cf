"""What a plan has seen of the runs before it: the later of the journal that is here and of what the store remembers."""

from pathlib import Path

import pytest

from reconciler.app.journal.chain import Head, head_text
from reconciler.app.journal.file import Journal
from reconciler.app.journal.made_after import last_seen
from reconciler.model.plan import Seen
from reconciler.shopify.pointer import JournalHead, Memory, Pointer, Record

EARLIER, LATER = "a" * 64, "b" * 64


@pytest.mark.parametrize(
    ("here", "remembered", "expected"),
    [
        (None, None, None),
        (3, None, Seen(3, EARLIER)),
        (None, 5, Seen(5, LATER)),
        (3, 5, Seen(5, LATER)),  # a journal that was not fetched
        (7, 5, Seen(7, EARLIER)),  # a run that was killed
    ],
)
def test_the_last_entry_that_is_known(
    here: int | None, remembered: int | None, expected: Seen | None, tmp_path: Path
) -> None:
    journal = Journal(tmp_path, "eu")
    if here is not None:
        journal.head_file.parent.mkdir()
        journal.head_file.write_bytes(head_text(Head(here, EARLIER)))
    head = JournalHead(remembered, LATER) if remembered is not None else None
    assert expected == last_seen(journal, Memory(pointer=Record(Pointer(journal=head))))


def test_a_head_file_that_is_none_tells_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "eu")
    journal.head_file.parent.mkdir()
    journal.head_file.write_bytes(b"torn")
    assert None is last_seen(journal, Memory())
