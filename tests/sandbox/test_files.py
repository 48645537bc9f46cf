import pytest
import requests

from tests.sandbox.media import ACKNOWLEDGE, CREATE, DELETE, LIST, UPDATE, created, file, picture, png, uploaded


@pytest.fixture
def fast(server, store):
    server.put(store.shop["name"], media_processing_ms=0)
    return store


def an_image(store, name="front", **fields):
    made = created(store, {"originalSource": picture(name), "contentType": "IMAGE", **fields})[0]
    return file(store, made["id"])


def found(store, query=None, **fields):
    return [row["alt"] for row in store.run(LIST, query=query, **fields)["files"]["nodes"]]


def test_a_file_is_uploaded_then_processed_then_ready(server, store):
    server.put(store.shop["name"], media_processing_ms=3_600_000)
    made = created(store, {"originalSource": picture("front"), "alt": "Front"})[0]
    looked = file(store, made["id"])
    server.put(store.shop["name"], media_processing_ms=0)
    ready = an_image(store, "back")
    assert ("MediaImage", "UPLOADED", None) == (made["__typename"], made["fileStatus"], made["image"])
    assert {"status": "UPLOADED", "image": None} == made["preview"]
    assert ("PROCESSING", None, None) == (looked["fileStatus"], looked["image"], looked["mimeType"])
    assert ("READY", "image/png") == (ready["fileStatus"], ready["mimeType"])
    assert (600, 400, None) == tuple(ready["image"][name] for name in ("width", "height", "thumbhash"))
    assert ready["image"]["url"] == ready["preview"]["image"]["url"]


def test_an_address_is_the_servers_own_and_tells_name_and_time(fast):
    url = an_image(fast)["image"]["url"]
    start = f"{fast.server_url}{fast.shop['url_path']}/cdn/shop/files/front.png?v="
    assert url.startswith(start)
    assert url.removeprefix(start).isdigit()


def test_a_name_that_is_taken_gets_a_random_part(fast):
    first, second = (an_image(fast)["image"]["url"].partition("?")[0].rpartition("/")[2] for _ in range(2))
    assert "front.png" == first
    assert second.startswith("front_")
    assert (len("front_.png") + 36, ".png") == (len(second), second[-4:])


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("https://images.example/a.png", "MediaImage"),
        ("https://images.example/600x400/png", "MediaImage"),
        ("https://files.example/a.pdf", "GenericFile"),
        ("https://files.example/a", "GenericFile"),
        ("https://files.example/a.glb", "GenericFile"),
        ("https://files.example/a.mp4", "Video"),
    ],
)
def test_a_type_that_is_left_out_follows_from_the_source(fast, source, kind):
    assert kind == created(fast, {"originalSource": source})[0]["__typename"]


def test_a_document_has_an_address_once_it_is_ready(fast):
    made = created(fast, {"originalSource": "https://files.example/terms.pdf", "contentType": "FILE"})[0]
    ready = file(fast, made["id"])
    assert (None, "READY", "application/pdf") == (made["url"], ready["fileStatus"], ready["mimeType"])
    assert "/files/terms.pdf?v=" in ready["url"]


@pytest.mark.parametrize(
    ("source", "host", "origin", "embed"),
    [
        (
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=x",
            "YOUTUBE",
            "https://youtu.be/dQw4w9WgXcQ",
            "https://www.youtube.com/embed/dQw4w9WgXcQ",
        ),
        (
            "https://vimeo.com/76979871",
            "VIMEO",
            "https://vimeo.com/76979871",
            "https://player.vimeo.com/video/76979871",
        ),
    ],
)
def test_an_external_video_is_known_by_its_link(fast, source, host, origin, embed):
    made = created(fast, {"originalSource": source, "contentType": "EXTERNAL_VIDEO"})[0]
    ready = file(fast, made["id"])
    assert (host, origin, embed, embed) == tuple(
        ready[name] for name in ("host", "originUrl", "embedUrl", "embeddedUrl")
    )
    assert "READY" == ready["fileStatus"]


