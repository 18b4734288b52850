"""The package of an edition: what lies in it, that it is the same twice, and that the checker finds every change."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import scoped_session

from campaign.delivery import package, seals
from campaign.delivery.jobs import finish
from campaign.delivery.operations import finish_round, forget_signature, make_format
from campaign.delivery.package import checker
from campaign.delivery.rules import Wanted
from campaign.exports.files import digest
from campaign.exports.formats import FORMATS
from campaign.models import Edition, Job, Signature
from campaign.signing.operations import erase_signature, withdraw_signature
from tests.delivery.sealed import begin, build, freeze, home, manifest_of, signed_letter
from tests.factories import make_signature, make_version

Session = scoped_session[Any]
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
CONTENTS = [
    *("README.txt", "SHA256SUMS", "integrity.html", "leaves.txt", "letter.html", "letter.pdf", "letter.txt"),
    *("manifest.json", "signatories.csv", "signatories.json", "signatories.ndjson", "verify.py"),
]


@pytest.fixture
def key_file(app: Flask, tmp_path: Path) -> Path:
    """A key of the operator's, made as the documents say."""
    path = tmp_path / "seal.key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True)
    app.config["SEAL_KEY_FILE"] = path
    return path


@pytest.fixture
def built(session: Session, now: datetime, tmp_path: Path) -> Path:
    """A package that anybody may spoil."""
    folder = build(freeze(signed_letter(), now), now)
    return Path(shutil.copytree(folder, tmp_path / "package"))


def test_package_is_whole_and_good(session: Session, now: datetime) -> None:
    """p-D3: frozen, built, and found good by the checker alone, run as a stranger runs it."""
    edition = freeze(signed_letter(), now)
    folder = build(edition, now)
    run = subprocess.run([sys.executable, "-I", folder / "verify.py"], capture_output=True, text=True, check=False)
    assert run.stdout.splitlines() == [
        "Good: 1 organization and 3 people, first edition, 18 June 2026, 17:00 UTC",
        "4 lines, 0 of them blanked; 0 employees",
        f"Root {edition.root}",
        "http://127.0.0.1:8000/letters/stop/editions/1",
        "This edition has no seal.",
    ]
    assert (run.returncode, run.stderr) == (0, "")
    there = {path.name for path in folder.iterdir()}
    assert set(CONTENTS) | {"package.zip", "press-kit.zip"} <= there
    with zipfile.ZipFile(folder / "package.zip") as archive:
        assert archive.namelist() == sorted(there - {"package.zip", "press-kit.zip"})
    edition = session.get_one(Edition, edition.id)
    assert [file["name"] for file in edition.files] == [
        *sorted(there - {"package.zip", "press-kit.zip"}),
        "package.zip",
        "press-kit.zip",
    ]
    assert edition.built_at == now


@on_sqlite
def test_manifest_says_what_the_edition_is(session: Session, now: datetime) -> None:
    """p-D3: counts, digest and root are those of the edition, and no private word is in any file."""
    edition = freeze(signed_letter(), now)
    folder = build(edition, now)
    manifest = manifest_of(folder)
    shown = {name: manifest[name] for name in ("letter", "edition", "lines", "named", "withheld", "removed", "seal")}
    assert shown == {
        "letter": "stop",
        "edition": 1,
        "lines": 4,
        "named": 3,
        "withheld": 1,
        "removed": 0,
        "seal": None,
    }
    assert (manifest["root"], manifest["list_digest"]) == (edition.root, edition.list_digest)
    assert edition.list_digest == digest(folder / "signatories.ndjson")
    assert manifest["versions"] == edition.counts["versions"]
    for path in folder.iterdir():
        assert b"Private Marker" not in path.read_bytes(), path
        assert b"ada@example.org" not in path.read_bytes(), path


@on_sqlite
@pytest.mark.usefixtures("key_file")
def test_built_twice_gives_the_same_bytes(session: Session, now: datetime) -> None:
    """p-D1: every file, seals and zip included, whenever it is built."""
    edition = freeze(signed_letter(), now)
    first = {path.name: digest(path) for path in build(edition, now).iterdir()}
    second = {path.name: digest(path) for path in build(edition, now + timedelta(days=400)).iterdir()}
    assert second == first
    assert {"manifest.json.sig", "manifest.json.sshsig", "seal.pem", "allowed_signers"} <= set(first)


@on_sqlite
@pytest.mark.parametrize("way", [withdraw_signature, erase_signature])
def test_who_leaves_while_files_are_built_is_in_none(session: Session, now: datetime, way: Callable[..., None]) -> None:
    """K1: a round that still names somebody who left is thrown away, and another one is asked for."""
    edition_id = freeze(signed_letter(), now).id
    session.commit()
    folder = begin(edition_id, 1)
    for form in FORMATS:
        make_format(edition_id, 1, form)
    row = session.scalars(select(Signature).where(Signature.name == "Ada Lovelace")).one()
    if way is withdraw_signature:
        way(row, "", now)
    else:
        way(row, now)
        forget_signature(row.letter_id, row.id, now)
    session.commit()
    finish(edition_id, 1, now)
    assert not folder.exists()
    assert session.get_one(Edition, edition_id).files == []
    build(session.get_one(Edition, edition_id), now)
    for path in (home(edition_id) / "files").iterdir():
        assert b"Lovelace" not in path.read_bytes(), path
    assert [path.name for path in home(edition_id).glob("round-*")] == []


