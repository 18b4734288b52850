"""Mails and other jobs of a letter that failed for good, and sending them again."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import letter_or_refuse, organizer_required
from campaign.extensions import db
from campaign.http import private_page
from campaign.jobs import outbox
from campaign.languages import _
from campaign.lib import clock
from campaign.moderation import queries
from campaign.moderation.forms import AgainForm
from campaign.moderation.rules import PAGE, row_id
from campaign.moderation.views.blueprint import bp
from campaign.sentences import JOBS
from campaign.states import Refused


@bp.get("/desk/letters/<slug>/mail")
@organizer_required
def failed_mails(slug: str) -> Response:
    """A page of dead and parked jobs, newest first."""
    letter = letter_or_refuse(slug, "view")
    jobs = queries.failed_jobs(letter.id, row_id(request.args.get("before", "")))
    return private_page(
        "moderation/mail.html",
        letter=letter,
        tab="mail",
        form=AgainForm(),
        jobs=jobs[:PAGE],
        names=queries.names_of([number for job in jobs if (number := job.payload.get("signature"))]),
        job_words=JOBS,
        next_before=jobs[PAGE - 1].id if len(jobs) > PAGE else None,
    )


@bp.post("/desk/letters/<slug>/mail")
@organizer_required
def send_again(slug: str) -> ResponseReturnValue:
    """Gives a failed job another round of attempts."""
    letter, form = letter_or_refuse(slug, "moderate"), AgainForm()
    number = row_id(form.job.data or "")
    if not form.validate() or number is None or queries.job_of(letter.id, number) is None:
        raise Refused("not_found")
    if not outbox.run_again(number, clock.now()):
        raise Refused("illegal_move")
    db.session.commit()
    flash(_("It is on its way again. If it fails once more, it comes back to this list."))
    return redirect(url_for("moderation.failed_mails", slug=slug), 303)