CREATE_REFUSALS = [
    ({"originalSource": "data:image/png;base64,x"}, "originalSource", "INVALID_IMAGE_SOURCE_URL"),
    ({"originalSource": "ftp://a.example/b.png"}, "originalSource", "INVALID_IMAGE_SOURCE_URL"),
    ({"filename": "a.jpg"}, "filename", "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE"),
    ({"filename": "a.PNG"}, "filename", "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE"),
    ({"duplicateResolutionMode": "REPLACE"}, "duplicateResolutionMode", "INVALID_DUPLICATE_MODE_FOR_TYPE"),
    (
        {"duplicateResolutionMode": "REPLACE", "contentType": "IMAGE"},
        "filename",
        "MISSING_FILENAME_FOR_DUPLICATE_MODE_REPLACE",
    ),
    ({"contentType": "EXTERNAL_VIDEO"}, "originalSource", "INVALID"),
    ({"alt": "a" * 513}, "alt", "ALT_VALUE_LIMIT_EXCEEDED"),
    ({"originalSource": "x", "filename": "a.jpg", "alt": "a" * 513}, "originalSource", "INVALID_IMAGE_SOURCE_URL"),
]


@pytest.mark.parametrize(("given", "place", "code"), CREATE_REFUSALS)
def test_a_file_that_cannot_be_is_refused_with_all_others(shared, given, place, code):
    before = found(shared)
    refused = shared.refusal(
        CREATE, files=[{"originalSource": picture("good")}, {"originalSource": picture("a"), **given}]
    )
    assert [(code, ["files", "1", place])] == [(one["code"], one["field"]) for one in refused["userErrors"]]
    assert ([], before) == (refused["files"], found(shared))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("https://a.example/" + "a" * 2_048, "originalSource is too long (maximum is 2048)"),
        ("", "originalSource is too short (minimum is 1)"),
    ],
)
def test_the_length_of_a_source_is_a_top_level_error(shared, source, message):
    answer = shared.answer(CREATE, files=[{"originalSource": source}])
    expected = {"code": "INVALID_FIELD_ARGUMENTS"}
    assert ({"fileCreate": None}, message) == (answer["data"], answer["errors"][0]["message"])
    assert expected == answer["errors"][0]["extensions"]


def test_raising_an_error_for_a_taken_name_fails_the_file(fast):
    an_image(fast, filename="taken.png")
    again = an_image(fast, filename="taken.png", duplicateResolutionMode="RAISE_ERROR")
    assert ("FAILED", ["DUPLICATE_FILENAME_ERROR"]) == (
        again["fileStatus"],
        [one["code"] for one in again["fileErrors"]],
    )


def test_replacing_keeps_the_file_its_name_and_its_text(fast):
    first = an_image(fast, filename="hero.png", alt="Old")
    again = an_image(
        fast,
        originalSource=picture("other", "300x200"),
        filename="hero.png",
        alt="New",
        duplicateResolutionMode="REPLACE",
    )
    assert (first["id"], "Old", 300) == (again["id"], again["alt"], again["image"]["width"])
    assert "/files/hero.png?v=" in again["image"]["url"]


def test_new_content_hides_the_image_until_it_is_ready_and_keeps_the_preview(server, fast):
    before = an_image(fast)
    server.put(fast.shop["name"], media_processing_ms=3_600_000)
    given = {"id": before["id"], "originalSource": picture("other", "300x200")}
    changed = fast.mutate(UPDATE, files=[given])["files"][0]
    looked = file(fast, before["id"])
    assert ("READY", None) == (changed["fileStatus"], changed["image"])
    assert ("READY", None, changed["preview"]) == (looked["fileStatus"], looked["image"], looked["preview"])
    was, now = (one["preview"]["image"]["url"].partition("?v=") for one in (before, changed))
    assert (was[0], True) == (now[0], int(now[2]) > int(was[2]))


def test_new_content_becomes_the_image(fast):
    before = an_image(fast)
    fast.mutate(UPDATE, files=[{"id": before["id"], "originalSource": picture("other", "300x200")}])
    after = file(fast, before["id"])
    assert (300, 200) == (after["image"]["width"], after["image"]["height"])


def test_new_content_that_cannot_be_had_fails_the_file_until_that_is_acknowledged(fast):
    before = an_image(fast)
    fast.mutate(UPDATE, files=[{"id": before["id"], "originalSource": "https://images.example/no-image"}])
    failed = file(fast, before["id"])
    refused = fast.refusal(UPDATE, files=[{"id": before["id"], "alt": "x"}])
    fast.mutate(ACKNOWLEDGE, ids=[before["id"]])
    after = file(fast, before["id"])
    assert ("FAILED", None, [{"code": "IMAGE_DOWNLOAD_FAILURE"}]) == (
        failed["fileStatus"],
        failed["image"],
        failed["mediaErrors"],
    )
    assert ["INVALID_FAILED_MEDIA_STATE"] == [one["code"] for one in refused["userErrors"]]
    assert ("READY", [], 600) == (after["fileStatus"], after["fileErrors"], after["image"]["width"])


