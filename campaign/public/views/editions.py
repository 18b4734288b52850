"""Delivered editions: counts, root and digest, the files, and how to check them."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, request, send_file

from campaign.delivery import differences, integrity, package, queries, sealing, seals
from campaign.delivery.operations import files_folder
from campaign.exports.rules import download_name
from campaign.exports.source import Counts
from campaign.models import Edition
from campaign.pagecache import MAX_AGE
from campaign.public.queries.letters import Found, delivered_editions
from campaign.public.rules import editions as rules
from campaign.public.views.blueprint import bp, is_withdrawn, letter_page, readable
from campaign.public.views.happenings import cited
from campaign.states import Refused
from campaign.storage import folder

# Names on the page of a difference; its file has all of them.
CHANGES_SHOWN = 200


@bp.get("/letters/<slug>/editions/<int:number>")
def edition(slug: str, number: int) -> Response:
    """One delivered edition."""
    found, row = delivered(slug, number)
    if "since" in request.args:
        return difference(found, row, request.args.get("since", type=int))
    attested = queries.attestations_of(row.id)

    def values() -> dict[str, object]:
        return {
            "edition": row,
            "citation": cited(row, found.letter),
            "counts_shown": rules.count_lines(row.counts),
            "versions": rules.version_lines(row.counts),
            "files": rules.shown_files(row.files),
            "errata": rules.errata_lines(row.errata),
            "parts": statement(row),
            "attestations": attested,
            "seal": seal_of(row),
            "earlier": earlier_of(found, row),
        }

    key = (row.id, row.built_at, json.dumps([row.errata, len(row.files), len(attested)], sort_keys=True))
    return letter_page(found, "public/edition.html", values, *key, is_costly=True)


def difference(found: Found, row: Edition, earlier: int | None) -> Response:
    """What parts an edition from an earlier delivered one: names of who joined, numbers of who left."""
    numbers = next((since for since in row.counts.get("since", []) if since["edition"] == earlier), None)
    if numbers is None or queries.delivered_edition(found.letter.id, numbers["edition"]) is None:
        raise Refused("not_found")
    name = differences.file_name(numbers["edition"])
    is_built = any(file["name"] == name for file in row.files)

    def values() -> dict[str, object]:
        shown = differences.read(files_folder(row.id) / name, CHANGES_SHOWN) if is_built else []
        return {
            "edition": row,
            "numbers": numbers,
            "changes": shown,
            "file": name if is_built else "",
            "most": CHANGES_SHOWN,
        }

    key = (row.id, numbers["edition"], row.built_at, is_built)
    return letter_page(found, "public/difference.html", values, *key, is_costly=True)


@bp.get("/letters/<slug>/editions/<int:number>/<name>")
def edition_file(slug: str, number: int, name: str) -> Response:
    """A file of a delivered edition, to keep; none while one is built anew because a name left the list."""
    found, row = delivered(slug, number)
    file = next((file for file in row.files if file["name"] == name), None)
    path = files_folder(row.id) / name if file else None
    if file is None or path is None or not path.is_file() or is_withdrawn(found):
        raise Refused("not_found")
    response = send_file(
        path,
        as_attachment=True,
        download_name=download_name(found.letter.slug, number, row.frozen_at or row.created_at, name),
        etag=file["sha256"],
    )
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


def delivered(slug: str, number: int) -> tuple[Found, Edition]:
    """The edition, of a letter readers may see. Raises `Refused("not_found")` until it is delivered."""
    found = readable(slug)
    row = queries.delivered_edition(found.letter.id, number)
    if row is None:
        raise Refused("not_found")
    return found, row


def earlier_of(found: Found, row: Edition) -> list[int]:
    """The numbers of the delivered editions this one can be compared with."""
    delivered_before = {edition.number for edition in delivered_editions([found.letter.id])[found.letter.id]}
    return [since["edition"] for since in row.counts.get("since", []) if since["edition"] in delivered_before]


def statement(row: Edition) -> list[integrity.Part]:
    """The integrity statement of an edition; empty for one that was frozen before there were any."""
    path = folder("editions", str(row.id)) / sealing.FACTS
    return integrity.parts(integrity.read(path), Counts.stored(row.counts)) if path.is_file() else []


def seal_of(row: Edition) -> dict[str, Any] | None:
    """The public key of the edition's seal: that of its manifest, or, while files are built, of the key in use."""
    path = files_folder(row.id) / package.MANIFEST
    if path.is_file():
        sealed: dict[str, Any] | None = json.loads(path.read_bytes())["seal"]
        return sealed
    try:
        key = seals.load_key(current_app.config["SEAL_KEY_FILE"])
    except (seals.BadKey, OSError):
        return None  # `doctor` names what is wrong with it; the page of an edition is not the place
    public = seals.public_key(key) if key is not None else None
    return {"public_key": public.line, "fingerprint": public.fingerprint} if public else None
