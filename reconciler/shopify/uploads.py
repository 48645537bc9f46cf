"""Uploads: files of the repository on their way into a store. Shopify: ``stagedUploadsCreate``, then a POST.

A staged file is only a source: nothing is in the store before a mutation names its address. So a file is staged once a
run, however many mutations bring it along (twice, where two do at the same moment), and trying again does no harm.
(shopify.dev, stagedUploadsCreate, 2026-10)
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from urllib3.filepost import encode_multipart_formdata

from reconciler.model.json import Json, JsonObject
from reconciler.shopify.batches import in_batches
from reconciler.shopify.codec import Mutation, Upload
from reconciler.shopify.errors import UploadFailed
from reconciler.shopify.wire import Broken, Received, Wire
from reconciler.shopify.writer import Answer

STAGE: Final = """\
mutation StageUploads($input: [StagedUploadInput!]!) {
  stagedUploadsCreate(input: $input) {
    stagedTargets { url resourceUrl parameters { name value } }
    userErrors { field message }
  }
}"""
_AGAIN: Final = "run apply again; if it stays, report it"
_AT_ONCE: Final = 50
_ATTEMPTS: Final = 3
Post = Callable[[str, bytes, Mapping[str, str]], Received | Broken]


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a file is sent to."""

    url: str
    address: str
    """What the mutation that brings it along calls it."""
    parameters: tuple[tuple[str, str], ...]


class Client(Protocol):
    """What uploading needs of a client."""

    @property
    def store(self) -> str:
        """The store's name."""

    def mutate(self, mutation: Mutation) -> Answer:
        """Return the answer, userErrors and all, or raise a ShopError."""


class UploadingSender:
    """A sender that uploads what a mutation brings along, before it sends it."""

    def __init__(self, client: Client, content: Callable[[str], bytes], post: Post | None = None) -> None:
        self._client = client
        self._content = content
        self._post = post or post_file
        self._addresses: dict[str, str] = {}

    def mutate(self, mutation: Mutation) -> Answer:
        """Return the answer. Raises UploadFailed when a file could not be brought there."""
        return self._client.mutate(self.staged(mutation))

    def staged(self, mutation: Mutation) -> Mutation:
        """Return a mutation with its files in the store. Raises as ``mutate``."""
        missing = {each.stand_in: each for each in mutation.uploads if each.stand_in not in self._addresses}
        uploads = list(missing.values())
        for few in in_batches(uploads, _AT_ONCE):
            self._upload(few)
        if mutation.uploads:
            addresses = {each.stand_in: self._addresses[each.stand_in] for each in mutation.uploads}
            return replace(mutation, variables=_filled_in(mutation.variables, addresses), uploads=())
        return mutation

    def staged_lines(self, name: str, content: bytes) -> str:
        """Return the path of a file of variables, once it is in the store. Raises UploadFailed."""
        upload = Upload("", name, "", "text/jsonl", name, "BULK_MUTATION_VARIABLES")
        (target,) = self._targets([upload], [content])
        self._send(upload, content, target)
        path = dict(target.parameters).get("key")
        if path is None:
            raise UploadFailed(self._client.store, f"it does not name the path of {name}, which was uploaded", _AGAIN)
        return path

    def _upload(self, uploads: Sequence[Upload]) -> None:
        contents = [self._read(upload) for upload in uploads]
        for upload, content, target in zip(uploads, contents, self._targets(uploads, contents), strict=True):
            self._send(upload, content, target)
            self._addresses[upload.stand_in] = target.address

    def _read(self, upload: Upload) -> bytes:
        content = self._content(upload.file)
        if hashlib.sha256(content).hexdigest() != upload.sha256:
            cause = f"{upload.file} changed after the plan was made"
            raise UploadFailed(self._client.store, cause, "run plan again")
        return content

    def _targets(self, uploads: Sequence[Upload], contents: Sequence[bytes]) -> Sequence[_Target]:
        rows: list[Json] = [
            {
                "resource": upload.resource,
                "filename": upload.filename,
                "mimeType": upload.mime_type,
                "httpMethod": "POST",
                "fileSize": str(len(content)),
            }
            for upload, content in zip(uploads, contents, strict=True)
        ]
        answer = self._client.mutate(Mutation("stagedUploadsCreate", STAGE, {"input": rows}, ()))
        files = ", ".join(upload.file for upload in uploads)
        try:
            payload = answer.data["stagedUploadsCreate"]
            refusals = [str(error["message"]) for error in payload["userErrors"]]
            targets = [] if refusals else [_target(each) for each in payload["stagedTargets"]]
        except (LookupError, TypeError) as error:
            cause = f"it names no place to upload {files} to: its answer does not fit ({type(error).__name__})"
            raise UploadFailed(self._client.store, cause, _AGAIN) from error
        if refusals:
            cause = f"the store takes no upload of {files}: {'; '.join(refusals)}"
            raise UploadFailed(self._client.store, cause, "change the file")
        if len(targets) != len(uploads):
            cause = f"it names {len(targets)} places to upload {len(uploads)} files to: {files}"
            raise UploadFailed(self._client.store, cause, _AGAIN)
        return targets

    def _send(self, upload: Upload, content: bytes, target: _Target) -> None:
        fields = list(target.parameters)
        body, content_type = encode_multipart_formdata(
            [*fields, ("file", (upload.filename, content, upload.mime_type))]
        )
        problem = ""
        for attempt in range(_ATTEMPTS):
            time.sleep(attempt)  # not before the first
            match self._post(target.url, body, {"Content-Type": content_type}):
                case Received(status=status) if status in range(200, 300):
                    return
                case Received(status=status):
                    problem = f"its upload was refused ({status})"
                case Broken(reason=reason):
                    problem = reason
        raise UploadFailed(self._client.store, f"{upload.file} could not be uploaded: {problem}", "run apply again")


def _target(told: Any) -> _Target:
    """Return a target as it was told. Raises LookupError and TypeError for what is none."""
    if not isinstance(told["url"], str) or not isinstance(told["resourceUrl"], str):
        raise TypeError
    parameters = tuple((str(each["name"]), str(each["value"])) for each in told["parameters"])
    return _Target(told["url"], told["resourceUrl"], parameters)


def post_file(url: str, body: bytes, headers: Mapping[str, str]) -> Received | Broken:
    """Return what became of one upload."""
    wire = Wire(url)
    try:
        return wire.post(url, body, headers)
    finally:
        wire.close()


def _filled_in(variables: JsonObject, addresses: Mapping[str, str]) -> JsonObject:
    def filled(value: Json) -> Json:
        match value:
            case str():
                return addresses.get(value, value)
            case list():
                return [filled(each) for each in value]
            case dict():
                return {name: filled(each) for name, each in value.items()}
            case _:
                return value

    return {name: filled(value) for name, value in variables.items()}
