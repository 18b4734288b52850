"""Previews under embargo: made and revoked at the desk, read by whoever was given the link."""

from __future__ import annotations

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import current_organizer, letter_or_refuse, organizer_required
from campaign.extensions import db, read_only
from campaign.http import private_page, refuse
from campaign.languages import _, speak
from campaign.letters import operations, queries, rules
from campaign.letters.forms import PreviewForm
from campaign.letters.views.blueprint import bp, editor_page
from campaign.letters.views.text import saved_letter
from campaign.lib import clock
from campaign.links import external
from campaign.models import Letter
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/previews")
@organizer_required
def previews(slug: str) -> Response:
    """The previews that were given away, and the form of a new one."""
    return previews_page(letter_or_refuse(slug, "edit"), PreviewForm())


def previews_page(letter: Letter, form: PreviewForm, status: int = 200) -> Response:
    """The page around the form."""
    with read_only():
        now = clock.now()
        links = [
            (row, external("letters.previewed", slug=letter.slug, token=operations.preview_token(row)))
            for row in queries.previews_of(letter.id)
        ]
        return editor_page("previews.html", letter, "previews", status, form=form, links=links, now=now)


@bp.post("/desk/letters/<slug>/previews")
@organizer_required
def give_preview(slug: str) -> ResponseReturnValue:
    """Makes a link for one reader; its end is read on the clocks of the letter's zone."""
    letter, form = letter_or_refuse(slug, "edit"), PreviewForm()
    try:
        if not form.validate():
            return previews_page(letter, form, 422)
        expires_at = rules.moment_in(form.expires_at.data, letter.timezone)
        given_to, by_id = form.given_to.data or "", current_organizer().id
        operations.give_preview(letter, given_to=given_to, expires_at=expires_at, by_id=by_id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return previews_page(letter, form, 422)
    flash(_("The preview is made. Copy its link below and send it to %(name)s.", name=given_to))
    return redirect(url_for("letters.previews", slug=slug), 303)


@bp.post("/desk/letters/<slug>/previews/<int:link_id>/revoke")
@organizer_required
def revoke_preview(slug: str, link_id: int) -> ResponseReturnValue:
    """Ends a preview before its time."""
    letter = letter_or_refuse(slug, "edit")
    link = queries.preview_of(letter.id, link_id)
    if link is None:
        raise Refused("not_found")
    operations.revoke_preview(letter, link, by_id=current_organizer().id, now=clock.now())
    given_to = link.given_to
    db.session.commit()
    flash(_("The preview of %(name)s is revoked. Its link shows nothing any more.", name=given_to))
    return redirect(url_for("letters.previews", slug=slug), 303)


@bp.get("/letters/<slug>/preview/<token>")
def previewed(slug: str, token: str) -> Response:
    """The letter as readers will see it, marked with whom the link was given to. Nothing is recorded."""
    link, letter = operations.opened_preview(slug, token, clock.now())
    speak(letter.language)
    return private_page(
        "letters/previewed.html",
        letter=letter,
        link=link,
        is_public=letter.state not in rules.NOT_YET_OPEN,
        evidence=queries.evidence_of(letter.id),
        **saved_letter(letter),
    )
