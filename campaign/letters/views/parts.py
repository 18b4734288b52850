"""The editor of what stands around the words: people, evidence and timeline, as rows without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.http import refuse
from campaign.languages import _
from campaign.letters import operations, queries, rules
from campaign.letters.forms import rows
from campaign.letters.forms.rows import Group, RowsForm
from campaign.letters.views.blueprint import bp, editor_page
from campaign.lib import clock
from campaign.models import Letter
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/edit/people")
@organizer_required
def people(slug: str) -> Response:
    """Whom the letter asks, to whom it goes, and who is named on it from the start."""
    letter = letter_or_refuse(slug, "edit")
    return editor_page("people.html", letter, "people", form=stored_people(letter))


def stored_people(letter: Letter) -> RowsForm:
    """The form filled with the three lists."""
    stored = {
        "target": queries.targets_of(letter.id),
        "addressee": queries.addressees_of(letter.id),
        "signatory": queries.initial_signatories_of(letter.id),
    }
    return stored_rows(rows.PEOPLE, stored)


@bp.post("/desk/letters/<slug>/edit/people")
@organizer_required
def save_people(slug: str) -> ResponseReturnValue:
    """Saves the three lists; `action` more only adds empty rows to one of them."""
    letter = letter_or_refuse(slug, "edit")
    return save_rows(letter, "people", rows.PEOPLE, stored_people, write_people)


def write_people(letter: Letter, form: RowsForm) -> None:
    """Writes the three lists. Raises `Refused`."""
    now, by_id = clock.now(), current_organizer().id
    targets = [
        rules.TargetEntry(**{**entry, "slug": entry["slug"] or rules.slug_from(entry["name"])})
        for entry in form.entries("target")
    ]
    operations.replace_targets(letter, targets, by_id=by_id, now=now)
    addressees = [rules.AddresseeEntry(**entry) for entry in form.entries("addressee")]
    operations.replace_addressees(letter, addressees, by_id=by_id, now=now)
    named = [rules.SignatoryEntry(**entry) for entry in form.entries("signatory")]
    operations.replace_initial_signatories(letter, named, by_id=by_id, now=now)


@bp.get("/desk/letters/<slug>/edit/evidence")
@organizer_required
def evidence(slug: str) -> Response:
    """The documents offered in support."""
    letter = letter_or_refuse(slug, "edit")
    return editor_page("evidence.html", letter, "evidence", form=stored_evidence(letter))


def stored_evidence(letter: Letter) -> RowsForm:
    """The form filled with the documents, each with its number as it is now."""
    documents = queries.evidence_of(letter.id)
    form = stored_rows(rows.EVIDENCE, {"document": documents})
    for fields, document in zip(form.rows("document"), documents, strict=False):
        fields["was"].data = str(document.number)
    return form


@bp.post("/desk/letters/<slug>/edit/evidence")
@organizer_required
def save_evidence(slug: str) -> ResponseReturnValue:
    """Saves the documents; a row that was emptied is taken off."""
    letter = letter_or_refuse(slug, "edit")
    return save_rows(letter, "evidence", rows.EVIDENCE, stored_evidence, write_evidence)


def write_evidence(letter: Letter, form: RowsForm) -> None:
    """Writes the documents. Raises `Refused`."""
    documents = [
        rules.EvidenceEntry(
            **{
                **entry,
                "obtained_on": entry["obtained_on"] or None,
                "was": int(entry["was"]) if entry["was"].isdecimal() else None,
            }
        )
        for entry in form.entries("document")
    ]
    operations.replace_evidence(letter, documents, by_id=current_organizer().id, now=clock.now())


@bp.get("/desk/letters/<slug>/edit/timeline")
@organizer_required
def timeline(slug: str) -> Response:
    """What happened, the earliest first."""
    letter = letter_or_refuse(slug, "edit")
    return editor_page("timeline.html", letter, "timeline", form=stored_timeline(letter))


def stored_timeline(letter: Letter) -> RowsForm:
    """The form filled with the events."""
    return stored_rows(rows.TIMELINE, {"event": queries.timeline_of(letter.id)})


@bp.post("/desk/letters/<slug>/edit/timeline")
@organizer_required
def save_timeline(slug: str) -> ResponseReturnValue:
    """Saves the events; a row that was emptied is taken off."""
    letter = letter_or_refuse(slug, "edit")
    return save_rows(letter, "timeline", rows.TIMELINE, stored_timeline, write_timeline)


def write_timeline(letter: Letter, form: RowsForm) -> None:
    """Writes the events. Raises `Refused`."""
    events = [
        rules.TimelineRow(
            **{**entry, "sort_on": entry["sort_on"] or rules.sort_day(entry["happened"], entry["precision"])}
        )
        for entry in form.entries("event")
    ]
    operations.replace_timeline(letter, events, by_id=current_organizer().id, now=clock.now())


def stored_rows(groups: Mapping[str, Group], stored: Mapping[str, Sequence[Any]]) -> RowsForm:
    """The form filled with what is stored, and with a few empty rows at the end of each group."""
    counts = {name: len(entries) + rows.SPARE_ROWS for name, entries in stored.items()}
    data: dict[str, Any] = {}
    for name, entries in stored.items():
        data |= rows.rows_data(name, entries, groups[name].columns().keys())
    return rows.rows_form(groups, counts)(formdata=None, data=data).remembering()


def save_rows(
    letter: Letter,
    part: str,
    groups: Mapping[str, Group],
    stored: Callable[[Letter], RowsForm],
    write: Callable[[Letter, RowsForm], None],
) -> ResponseReturnValue:
    """Checks what was sent and writes it, or shows it again with the errors or with more rows; one commit."""
    more = request.form.get("action", "")
    counts = {
        name: rows.rows_sent(name, request.form.keys()) + (rows.SPARE_ROWS if more == f"more-{name}" else 0)
        for name in groups
    }
    form, slug = rows.rows_form(groups, counts)(), letter.slug
    if more.startswith("more-"):
        return rows_page(letter, part, form)
    if not form.validate():
        return rows_page(letter, part, form, 422)
    try:
        operations.lock(letter)
        if form.came_too_late(stored(letter)):
            db.session.rollback()
            return rows_page(letter, part, form, 422)
        write(letter, form)
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return rows_page(letter, part, form, 422)
    flash(_("Saved."))
    return redirect(url_for(f"letters.{part}", slug=slug), 303)


def rows_page(letter: Letter, part: str, form: RowsForm, status: int = 200) -> Response:
    """The page of a part around what was sent."""
    with read_only():
        return editor_page(f"{part}.html", letter, part, status, form=form)
