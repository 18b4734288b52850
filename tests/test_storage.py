"""Files that somebody hands in: kept by hash, checked by what they are."""

from __future__ import annotations

import hashlib
import resource

import pytest
from flask import Flask

from campaign import storage
from campaign.states import Refused

PDF = b"%PDF-1.7\nhello"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_upload_is_kept_once_under_its_hash(app: Flask) -> None:
    """D5: a proof is stored by its hash, readable by us alone, and the same one twice is one file."""
    with app.app_context():
        kept = storage.keep_upload(PDF)
        assert kept == storage.Upload(hashlib.sha256(PDF).hexdigest(), "application/pdf", len(PDF))
        assert storage.keep_upload(PDF) == kept
        path = storage.upload_path(kept.sha256)
        assert path.read_bytes() == PDF
        assert path.stat().st_mode & 0o777 == 0o600
        assert [found.name for found in path.parent.iterdir()] == [kept.sha256]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_upload_that_cannot_be_written_leaves_nothing(app: Flask) -> None:
    """D5: where the disk is full neither half a file nor an unfinished one stays, and the next try keeps it."""
    sha256 = hashlib.sha256(PDF).hexdigest()
    with app.app_context():
        path = storage.upload_path(sha256)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(PDF) // 2, before[1]))
        try:
            with pytest.raises(OSError, match="File too large"):
                storage.keep_upload(PDF)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert list(path.parent.iterdir()) == []
        assert storage.keep_upload(PDF).sha256 == sha256
        assert [found.name for found in path.parent.iterdir()] == [sha256]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("data", "reason", "values"),
    [
        (b"", "file_empty", {}),
        (b"<script>", "file_type", {"types": "PDF, PNG, JPEG"}),
        (b"MZ" + PDF, "file_type", {"types": "PDF, PNG, JPEG"}),
        (PDF + b"x" * storage.LARGEST_UPLOAD, "file_too_large", {"limit": 10}),
    ],
)
def test_a_file_of_the_wrong_kind_or_size_is_refused(
    app: Flask, data: bytes, reason: str, values: dict[str, object]
) -> None:
    """D5: the type is that of the bytes, and the refusal names the limit."""
    with app.app_context(), pytest.raises(Refused) as refused:
        storage.keep_upload(data)
    assert (refused.value.reason, refused.value.values) == (reason, values)
