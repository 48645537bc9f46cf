"""Where the content of files comes from: uploads, this machine, the store's own files, and what is out of reach."""

import struct
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests

from tests.sandbox.media import created, file, picture, png, uploaded

JPEG = (
    b"\xff\xd8\xff\xe0"
    + struct.pack(">H", 16)
    + b"JFIF\0\1\1\0\0\1\0\1\0\0"
    + b"\xff\xc0"
    + struct.pack(">HBHHB", 11, 8, 5, 7, 1)
    + b"\1\x11\0"
)
GIF = b"GIF89a" + struct.pack("<HH", 7, 5) + b"\0\0\0;"
WEBP_LOSSY = b"RIFF\0\0\0\0WEBPVP8 " + b"\0" * 7 + b"\x9d\x01\x2a" + struct.pack("<HH", 7, 5)
WEBP_LOSSLESS = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + struct.pack("<I", 6 | 4 << 14)
WEBP_EXTENDED = b"RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0" + b"\6\0\0" + b"\4\0\0"
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 20 + b"ispe\0\0\0\0" + struct.pack(">II", 7, 5)
BMP = b"BM" + b"\0" * 16 + struct.pack("<ii", 7, -5)
PSD = b"8BPS\0\1" + b"\0" * 8 + struct.pack(">II", 5, 7)


PAGES = {
    "/a.png": (200, "image/png", png(9, 8)),
    "/page.png": (200, "text/html", b"<html>no image</html>"),
    "/broken.png": (200, "image/png", png()[:20]),
    "/huge.png": (200, "image/png", png() + b"\0" * 20 * 1024 * 1024),
    "/many.png": (200, "image/png", png()[:16] + struct.pack(">II", 6_000, 5_000)),
    "/long.png": (200, "image/png", png(400, 4)),
    "/wide.png": (200, "image/png", png(405, 4)),
    "/terms.pdf": (200, "application/pdf", b"%PDF-1.7"),
}


class _Site(BaseHTTPRequestHandler):
    def do_GET(self):
        status, kind, content = PAGES.get(self.path, (404, "text/plain", b""))
        if self.path == "/away":
            self.send_response(302)
            # No address of this machine by its name, though it leads here.
            self.send_header("location", f"http://0.0.0.0:{self.connection.getsockname()[1]}/a.png")
        else:
            self.send_response(status)
            self.send_header("content-type", kind)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    server = HTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def fast(server):
    return server.shop("sources", media_processing_ms=0)


def ready(store, source, **fields):
    return file(store, created(store, {"originalSource": source, "contentType": "IMAGE", **fields})[0]["id"])


def codes(one):
    return [error["code"] for error in one["fileErrors"]]


def test_an_image_on_this_machine_is_fetched_and_served(fast, site):
    image = ready(fast, f"{site}/a.png")
    answer = requests.get(image["image"]["url"], timeout=9)
    assert (9, 8, len(png(9, 8))) == (
        image["image"]["width"],
        image["image"]["height"],
        image["originalSource"]["fileSize"],
    )
    assert (200, "image/png", png(9, 8)) == (answer.status_code, answer.headers["content-type"], answer.content)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/missing.png", "IMAGE_DOWNLOAD_FAILURE"),
        ("/away", "IMAGE_DOWNLOAD_FAILURE"),
        ("/page.png", "UNSUPPORTED_IMAGE_FILE_TYPE"),
        ("/broken.png", "IMAGE_PROCESSING_FAILURE"),
        ("/huge.png", "INVALID_IMAGE_FILE_SIZE"),
        ("/many.png", "INVALID_IMAGE_RESOLUTION"),
        ("/wide.png", "INVALID_IMAGE_ASPECT_RATIO"),
    ],
)
def test_what_is_no_fit_image_fails_with_a_code(fast, site, path, code):
    failed = ready(fast, f"{site}{path}")
    assert ("FAILED", [code], None) == (failed["fileStatus"], codes(failed), failed["image"])
    assert failed["fileErrors"][0]["message"]


def test_an_image_as_long_as_allowed_is_taken(fast, site):
    assert "READY" == ready(fast, f"{site}/long.png")["fileStatus"]


def test_an_address_that_nobody_listens_on_fails(fast):
    assert ["IMAGE_DOWNLOAD_FAILURE"] == codes(ready(fast, "http://127.0.0.1:9/a.png"))