def test_a_file_that_is_not_ready_can_be_neither_changed_nor_acknowledged(server, store):
    server.put(store.shop["name"], media_processing_ms=3_600_000)
    made = created(store, {"originalSource": picture("front")})[0]
    changed = store.refusal(UPDATE, files=[{"id": made["id"], "alt": "x"}])
    acknowledged = store.refusal(ACKNOWLEDGE, ids=[made["id"]])
    assert {"code": "NON_READY_STATE", "field": ["files"], "message": "Non-ready files cannot be updated."} == changed[
        "userErrors"
    ][0]
    message = f"File with id {made['id']} is not in the READY state."
    assert [{"code": "NON_READY_STATE", "field": ["fileIds"], "message": message}] == acknowledged["userErrors"]


def test_a_name_may_change_but_not_its_extension(fast):
    image = an_image(fast)
    renamed = fast.mutate(UPDATE, files=[{"id": image["id"], "filename": "hero.png"}])["files"][0]
    refused = [
        fast.refusal(UPDATE, files=[{"id": image["id"], "filename": name}])["userErrors"][0]["code"]
        for name in ("hero.gif", "hero.PNG", "hero")
    ]
    assert "/files/hero.png?v=" in renamed["image"]["url"]
    assert ["INVALID_FILENAME_EXTENSION"] * 3 == refused


def test_a_name_that_another_file_has_is_refused(fast):
    an_image(fast, filename="taken.png")
    image = an_image(fast)
    refused = fast.refusal(UPDATE, files=[{"id": image["id"], "filename": "taken.png"}])
    assert ["FILENAME_ALREADY_EXISTS"] == [one["code"] for one in refused["userErrors"]]


def test_missing_files_refuse_the_batch_before_anything_else(fast):
    image = an_image(fast, alt="Old")
    missing = ["gid://shopify/MediaImage/1", image["id"].replace("MediaImage", "Video")]
    rows = [{"id": image["id"], "alt": "New"}, *({"id": one, "alt": "a" * 513} for one in missing)]
    refused = fast.refusal(UPDATE, files=rows)
    message = f'File id ["{missing[0]}", "{missing[1]}"] does not exist.'
    expected = {"code": "FILE_DOES_NOT_EXIST", "field": ["files"], "message": message}
    assert ([expected], "Old") == (refused["userErrors"], file(fast, image["id"])["alt"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"alt": "a" * 513}, [("ALT_VALUE_LIMIT_EXCEEDED", "alt")]),
        ({"originalSource": "no-url"}, [("INVALID_IMAGE_SOURCE_URL", "previewImageSource")]),
        (
            {"originalSource": picture("a"), "previewImageSource": picture("b")},
            [("INVALID", "originalSource"), ("INVALID", "previewImageSource")],
        ),
    ],
)
def test_a_row_that_is_wrong_leaves_the_others_be_saved(fast, given, expected):
    bad, good = an_image(fast), an_image(fast)
    refused = fast.refusal(UPDATE, files=[{"id": bad["id"], **given}, {"id": good["id"], "alt": "New"}])
    assert [(code, ["files", "0", place]) for code, place in expected] == [
        (one["code"], one["field"]) for one in refused["userErrors"]
    ]
    assert [(good["id"], "New")] == [(one["id"], one["alt"]) for one in refused["files"]]
    assert ("", "New") == (file(fast, bad["id"])["alt"], file(fast, good["id"])["alt"])


def test_a_file_is_deleted_by_its_number_whatever_its_id_says(fast):
    image = an_image(fast)
    gone = fast.mutate(DELETE, ids=[image["id"].replace("MediaImage", "Video")])
    assert ([image["id"]], None) == (gone["deletedFileIds"], file(fast, image["id"]))


def test_deleting_what_is_not_there_deletes_nothing(fast):
    image = an_image(fast)
    missing = ["gid://shopify/MediaImage/1", "gid://shopify/GenericFile/2"]
    refused = fast.refusal(DELETE, ids=[image["id"], *missing])
    expected = {
        "code": "FILE_DOES_NOT_EXIST",
        "field": ["fileIds"],
        "message": f"File id {','.join(missing)} does not exist.",
    }
    assert ([expected], None, image) == (refused["userErrors"], refused["deletedFileIds"], file(fast, image["id"]))


