import pytest
import requests

from tests.sandbox.media import STAGE, created, file, png, sent, staged


@pytest.fixture(scope="module")
def fast(server):
    return server.shop("uploads", media_processing_ms=0)


def parameters(target):
    return {one["name"]: one["value"] for one in target["parameters"]}


def test_a_put_is_what_nothing_else_is_asked_for(fast):
    given = {"resource": "IMAGE", "filename": "a.png", "mimeType": "image/png"}
    target = fast.mutate(STAGE, input=[given])["stagedTargets"][0]
    assert {"content_type": "image/png", "acl": "private"} == parameters(target)
    assert target["url"] == target["resourceUrl"]
    assert "X-Goog-Signature=" in target["url"]


def test_a_form_has_its_fields_in_order(fast):
    target = staged(fast)
    signed = ["x-goog-date", "x-goog-credential", "x-goog-algorithm", "x-goog-signature", "policy"]
    expected = ["Content-Type", "success_action_status", "acl", "key", *signed]
    assert expected == [one["name"] for one in target["parameters"]]
    assert target["url"] + parameters(target)["key"] == target["resourceUrl"]


def test_variables_of_a_bulk_operation_have_a_key_and_no_address_of_their_own(fast):
    target = staged(fast, resource="BULK_MUTATION_VARIABLES", filename="in.jsonl", mimeType="text/jsonl")
    key = parameters(target)["key"]
    assert target["url"] == target["resourceUrl"]
    number = fast.shop["shop_id"].rpartition("/")[2]
    assert (True, True) == (key.startswith(f"tmp/{number}/bulk/"), key.endswith("/in.jsonl"))
    assert 201 == sent(target, b'{"a": 1}\n').status_code


@pytest.mark.parametrize(("method", "status"), [("PUT", 200), ("POST", 201)])
def test_what_was_sent_is_a_source(fast, method, status):
    target = staged(fast, httpMethod=method, filename=f"By {method}.png")
    answer = sent(target, png(7, 5))
    image = file(fast, created(fast, {"originalSource": target["resourceUrl"]})[0]["id"])
    assert status == answer.status_code
    assert ("READY", 7) == (image["fileStatus"], image["image"]["width"])
    assert f"/files/By_{method}.png?v=" in image["image"]["url"]
    assert png(7, 5) == requests.get(image["image"]["url"], timeout=9).content


def test_a_video_is_uploaded_by_a_form_of_its_own(fast):
    target = staged(fast, resource="VIDEO", filename="a.mp4", mimeType="video/mp4", fileSize="5")
    assert ["GoogleAccessId", "key", "policy", "signature"] == list(parameters(target))
    assert 204 == sent(target, b"video").status_code
    video = file(fast, created(fast, {"originalSource": target["resourceUrl"]})[0]["id"])
    assert ("Video", "READY", "a.mp4") == (video["__typename"], video["fileStatus"], video["filename"])


def test_a_target_may_be_filled_again(fast):
    target = staged(fast)
    sent(target, png(1, 1))
    sent(target, png(2, 2))
    image = file(fast, created(fast, {"originalSource": target["resourceUrl"]})[0]["id"])
    assert 2 == image["image"]["width"]


def test_bytes_without_the_signature_are_refused(fast):
    put, form = staged(fast, httpMethod="PUT"), staged(fast)
    fields = {**parameters(form), "x-goog-signature": "guessed"}
    answers = [
        requests.put(put["url"].partition("?")[0], data=b"x", timeout=9),
        requests.put(put["url"].replace("Signature=", "Signature=0"), data=b"x", timeout=9),
        requests.post(form["url"], data=fields, files={"file": ("a", b"x")}, timeout=9),
        requests.post(form["url"], data={**parameters(form), "key": "other"}, files={"file": ("a", b"x")}, timeout=9),
    ]
    assert [403] * 4 == [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"content-type": "application/json"}, b"{}"),
        (
            {"content-type": "multipart/form-data; boundary=x"},
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--',
        ),
        ({"content-type": "multipart/form-data; boundary=x"}, b"nothing"),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(fast, headers, body):
    assert 400 == requests.post(staged(fast)["url"], data=body, headers=headers, timeout=9).status_code


def test_a_file_may_hold_what_looks_like_a_form(fast):
    target = staged(fast, resource="FILE", filename="a.txt", mimeType="text/plain")
    content = b'\r\n\r\n--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nother\r\n'
    sent(target, content)
    one = file(fast, created(fast, {"originalSource": target["resourceUrl"], "contentType": "FILE"})[0]["id"])
    assert content == requests.get(one["url"], timeout=9).content


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"resource": "VIDEO", "mimeType": "video/mp4"}, "fileSize"),
        ({"resource": "MODEL_3D", "mimeType": "model/gltf-binary"}, "fileSize"),
        ({"mimeType": "application/pdf"}, "mimeType"),
        ({"resource": "COLLECTION_IMAGE", "mimeType": "x"}, "mimeType"),
        ({"fileSize": "20971521"}, "fileSize"),
        ({"resource": "BULK_MUTATION_VARIABLES", "mimeType": "text/jsonl", "fileSize": "104857601"}, "fileSize"),
    ],
)
def test_a_target_that_is_refused_keeps_its_place(fast, given, place):
    good = {"resource": "FILE", "filename": "a.any", "mimeType": "any/thing"}
    bad = {"resource": "IMAGE", "filename": "a.png", "mimeType": "image/png", **given}
    refused = fast.refusal(STAGE, input=[bad, good])
    assert [["input", "0", place]] == [one["field"] for one in refused["userErrors"]]
    assert {"url": None, "resourceUrl": None, "parameters": []} == refused["stagedTargets"][0]
    assert refused["stagedTargets"][1]["url"]


def test_a_size_that_is_no_number_is_refused_as_a_variable(fast):
    given = {"resource": "FILE", "filename": "a", "mimeType": "a/b", "fileSize": "-1"}
    assert "INVALID_VARIABLE" == fast.answer(STAGE, input=[given])["errors"][0]["extensions"]["code"]
