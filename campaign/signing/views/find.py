"""Asking for the links to one's signatures, or leaving with six words."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from campaign import sentences
from campaign.evenness import even_work
from campaign.extensions import db
from campaign.lib import clock
from campaign.lib.emails import parse_address
from campaign.signing import operations
from campaign.signing.employee_numbers import next_change
from campaign.signing.forms import FindForm
from campaign.signing.views.blueprint import bp, open_answers, personal, seal_answers
from campaign.signing.views.pages import asked_to_wait
from campaign.states import Refused

# Statements of the longest way: with the first mark of a network of the day.
LONGEST_WAY = 5


@bp.route("/my", methods=["GET", "POST"])
def my() -> Response:
    """Asks for an address and mails the links to its signatures; the same answer for every address."""
    form = FindForm("my")
    if request.method == "POST":
        if not form.validate():
            return personal("signing/my.html", 422, form=form)
        if form.words is not None:
            return left(form)
        try:
            with even_work(LONGEST_WAY):
                operations.count_at_door("my", request.remote_addr, clock.now())
                operations.ask_for_my_links(parse_address(form.email.data or ""), clock.now())
        except Refused as refused:
            return asked_to_wait(refused, lambda: personal("signing/my.html", form=form), form)
        db.session.commit()
        return redirect(url_for("signing.my", s=seal_answers("my", {"email": form.email.data})), 303)
    asked = open_answers(request.args.get("s", ""))
    if asked.get("kind") == "my":
        return personal("signing/my_sent.html", email=asked["email"])
    if asked.get("kind") == "left":
        return personal("signing/my_left.html", next_change=next_change(clock.now()))
    return personal("signing/my.html", form=form)


def left(form: FindForm) -> Response:
    """An employee leaves with the six words; the same answer for words that nobody was given."""
    try:
        operations.leave(form.words or [], clock.now())
    except Refused as refused:
        db.session.rollback()
        form.email.errors = [sentences.sentence(refused.reason)]
        return personal("signing/my.html", 422, form=form)
    db.session.commit()
    return redirect(url_for("signing.my", s=seal_answers("left", {})), 303)