def test_files_are_listed_paged_and_searched(fast):
    for name in "cab":
        an_image(fast, name, alt=name)
    created(fast, {"originalSource": "https://files.example/d.pdf", "contentType": "FILE", "alt": "d"})
    assert ["c", "a", "b", "d"] == found(fast)
    assert ["d", "b"] == found(fast, reverse=True, first=2)
    page = fast.run(LIST, first=3, sortKey="FILENAME")["files"]
    rest = fast.run(LIST, first=3, sortKey="FILENAME", after=page["pageInfo"]["endCursor"])["files"]
    assert ["a", "b", "c", "d"] == [row["alt"] for part in (page, rest) for row in part["nodes"]]
    assert ["c", "a", "b"] == found(fast, "media_type:IMAGE")
    assert [["a"], ["a", "b"]] == [found(fast, text) for text in ("filename:a*", "filename:a.png OR filename:b.png")]
    assert [["d"], []] == [found(fast, text) for text in ("media_type:GENERIC_FILE status:READY", "status:FAILED")]


def test_nobody_saves_searches(shared):
    query = "{ fileSavedSearches(first: 5) { nodes { id name query } pageInfo { hasNextPage startCursor } } }"
    expected = {"nodes": [], "pageInfo": {"hasNextPage": False, "startCursor": None}}
    assert expected == shared.run(query)["fileSavedSearches"]


def test_sizes_are_searched_in_units(fast):
    url = uploaded(fast, png())
    an_image(fast, originalSource=url, alt="small")
    an_image(fast, alt="unknown")
    assert [["small"], []] == [found(fast, f"original_upload_size:{text}") for text in ("<1KB", ">=1KB")]


def test_a_name_is_found_when_its_file_is_ready(server, store):
    server.put(store.shop["name"], media_processing_ms=3_600_000)
    created(store, {"originalSource": picture("front"), "alt": "x"})
    assert [["x"], []] == [found(store), found(store, "filename:front*")]


def test_a_size_that_is_asked_for_is_part_of_the_address(fast):
    image = an_image(fast)
    query = """query F($id: ID!) { node(id: $id) { ... on MediaImage { image { url
      small: url(transform: {maxWidth: 100, maxHeight: 50, crop: TOP, scale: 2, preferredContentType: WEBP}) } } } }"""
    shown = fast.run(query, id=image["id"])["node"]["image"]
    assert shown["url"] + "&width=200&height=100&crop=top&format=webp" == shown["small"]


@pytest.mark.parametrize(
    ("scopes", "asked", "missing"),
    [
        (["write_products"], LIST, "read_files"),
        (["read_files"], "mutation { fileDelete(fileIds: []) { deletedFileIds } }", "write_files"),
    ],
)
def test_files_need_their_scopes(server, scopes, asked, missing):
    store = server.shop(f"scoped-{missing.replace('_', '-')}", scopes=scopes)
    assert missing in store.answer(asked)["errors"][0]["extensions"]["requiredAccess"]


def test_showing_a_file_on_a_product_needs_the_scope_for_products(server):
    store = server.shop("files-only", scopes=["write_files"], media_processing_ms=0)
    image = an_image(store)
    answer = store.answer(UPDATE, files=[{"id": image["id"], "referencesToAdd": ["gid://shopify/Product/1"]}])
    assert "Access denied: Missing permission to manage products." == answer["errors"][0]["message"]


def test_the_files_of_a_removed_shop_are_gone_with_it(server):
    store = server.shop("with-files", media_processing_ms=0)
    image = an_image(store, originalSource=uploaded(store, png()))
    before = requests.get(image["image"]["url"], timeout=9).status_code
    requests.delete(f"{server.url}/_sandbox/shops/with-files", timeout=9)
    after = requests.get(image["image"]["url"], timeout=9).status_code
    server.shop("with-files")
    assert (200, 404, 404) == (before, after, requests.get(image["image"]["url"], timeout=9).status_code)


@pytest.mark.parametrize("wished", [-1, "300", 1.5])
def test_a_processing_time_is_whole_milliseconds(server, wished):
    answer = server.put("times", media_processing_ms=wished)
    assert (400, True) == (answer.status_code, "media_processing_ms" in answer.json()["error"])


def test_a_file_that_is_made_to_fail_says_why_and_others_do_not(fast):
    fault = {"kind": "media_fails", "contains": "front", "code": "IMAGE_DOWNLOAD_FAILURE", "times": 1}
    faults = f"{fast.server_url}/_sandbox/shops/{fast.shop['name']}/faults"
    assert 200 == requests.put(faults, json={"faults": [fault]}, timeout=9).status_code
    back, front, again = (an_image(fast, name) for name in ("back", "front", "front"))
    assert ["READY", "FAILED", "READY"] == [one["fileStatus"] for one in (back, front, again)]
    assert ["IMAGE_DOWNLOAD_FAILURE"] == [error["code"] for error in front["fileErrors"]]
