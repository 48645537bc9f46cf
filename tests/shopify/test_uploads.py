"""Files are staged once a run, under the address that a mutation then names."""

import hashlib
from typing import Any

import pytest

from reconciler.shopify.codec import Mutation
from reconciler.shopify.errors import UploadFailed
from reconciler.shopify.image_names import upload_of
from reconciler.shopify.retry import Event
from reconciler.shopify.uploads import UploadingSender
from reconciler.shopify.wire import Broken, Received
from tests.shopify.answering import ScriptedAnswer

CONTENT = b"a picture"
UPLOAD = upload_of("catalog/a.png", hashlib.sha256(CONTENT).hexdigest(), "a-1.png")


class Shop:
    """A client that stages everything, and remembers what it was sent."""

    store = "eu"

    def __init__(self, *errors: str) -> None:
        self.errors = [{"field": ["input"], "message": text} for text in errors]
        self.sent: list[Mutation] = []

    def mutate(self, mutation: Mutation) -> ScriptedAnswer:
        self.sent.append(mutation)
        if mutation.root != "stagedUploadsCreate":
            return ScriptedAnswer({mutation.root: {"userErrors": []}})
        rows: Any = mutation.variables["input"]
        targets = [
            {
                "url": "https://up",
                "resourceUrl": f"https://up/{row['filename']}",
                "parameters": [{"name": "key", "value": "k"}],
            }
            for row in rows
        ]
        return ScriptedAnswer({"stagedUploadsCreate": {"stagedTargets": targets, "userErrors": self.errors}})


def a_mutation() -> Mutation:
    files: Any = [{"originalSource": UPLOAD.stand_in, "alt": "x"}]
    return Mutation("fileCreate", "", {"files": files}, (), uploads=(UPLOAD,))


def test_a_stand_in_becomes_the_address_of_what_was_uploaded():
    shop, bodies = Shop(), []

    def post(url: str, body: bytes, headers: Any) -> Received:
        bodies.append((url, body))
        return Received(201, {}, b"")

    sender = UploadingSender(shop, {"catalog/a.png": CONTENT}.__getitem__, post)
    sender.mutate(a_mutation())
    sender.mutate(a_mutation())
    assert ["stagedUploadsCreate", "fileCreate", "fileCreate"] == [mutation.root for mutation in shop.sent]
    assert [{"originalSource": "https://up/a-1.png", "alt": "x"}] == shop.sent[1].variables["files"]
    ((url, body),) = bodies
    assert "https://up" == url
    assert CONTENT in body
    assert b'name="key"' in body


def test_a_file_that_changed_is_not_uploaded():
    shop = Shop()
    sender = UploadingSender(shop, {"catalog/a.png": b"another"}.__getitem__, lambda *_: Received(201, {}, b""))
    with pytest.raises(UploadFailed, match=r"catalog/a\.png changed after the plan was made; run plan again"):
        sender.mutate(a_mutation())
    assert [] == shop.sent


def test_an_upload_that_the_store_does_not_take_is_told_with_its_reason():
    sender = UploadingSender(Shop("MIME type is odd"), {"catalog/a.png": CONTENT}.__getitem__)
    with pytest.raises(UploadFailed, match=r"no upload of catalog/a\.png: MIME type is odd"):
        sender.mutate(a_mutation())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(Received(403, {}, b""), "its upload was refused .403."), (Broken(Event.LOST, "the connection broke"), "broke")],
)
def test_an_upload_is_tried_again_and_then_given_up(
    monkeypatch: pytest.MonkeyPatch, answer: Received | Broken, reason: str
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    tries: list[str] = []

    def post(url: str, body: bytes, headers: Any) -> Received | Broken:
        tries.append(url)
        return answer

    shop = Shop()
    with pytest.raises(UploadFailed, match=reason):
        UploadingSender(shop, {"catalog/a.png": CONTENT}.__getitem__, post).mutate(a_mutation())
    assert 3 == len(tries)
    assert ["stagedUploadsCreate"] == [mutation.root for mutation in shop.sent]


@pytest.mark.parametrize(
    "payload",
    [
        None,
        7,
        {"userErrors": []},
        {"stagedTargets": None, "userErrors": []},
        {"stagedTargets": [], "userErrors": []},
        {"stagedTargets": [None], "userErrors": []},
        {"stagedTargets": [{"url": None, "resourceUrl": "u", "parameters": []}], "userErrors": []},
        {"stagedTargets": [{"url": "https://up", "resourceUrl": "u", "parameters": [None]}], "userErrors": []},
        {"stagedTargets": [], "userErrors": [None]},
        {"stagedTargets": [], "userErrors": None},
    ],
)
def test_a_half_answer_names_no_place_to_upload_to(payload: Any):
    class Silent(Shop):
        def mutate(self, mutation: Mutation) -> ScriptedAnswer:
            return ScriptedAnswer({mutation.root: payload})

    sender = UploadingSender(Silent(), {"catalog/a.png": CONTENT}.__getitem__)
    with pytest.raises(UploadFailed, match=r"it names .* to upload .*catalog/a.png.*run apply again"):
        sender.mutate(a_mutation())
    with pytest.raises(UploadFailed, match=r"run apply again"):
        sender.staged_lines("job.jsonl", b"{}")
