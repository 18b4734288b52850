"""One page that asks how words change that somebody accepted, and what is done with the answer."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.http import refuse
from campaign.languages import lazy
from campaign.letters import changes, operations, queries
from campaign.letters.forms import ChangeForm, WordsForm
from campaign.letters.views.blueprint import bp, editor_page
from campaign.lib import clock
from campaign.models import Letter, Version
from campaign.sentences import sentence
from campaign.states import Refused

SAID: dict[str, Any] = {
    "note": lazy("The status note is saved. The text is as it was."),
    "correction": lazy("The correction is published. Nobody is asked, and readers can see what changed."),
    "new_text": lazy("The new version is published. Those who signed before are asked by mail."),
}


def words_form(version: Version) -> WordsForm:
    """The form filled with a version's words, whatever was sent to another form of the page."""
    names = ("title", "ask", "dated_on", "place", "salutation", "body", "demands_intro", "closing")
    data = {name: getattr(version, name) for name in names}
    demands = "\n".join(demand.text for demand in version.demands)
    return WordsForm(formdata=None, data={**data, "demands": demands}).remembering()


def change_page(
    letter: Letter, form: WordsForm, read: operations.ReadWords, how: ChangeForm | None = None, status: int = 200
) -> Response:
    """The question, with everything typed and what each answer would do; nothing is saved."""
    db.session.rollback()
    with read_only():
        stored = queries.version_of(letter)
        how = how or ChangeForm(formdata=None, note=letter.status_note, note_was=letter.status_note)
        return editor_page(
            "change.html",
            letter,
            "text",
            status,
            form=form,
            how=how,
            differences=changes.condensed(changes.differences_to(stored, read.words, read.tree)),
            **foreseen(letter, read),
        )


def foreseen(letter: Letter, read: operations.ReadWords) -> dict[str, Any]:
    """Who signed which text so far, how many would be asked, and what a delivery would say after each answer."""
    texts, counts = queries.texts_of(letter.id), queries.counts_by_version(letter.id)
    last = texts[-1]
    coming = changes.Coming(last.number + 1, read.words.dated_on)
    after = changes.signed_by_text([*texts, coming], counts)
    signed = changes.signed_by_text(texts, counts)
    return {
        "signed": signed,
        "to_ask": queries.count_to_ask(letter.id),
        "delivery_now": changes.delivery_sentence(signed, last.asked_number),
        "delivery_after": changes.delivery_sentence(after, coming.number),
    }


@bp.post("/desk/letters/<slug>/edit/change")
@organizer_required
def change(slug: str) -> ResponseReturnValue:
    """Sets the note, or publishes the words as a correction or a new version."""
    letter, form, how = letter_or_refuse(slug, "publish"), WordsForm(), ChangeForm()
    language = letter.language
    db.session.rollback()
    if not form.validate():
        # What was checked before cannot fail by the page's own buttons.
        raise Refused("stale_form")
    read = operations.read_words(form.words(), language)
    if not how.validate():
        return change_page(letter, form, read, how, 422)
    try:
        letter = letter_or_refuse(slug, "publish")
        if is_too_late(letter, form, how):
            return change_page(letter, form, read, how, 422)
        act(letter, read, how)
        db.session.commit()
    except Refused as refused:
        if refused.reason in ("not_found", "not_allowed"):
            raise
        refuse(how, refused)
        return change_page(letter, form, read, how, 422)
    flash(str(SAID[how.how.data]))
    return redirect(url_for("letters.edit", slug=slug), 303)


def is_too_late(letter: Letter, form: WordsForm, how: ChangeForm) -> bool:
    """Whether somebody saved other words, or another note, since the page was made; the letter is locked."""
    operations.lock(letter)
    if how.how.data == "note":
        if letter.status_note in (how.note_was.data, how.note.data):
            return False
        how.note_was.data = letter.status_note
    elif not form.came_too_late(words_form(queries.version_of(letter))):
        return False
    how.add_refusal("text_changed", sentence("text_changed"))
    return True


def act(letter: Letter, read: operations.ReadWords, how: ChangeForm) -> None:
    """Does what was chosen. Raises `Refused`."""
    by_id, now = current_organizer().id, clock.now()
    if how.how.data == "correction":
        operations.correct_text(letter, read, how.reason.data or "", by_id=by_id, now=now)
    elif how.how.data == "new_text":
        operations.publish_new_version(letter, read, how.reason.data or "", by_id=by_id, now=now)
    elif (how.note.data or "") == letter.status_note:
        raise Refused("note_unchanged")
    else:
        operations.set_status_note(letter, how.note.data or "", by_id=by_id, now=now)
