"""Files that come with a form of this room, and how they are handed out again."""

from __future__ import annotations

from collections.abc import Collection

from flask import Response, request, send_file

from campaign import storage
from campaign.lib.names import BadText, clean_text
from campaign.states import Refused

NAME_LENGTH = 200


def has_file(field: str) -> bool:
    """Whether a file was chosen."""
    return bool(request.files.get(field) and request.files[field].filename)


def keep_file(field: str, types: Collection[str] = storage.DOCUMENTS) -> storage.Upload:
    """Keeps the file of a field, of one of these types. Raises `Refused`: file_empty, file_too_large, file_type."""
    sent = request.files.get(field)
    # One byte more than may be kept tells that it is too large.
    return storage.keep_upload(sent.stream.read(storage.LARGEST_UPLOAD + 1) if sent else b"", types)


def file_name(field: str) -> str:
    """What the file was called, as it may stand on a page: no path, nothing unseen, not too long."""
    given = (request.files[field].filename or "").replace("\\", "/").rpartition("/")[2]
    try:
        return clean_text(given[-NAME_LENGTH:], NAME_LENGTH)
    except BadText:
        return ""


def kept_file(sha256: str, mimetype: str, name: str) -> Response:
    """An upload as a file to keep: never shown as a page of this site (T13). Raises `Refused("not_found")`."""
    path = storage.upload_path(sha256)
    if not path.is_file():
        raise Refused("not_found")
    return send_file(
        path,
        mimetype=mimetype,
        as_attachment=True,
        download_name=name or sha256,
        etag=sha256,
    )