@pytest.mark.parametrize(
    ("path", "expected"), [("/terms.pdf", []), ("/missing.pdf", ["GENERIC_FILE_DOWNLOAD_FAILURE"])]
)
def test_a_document_on_this_machine_is_fetched(fast, site, path, expected):
    one = ready(fast, f"{site}{path}", contentType="FILE")
    assert expected == codes(one)
    if not expected:
        assert (b"%PDF-1.7", 8) == (requests.get(one["url"], timeout=9).content, one["originalFileSize"])


@pytest.mark.parametrize(
    ("name", "mime_type", "content", "size"),
    [
        ("a.png", "image/png", png(7, 5), (7, 5)),
        ("a.jpg", "image/jpeg", JPEG, (7, 5)),
        ("a.gif", "image/gif", GIF, (7, 5)),
        ("a.webp", "image/webp", WEBP_LOSSY, (7, 5)),
        ("a.webp", "image/webp", WEBP_LOSSLESS, (7, 5)),
        ("a.webp", "image/webp", WEBP_EXTENDED, (7, 5)),
        ("a.heic", "image/heic", HEIC, (7, 5)),
        ("a.bmp", "image/bmp", BMP, (7, 5)),
        ("a.psd", "image/vnd.adobe.photoshop", PSD, (7, 5)),
        ("a.svg", "image/svg+xml", b'<?xml version="1.0"?>\n<svg xmlns="x"/>', (None, None)),
    ],
)
def test_an_uploaded_image_is_measured(fast, name, mime_type, content, size):
    image = ready(fast, uploaded(fast, content, filename=name, mimeType=mime_type))
    assert (mime_type, size) == (image["mimeType"], (image["image"]["width"], image["image"]["height"]))
    assert content == requests.get(image["image"]["url"], timeout=9).content


def test_the_bytes_and_not_the_name_say_what_an_image_is(fast):
    image = ready(fast, uploaded(fast, JPEG, filename="a.png", mimeType="image/png"))
    assert "image/jpeg" == image["mimeType"]


@pytest.mark.parametrize(
    ("source", "size"),
    [
        (picture("a", "320x200"), (320, 200)),
        ("https://images.example/a.jpg", (1_024, 1_024)),
        ("https://images.example/20x30/png?text=a", (20, 30)),
    ],
)
def test_an_image_out_of_reach_is_believed_and_has_no_bytes(fast, source, size):
    image = ready(fast, source)
    assert ("READY", size) == (image["fileStatus"], (image["image"]["width"], image["image"]["height"]))
    assert (None, 404) == (
        image["originalSource"]["fileSize"],
        requests.get(image["image"]["url"], timeout=9).status_code,
    )


def test_an_address_out_of_reach_that_names_no_image_fails(fast):
    assert ["IMAGE_DOWNLOAD_FAILURE"] == codes(ready(fast, "https://images.example/a"))


def test_a_file_of_the_store_may_be_a_source(fast):
    first = ready(fast, uploaded(fast, png(7, 5)))
    second = ready(fast, first["image"]["url"])
    assert (7, 5) == (second["image"]["width"], second["image"]["height"])
    assert png(7, 5) == requests.get(second["image"]["url"], timeout=9).content


def test_a_file_that_the_store_does_not_have_is_no_source(fast):
    url = f"{fast.server_url}{fast.shop['url_path']}/cdn/shop/files/none.png?v=1"
    assert ["IMAGE_DOWNLOAD_FAILURE"] == codes(ready(fast, url))


def test_a_target_that_nothing_was_sent_to_is_no_source(fast):
    url = f"{fast.server_url}{fast.shop['url_path']}/staged_uploads/tmp/1/files/x/a.png"
    assert ["IMAGE_DOWNLOAD_FAILURE"] == codes(ready(fast, url))


@pytest.mark.parametrize("content_type", ["VIDEO", "MODEL_3D"])
def test_a_video_or_model_must_have_been_uploaded(fast, content_type):
    assert ["INVALID_SIGNED_URL"] == codes(ready(fast, "https://files.example/a.mp4", contentType=content_type))


def test_an_uploaded_model_is_its_own_source(fast):
    fields = {"resource": "MODEL_3D", "filename": "chair.glb", "mimeType": "model/gltf-binary", "fileSize": "4"}
    model = ready(fast, uploaded(fast, b"glTF", **fields), contentType="MODEL_3D")
    (source,) = model["sources"]
    assert ("READY", "chair.glb") == (model["fileStatus"], model["filename"])
    assert ("glb", "model/gltf-binary", 4) == (source["format"], source["mimeType"], source["filesize"])
    assert b"glTF" == requests.get(source["url"], timeout=9).content
