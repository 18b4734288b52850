"""The editor of a letter's words, its preview, and the note above them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.languages import _
from campaign.letters import operations, queries, rules
from campaign.letters.forms import NoteForm, WordsForm
from campaign.letters.views.blueprint import bp, editor_page, refuse
from campaign.lib import clock
from campaign.models import Letter, Version
from campaign.sentences import LETTER_KINDS
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/edit")
@organizer_required
def edit(slug: str) -> Response:
    """The words of the letter in a form, or as they stand once they are fixed."""
    letter = letter_or_refuse(slug, "edit")
    version = queries.version_of(letter)
    return words_page(letter, words_form(version), note=note_form(letter))


def words_form(version: Version) -> WordsForm:
    """The form filled with a version's words, whatever was sent to another form of the page."""
    names = ("title", "ask", "dated_on", "place", "salutation", "body", "demands_intro", "closing")
    data = {name: getattr(version, name) for name in names}
    demands = "\n".join(demand.text for demand in version.demands)
    return WordsForm(formdata=None, data={**data, "demands": demands}).remembering()


def note_form(letter: Letter) -> NoteForm:
    """The form filled with the stored note."""
    return NoteForm(formdata=None, note=letter.status_note).remembering()


def words_page(
    letter: Letter, form: WordsForm, status: int = 200, *, note: NoteForm, seen: operations.ReadWords | None = None
) -> Response:
    """The editor around the two forms, with a preview of words that were read."""
    with read_only():
        shown = as_readers_see(letter, seen.words, seen.words.demands, seen.html) if seen else saved_letter(letter)
        return editor_page("edit.html", letter, "text", status, form=form, note=note, seen=bool(seen), **shown)


def saved_letter(letter: Letter) -> dict[str, Any]:
    """What the preview of a letter's saved words is made of."""
    version = queries.version_of(letter)
    return as_readers_see(letter, version, [demand.text for demand in version.demands], version.body_html)


def as_readers_see(letter: Letter, words: rules.Words | Version, demands: Iterable[str], html: str) -> dict[str, Any]:
    """What the preview of a letter is made of."""
    body, notes = rules.body_and_notes(html)
    return {
        "words": words,
        "demands": list(demands),
        "body": body,
        "notes": notes,
        "kind_label": LETTER_KINDS[letter.kind],
        "targets": queries.targets_of(letter.id),
        "addressees": queries.addressees_of(letter.id),
        "initial": queries.initial_signatories_of(letter.id),
    }


@bp.post("/desk/letters/<slug>/edit")
@organizer_required
def save(slug: str) -> ResponseReturnValue:
    """Saves the words, or with `action` preview shows them as readers will see them and saves nothing."""
    letter, form = letter_or_refuse(slug, "edit"), WordsForm()
    language, note = letter.language, note_form(letter)
    # The guard's transaction ends before a long text is read: SQLite has one writer at a time.
    db.session.rollback()
    if not form.validate():
        return words_page(letter, form, 422, note=note)
    try:
        read = operations.read_words(form.words(), language)
        if request.form.get("action") == "preview":
            return words_page(letter, form, note=note, seen=read)
        letter = letter_or_refuse(slug, "edit")
        operations.lock_words(letter)
        if form.came_too_late(words_form(queries.version_of(letter))):
            db.session.rollback()
            return words_page(letter, form, 422, note=note)
        operations.save_words(letter, read, by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        if refused.reason in ("not_found", "not_allowed"):
            raise
        refuse(form, refused)
        return words_page(letter, form, 422, note=note)
    flash(_("The text is saved."))
    return redirect(url_for("letters.edit", slug=slug), 303)


@bp.post("/desk/letters/<slug>/edit/note")
@organizer_required
def save_note(slug: str) -> ResponseReturnValue:
    """Sets or takes away the note above the text."""
    letter, note = letter_or_refuse(slug, "edit"), NoteForm()
    operations.lock(letter)
    if not note.validate() or note.came_too_late(note_form(letter)):
        db.session.rollback()
        return words_page(letter, words_form(queries.version_of(letter)), 422, note=note)
    operations.set_status_note(letter, note.note.data or "", by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("The status note is saved."))
    return redirect(url_for("letters.edit", slug=slug), 303)


@bp.get("/desk/letters/<slug>/preview")
@organizer_required
def preview(slug: str) -> Response:
    """The saved letter as readers will see it."""
    letter = letter_or_refuse(slug, "view")
    documents = queries.evidence_of(letter.id)
    return editor_page("preview.html", letter, "preview", evidence=documents, **saved_letter(letter))
