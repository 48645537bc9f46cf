"""Places where clients may put bytes before a mutation uses them: the rows; the bytes themselves are in ``blobs``."""

from dataclasses import dataclass

from reconciler.sandbox.storage.database import Database
from reconciler.sandbox.storage.table import Table


@dataclass(slots=True)
class StagedUpload:
    """A target that was handed out; ``digest`` names the bytes once they came."""

    id: int
    key: str  # what the target's ``key`` parameter says, and the path of its address
    resource: str
    filename: str
    mime_type: str
    signature: str
    created_at: str
    digest: str | None = None
    size: int | None = None


STAGED_UPLOADS = Table("staged_uploads", StagedUpload, StagedUpload)


def staged_upload(database: Database, key: str) -> StagedUpload | None:
    """Return the target with this key, or None; its bytes are ``database.blobs.path(upload.digest)``."""
    found = STAGED_UPLOADS.select(database, "WHERE key = ?", (key,))
    return found[0] if found else None
