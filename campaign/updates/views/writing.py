"""The desk's updates: the list, and the editor."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import refuse
from campaign.languages import _, country
from campaign.letters import queries as letter_queries
from campaign.lib import clock
from campaign.models import Letter, Update
from campaign.states import Refused
from campaign.updates import operations, queries, rules
from campaign.updates.forms import UpdateForm
from campaign.updates.messages import numbers_of
from campaign.updates.views.blueprint import bp, update_or_refuse, updates_page


@bp.get("/desk/letters/<slug>/updates")
@organizer_required
def updates(slug: str) -> Response:
    """The updates of a letter, the newest first."""
    letter = letter_or_refuse(slug, "view")
    found = queries.updates_of(letter.id)
    counts = queries.counts_of([update.id for update in found])
    return updates_page("updates.html", letter, updates=found, counts=counts)


@bp.get("/desk/letters/<slug>/updates/new")
@organizer_required
def new_update(slug: str) -> Response:
    """An empty form."""
    letter = letter_or_refuse(slug, "edit")
    return editor(letter, offered(letter, UpdateForm(is_public=True)))


@bp.post("/desk/letters/<slug>/updates/new")
@organizer_required
def create(slug: str) -> ResponseReturnValue:
    """Makes a draft."""
    letter = letter_or_refuse(slug, "edit")
    form = offered(letter, UpdateForm())
    if not form.validate():
        return editor(letter, form, status=422)
    try:
        read = operations.read_words(form.words(), letter.language)
        update = operations.create_update(letter, read, by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return editor(letter, form, status=422)
    flash(_("The update is saved. Nothing has been sent or posted yet."))
    return redirect(url_for("updates.show", slug=slug, number=update.number), 303)


@bp.get("/desk/letters/<slug>/updates/<int:number>/edit")
@organizer_required
def edit(slug: str, number: int) -> Response:
    """The form of a draft."""
    letter = letter_or_refuse(slug, "edit")
    update = update_or_refuse(letter, number)
    if update.state not in rules.CHANGEABLE:
        raise Refused("update_is_fixed")
    return editor(letter, stored(letter, update), number)


@bp.post("/desk/letters/<slug>/updates/<int:number>/edit")
@organizer_required
def save(slug: str, number: int) -> ResponseReturnValue:
    """Saves a draft; of two colleagues at one page the second is shown both texts."""
    letter = letter_or_refuse(slug, "edit")
    update = update_or_refuse(letter, number)
    form = offered(letter, UpdateForm())
    if not form.validate():
        return editor(letter, form, number, 422)
    try:
        read = operations.read_words(form.words(), letter.language)
        # Before the look at what is stored: a colleague who saves at this moment goes first, and is seen.
        operations.lock_updates(letter, update)
        if form.came_too_late(stored(letter, update)):
            db.session.rollback()
            return editor(letter, form, number, 422)
        operations.save_update(letter, update, read, by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return editor(letter, form, number, 422)
    flash(_("The update is saved."))
    return redirect(url_for("updates.show", slug=slug, number=number), 303)


def editor(letter: Letter, form: UpdateForm, number: int | None = None, status: int = 200) -> Response:
    """The editor around a form; `number` is that of the draft, none for a new one."""
    return updates_page("edit.html", letter, status, form=form, number=number)


def stored(letter: Letter, update: Update) -> UpdateForm:
    """The form filled with a draft, whatever was sent."""
    numbers = {edition.id: str(edition.number) for edition in queries.editions_to_copy(letter.id)}
    data = {
        **{name: getattr(update, name) for name in ("kind", "title", "body", "is_public")},
        "edition": numbers.get(update.edition_id or 0, ""),
        "version": str(update.segment.get("version", "")),
        "country": update.segment.get("country", ""),
        "per_hour": str(update.per_hour or ""),
    }
    return offered(letter, UpdateForm(formdata=None, data=data)).remembering()


def offered(letter: Letter, form: UpdateForm) -> UpdateForm:
    """The form with the lists of its letter."""
    editions = queries.editions_to_copy(letter.id)
    form.offer(
        editions=[(str(edition.number), numbers_of(edition, letter).citation) for edition in editions],
        versions=[
            (str(row.number), _("Version %(number)s", number=row.number)) for row in letter_queries.texts_of(letter.id)
        ],
        countries=[(code, country(code)) for code in queries.countries_of(letter.id)],
    )
    return form