@on_sqlite
@pytest.mark.usefixtures("key_file")
def test_package_is_completed_again_after_a_crash(session: Session, now: datetime) -> None:
    """e-3: what a try that died has written is in no manifest; one that died before its record begins anew."""
    edition_id = freeze(signed_letter(), now).id
    first = {path.name: digest(path) for path in build(session.get_one(Edition, edition_id), now).iterdir()}
    folder = begin(edition_id, 1)
    for form in FORMATS:
        make_format(edition_id, 1, form)
    finish_round(edition_id, 1, now)
    session.rollback()
    # The files lie in their place and the record does not know: the round asks for another one.
    assert not (folder / "files").exists()
    finish(edition_id, 1, now)
    assert (session.get_one(Edition, edition_id).files, folder.exists()) == ([], False)
    assert session.scalars(select(Job.kind).where(Job.kind == "delivery.build").order_by(Job.id)).all() != []
    folder = begin(edition_id, 2)
    for form in FORMATS:
        make_format(edition_id, 2, form)
    for name in ("manifest.json", "manifest.json.sig", "manifest.json.sshsig", "SHA256SUMS", "press-kit.zip"):
        (folder / "files" / name).write_bytes(b"half")
    finish(edition_id, 2, now)
    assert {path.name: digest(path) for path in (home(edition_id) / "files").iterdir()} == first


@on_sqlite
def test_package_that_is_not_good_is_handed_to_nobody(session: Session, now: datetime) -> None:
    """p-D3: the checker runs over every package before it is offered; what it finds is written on the edition."""
    edition_id = freeze(signed_letter(), now).id
    session.commit()
    folder = begin(edition_id, 1)
    for form in FORMATS:
        make_format(edition_id, 1, form)
    first_lines(folder / "list" / LIST, lambda lines: [lines[0], lines[1].replace(b"Ada", b"Eve"), *lines[2:]])
    with pytest.raises(package.BadPackage, match="do not lead to the root"):
        finish(edition_id, 1, now)
    edition = session.get_one(Edition, edition_id)
    assert (edition.files, edition.build_error) == ([], "BadPackage")
    assert not (home(edition_id) / "files").exists()


@on_sqlite
@pytest.mark.usefixtures("key_file")
def test_seal_is_checked_by_other_peoples_tools(session: Session, now: datetime) -> None:
    """p-D3: OpenSSH and OpenSSL find the seal good, and not over another manifest."""
    folder = build(freeze(signed_letter(), now), now)
    code, lines = checker().check(folder)
    assert (code, lines[-1]) == (
        0,
        f"The seal holds. Compare its key with that page: {manifest_of(folder)['seal']['fingerprint']}",
    )
    tools = [
        ["ssh-keygen", "-Y", "verify", "-f", "allowed_signers", "-I", "undersigned", "-n", "undersigned", "-s"],
        ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "seal.pem", "-rawin", "-in", "manifest.json", "-sigfile"],
    ]
    for forged, good in ((False, True), (True, False)):
        if forged:
            (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes() + b" ")
        for tool, seal in zip(tools, ("manifest.json.sshsig", "manifest.json.sig"), strict=True):
            with (folder / "manifest.json").open("rb") as text:
                run = subprocess.run([*tool, seal], cwd=folder, stdin=text, capture_output=True, check=False)
            assert (run.returncode == 0) is good, (tool, run.stderr)


@on_sqlite
@pytest.mark.parametrize("text", ["", "no key", "OPENSSH PRIVATE KEY"])
def test_key_that_is_none_is_named(app: Flask, tmp_path: Path, text: str) -> None:
    """A file that holds no key is a failure with a name; no file is no seal."""
    path = tmp_path / "seal.key"
    assert seals.load_key(path) is None
    path.write_text(text, encoding="ascii")
    with pytest.raises(seals.BadKey):
        seals.load_key(path)


