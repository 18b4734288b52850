"""The editor of a letter's words, its preview, and the note above them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.http import refuse
from campaign.languages import _
from campaign.letters import changes, operations, queries, rules
from campaign.letters.forms import NoteForm, WordsForm
from campaign.letters.views.blueprint import bp, editor_page
from campaign.letters.views.versions import change_page, words_form
from campaign.lib import clock
from campaign.models import Letter, Version
from campaign.sentences import ANSWERS, LETTER_KINDS
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/edit")
@organizer_required
def edit(slug: str) -> Response:
    """The words of the letter in a form, or as they stand once they are fixed."""
    letter = letter_or_refuse(slug, "edit")
    version = queries.version_of(letter)
    return words_page(letter, words_form(version), note=note_form(letter))


def note_form(letter: Letter) -> NoteForm:
    """The form filled with the stored note."""
    return NoteForm(formdata=None, note=letter.status_note).remembering()


def words_page(
    letter: Letter, form: WordsForm, status: int = 200, *, note: NoteForm, seen: operations.ReadWords | None = None
) -> Response:
    """The editor around the two forms, with a preview of words that were read."""
    with read_only():
        shown = as_readers_see(letter, seen.words, seen.words.demands, seen.html) if seen else saved_letter(letter)
        shown |= {"answers": queries.answers_to(letter.id), "answer_words": ANSWERS}
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
    """Saves the words, or with `action` preview shows them as readers will see them and saves nothing.

    Words that somebody accepted are not saved yet: the page asks how they change.
    """
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
        return store(letter_or_refuse(slug, "edit"), form, read, note)
    except Refused as refused:
        if refused.reason in ("not_found", "not_allowed"):
            raise
        refuse(form, refused)
        return words_page(letter, form, 422, note=note)


def store(letter: Letter, form: WordsForm, read: operations.ReadWords, note: NoteForm) -> ResponseReturnValue:
    """Writes what was read, as far as it may be written in place; else asks. Raises `Refused`."""
    operations.lock(letter)
    stored = queries.version_of(letter)
    if form.came_too_late(words_form(stored)):
        db.session.rollback()
        return words_page(letter, form, 422, note=note)
    slug, by_id, now = letter.slug, current_organizer().id, clock.now()
    if queries.words_may_change(letter):
        operations.save_words(letter, read, by_id=by_id, now=now)
        return said(slug, _("The text is saved."))
    match changes.change_of(stored, read.words):
        case "nothing":
            return said(slug, _("Nothing was changed."))
        case "date":
            operations.redate_text(letter, read.words.dated_on, read.words.place, by_id=by_id, now=now)
            return said(slug, _("The date is saved. The words are as they were signed."))
    return change_page(letter, form, read)


def said(slug: str, sentence: str) -> ResponseReturnValue:
    """Commits, and goes back to the editor, which says what was done."""
    db.session.commit()
    flash(sentence)
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
    return said(slug, _("The status note is saved."))


@bp.get("/desk/letters/<slug>/preview")
@organizer_required
def preview(slug: str) -> Response:
    """The saved letter as readers will see it."""
    letter = letter_or_refuse(slug, "view")
    documents = queries.evidence_of(letter.id)
    return editor_page("preview.html", letter, "preview", evidence=documents, **saved_letter(letter))
