"""Searching files. Names and words are looked up in an index that knows a file only when it is done (recorded)."""

from reconciler.sandbox.search.conditions import Search
from reconciler.sandbox.search.fields import (
    Asked,
    Condition,
    Field,
    enum_field,
    number_field,
    text_field,
    time_field,
)
from reconciler.sandbox.search.syntax import Term
from reconciler.sandbox.wire.ids import parse_gid

_UNITS = {"B": 1, "KB": 1_024, "MB": 1_024**2, "GB": 1_024**3, "TB": 1_024**4}
_MEDIA_TYPES = {
    "IMAGE": "MediaImage",
    "MEDIA_IMAGE": "MediaImage",
    "VIDEO": "Video",
    "EXTERNAL_VIDEO": "ExternalVideo",
    "MODEL_3D": "Model3d",
    "MODEL3D": "Model3d",
    "FILE": "GenericFile",
    "GENERIC_FILE": "GenericFile",
}
_IS_INDEXED = "files.status IN ('READY', 'FAILED')"


def _indexed(inner: Field) -> Field:
    def condition(term: Term, asked: Asked) -> Condition:
        sql, values = inner(term, asked)
        return f"({_IS_INDEXED} AND {sql})", values

    return condition


def _ids(term: Term, _asked: Asked) -> Condition:
    parsed = [parse_gid(word.strip()) for word in term.value.split(",")]
    words = [word.strip() for word in term.value.split(",") if word.strip().isdigit()]
    numbers = [one.number for one in parsed if one and one.number is not None] + [int(word) for word in words]
    return f"files.id IN ({', '.join('?' * len(numbers))})", list(numbers)


def _media_type(term: Term, _asked: Asked) -> Condition:
    kinds = [_MEDIA_TYPES.get(word.strip().upper(), "") for word in term.value.split(",")]
    return f"files.kind IN ({', '.join('?' * len(kinds))})", list(kinds)


def _size(term: Term, _asked: Asked) -> Condition:
    text = term.value.strip().upper()
    unit = next((one for one in sorted(_UNITS, key=len, reverse=True) if text.endswith(one)), "")
    try:
        wanted = float(text.removesuffix(unit)) * _UNITS.get(unit, 1)
    except ValueError:
        return "0", []
    return f"files.size {term.sign or '='} ?", [wanted]


def _product(term: Term, _asked: Asked) -> Condition:
    parsed = parse_gid(term.value)
    text = parsed.tail if parsed else term.value
    if not text.isdigit():
        return "0", []
    return "files.id IN (SELECT m.file_id FROM product_media m WHERE m.product_id = ?)", [int(text)]


def _used_in(term: Term, _asked: Asked) -> Condition:
    used = "files.id IN (SELECT m.file_id FROM product_media m)"
    conditions = {"product": used, "none": f"NOT {used}"}
    return conditions.get(term.value.lower(), "0"), []


FILE_SEARCH = Search(
    {
        "id": number_field("files.id", "MediaImage"),
        "ids": _ids,
        "filename": _indexed(text_field("files.filename")),
        "created_at": time_field("files.created_at"),
        "updated_at": time_field("files.updated_at"),
        "status": enum_field("files.status", ("UPLOADED", "PROCESSING", "READY", "FAILED")),
        "media_type": _media_type,
        "original_upload_size": _size,
        "product_id": _product,
        "used_in": _used_in,
    },
    f"(CASE WHEN {_IS_INDEXED} THEN files.filename || ' ' || files.alt ELSE '' END)",
)