def first_lines(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Writes a file anew from its changed lines."""
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


LIST = "signatories.ndjson"
SPOILED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "a line is altered": (
        lambda folder: first_lines(
            folder / LIST, lambda lines: [lines[0], lines[1].replace(b"Ada", b"Eve"), *lines[2:]]
        ),
        f"{LIST}: line 2 differs from what was frozen",
    ),
    "two lines are swapped": (
        lambda folder: first_lines(folder / LIST, lambda lines: [lines[1], lines[0], *lines[2:]]),
        f"{LIST}: line 1 says it is line 2",
    ),
    "the list ends early": (
        lambda folder: first_lines(folder / LIST, lambda lines: lines[:-1]),
        f"{LIST}: has 3 readable lines, and 4 were frozen",
    ),
    "the list ends within a line": (
        lambda folder: first_lines(folder / LIST, lambda lines: [*lines[:-1], lines[-1][:-9]]),
        f"{LIST}: line 4 cannot be read",
    ),
    "a line more": (
        lambda folder: first_lines(folder / LIST, lambda lines: [*lines, lines[-1]]),
        f"{LIST}: line 5 says it is line 4",
    ),
    "a line is blanked by a stranger": (
        lambda folder: first_lines(
            folder / LIST,
            lambda lines: [json.dumps({"leaf": "00" * 32, "seq": 1}).encode() + b"\n", *lines[1:]],
        ),
        f"{LIST}: line 1 differs from what was frozen",
    ),
    "deep nesting": (
        lambda folder: first_lines(folder / LIST, lambda lines: [b"[" * 100_000 + b"\n", *lines[1:]]),
        f"{LIST}: line 1 cannot be read",
    ),
    "a file is missing": (lambda folder: (folder / "letter.txt").unlink(), "letter.txt: is missing"),
    "a file is altered": (
        lambda folder: (folder / "letter.txt").write_text("Stop.", encoding="utf-8"),
        "letter.txt: differs from the sum in SHA256SUMS",
    ),
    "a file and its sum are altered": (
        lambda folder: [
            (folder / "letter.txt").write_text("Stop.", encoding="utf-8"),
            first_lines(
                folder / "SHA256SUMS",
                lambda rows: [
                    row
                    if not row.endswith(b"letter.txt\n")
                    else f"{digest(folder / 'letter.txt')}  letter.txt\n".encode()
                    for row in rows
                ],
            ),
        ],
        "letter.txt: differs from the sum in manifest.json",
    ),
    "the sums lead outside": (
        lambda folder: (folder / "SHA256SUMS").write_text("00  ../secret\n", encoding="ascii"),
        "../secret: is missing",
    ),
    "the manifest is no JSON": (
        lambda folder: (folder / "manifest.json").write_text("[", encoding="ascii"),
        "This cannot be read as a delivered letter: JSONDecodeError: Expecting value: line 1 column 2 (char 1)",
    ),
    "the manifest is something else": (
        lambda folder: (folder / "manifest.json").write_text("[]", encoding="ascii"),
        "This cannot be read as a delivered letter: TypeError: list indices must be integers or slices, not str",
    ),
}


@on_sqlite
def test_every_change_is_found_and_named(built: Path, tmp_path: Path) -> None:
    """p-D3: the checker says which file differs, and in the list which line."""
    assert checker().check(built)[0] == 0
    for number, (what, (spoil, said)) in enumerate(SPOILED.items()):
        folder = Path(shutil.copytree(built, tmp_path / str(number)))
        spoil(folder)
        code, lines = checker().check(folder)
        assert (code, said in lines) == (1, True), (what, lines)
    (built / "manifest.json").unlink()
    assert checker().check(built)[0] == 2


def test_checker_is_small_and_stands_alone() -> None:
    """p-D3: under 150 lines, only the standard library, and no word of networks."""
    text = (package.TEMPLATES / package.CHECKER).read_text(encoding="utf-8")
    assert len(text.splitlines()) < 150
    imported = {
        line.split()[1].partition(".")[0] for line in text.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported == {"argparse", "hashlib", "json", "pathlib", "shutil", "subprocess", "sys"}
    assert not any(word in text for word in ("socket", "urllib", "write_", '"w'))


@on_sqlite
def test_package_holds_the_texts_its_signatories_accepted(session: Session, now: datetime) -> None:
    """p-L3, p-D1: the earlier text is an annex of every file that prints the letter, as it was frozen."""
    letter = signed_letter()
    letter.version_id = make_version(letter, 2, "Another wording.").id
    make_signature(letter, "Zoë Late")
    folder = build(freeze(letter, now), now)
    text = " ".join((folder / "letter.txt").read_text(encoding="utf-8").split())
    assert ("Annex A" in text, "4 version 1 of the text, printed as annex A" in text) == (True, True)
    assert "Annex A" in (folder / "letter.html").read_text(encoding="utf-8")


@on_sqlite
def test_list_of_the_present_text_tells_how_its_own_were_confirmed(session: Session, now: datetime) -> None:
    """p-D4: ways of confirming are counted over who is in the list, not over who was left out of it."""
    letter = signed_letter()
    letter.version_id = make_version(letter, 2, "Another wording.").id
    make_signature(letter, "Zoë Late")
    edition = freeze(letter, now, wanted=Wanted(None, "", is_current_only=True))
    kept = home(edition.id)
    assert json.loads((kept / "facts.json").read_text())["confirmed"] == {"mailbox": 1}
    assert json.loads((kept / "integrity.json").read_text())["methods"] == {"mailbox": 1}
