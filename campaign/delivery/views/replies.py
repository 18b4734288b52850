"""The target's own page: a code to its own domain, then what it has to say; and the desk's part of that link."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from campaign import http
from campaign.accounts.permissions import campaign_or_refuse, current_organizer, organizer_required
from campaign.delivery import operations, queries
from campaign.delivery.forms.replies import CodeForm, MailLinkForm, ReplyForm, ReplyLinkForm
from campaign.delivery.operations.replies import CODE_LIFE, CODE_TRIES
from campaign.delivery.reply_tokens import PURPOSE
from campaign.delivery.views.blueprint import bp
from campaign.delivery.views.deliveries import delivery_or_refuse, show
from campaign.delivery.views.files import file_name, has_file, keep_file
from campaign.extensions import csrf, db
from campaign.languages import _, speak
from campaign.letters.outcomes import demands_of
from campaign.lib import clock, tokens
from campaign.links import read_token
from campaign.models import Campaign, Delivery, Letter, ReplyLink, Target
from campaign.sentences import sentence
from campaign.sentences.deliveries import RESPONSE_KINDS, RESPONSE_STATES, RESPONSE_TONES
from campaign.states import Refused


@dataclass(frozen=True)
class Linked:
    """What a token leads to."""

    token: str
    link: ReplyLink
    delivery: Delivery
    campaign: Campaign
    target: Target
    letters: list[Letter]

    @property
    def scope(self) -> str:
        """What the form tokens of the page are bound to."""
        return f"reply:{self.link.id}:{self.link.generation}"


@bp.get("/reply/<token>")
def reply(token: str) -> Answer:
    """What was delivered, and the form to answer it; nothing is noted by looking."""
    found = linked(token)
    return page(found, said=_("Thank you. It was received.") if "done" in request.args else "")


@bp.post("/reply/<token>")
@http.takes_files
def answer(token: str) -> Answer:
    """Mails a code, or takes what the target sends."""
    found, action = linked(token), request.form.get("action", "")
    if action == "code":
        return send_code(found)
    if action == "answer":
        return take_answer(found)
    raise Refused("unknown_action")


# The form's own signed token protects it; the company has no session here.
csrf.exempt(answer)


def send_code(found: Linked) -> Answer:
    """Mails a code to an address on the target's domain."""
    form = CodeForm(found.scope)
    try:
        if not form.validate():
            raise Refused("http_422")
        operations.ask_for_code(found.link.id, form.email.address, clock.now())  # type: ignore[attr-defined]
        db.session.commit()
    except Refused as refused:
        return mend(found, refused, code_form=form)
    return redirect(url_for("delivery.reply", token=found.token), 303)


def take_answer(found: Linked) -> Answer:
    """Takes the answer, when the code is right; a miss is counted."""
    form, now = ReplyForm(found.scope), clock.now()
    try:
        if not form.validate():
            raise Refused("http_422")
        if not operations.is_code_right(found.link.id, form.code.data or "", now):
            db.session.commit()
            raise Refused("wrong_code")
        upload = keep_file("file", ("application/pdf",)) if has_file("file") else None
        said = operations.Reply(
            kind=form.kind.data,
            actor=form.actor.data or "",
            text=form.text.data or "",
            due_on=form.due_on.data,
            upload=upload,
            file_name=file_name("file") if upload else "",
        )
        zone = found.letters[0].timezone if found.letters else "UTC"
        operations.take_reply(found.campaign, found.delivery, found.link.id, said, zone, now)
        db.session.commit()
    except Refused as refused:
        return mend(found, refused, reply_form=form)
    return redirect(url_for("delivery.reply", token=found.token, done=1), 303)


def mend(found: Linked, refused: Refused, **forms: CodeForm | ReplyForm) -> Answer:
    """The page once more with what was typed and what to mend."""
    if refused.reason == "reply_link_revoked":
        raise refused
    db.session.rollback()
    for form in forms.values():
        if refused.reason != "http_422":
            form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))
    return page(linked(found.token), status=422, **forms)


def linked(token: str) -> Linked:
    """What a token leads to; the page speaks the language of the first letter.

    Raises `Refused`: link_unknown for a token that is not ours or was renewed, reply_link_revoked.
    """
    try:
        link_id, generation = read_token(PURPOSE, token)
    except tokens.BadToken:
        raise Refused("link_unknown") from None
    found = queries.reply_link_by_id(link_id)
    if found is None or found[0].generation != generation:
        raise Refused("link_unknown")
    if found[0].revoked_at is not None:
        raise Refused("reply_link_revoked")
    letters = queries.letters_in(found[1].id)
    if letters:
        speak(letters[0].language)
    return Linked(token, *found, letters)


def page(
    found: Linked,
    *,
    said: str = "",
    status: int = 200,
    code_form: CodeForm | ReplyForm | None = None,
    reply_form: CodeForm | ReplyForm | None = None,
) -> Answer:
    """The target's page: private, never stored, without a cookie."""
    link, asked = found.link, found.link.code_asked_at
    demands = demands_of([letter.id for letter in found.letters])
    has_code = asked is not None and clock.now() - asked <= CODE_LIFE and link.code_tries < CODE_TRIES
    return http.private_page(
        "delivery/reply.html",
        status,
        said=said,
        token=found.token,
        link=link,
        delivery=found.delivery,
        campaign=found.campaign,
        target=found.target,
        letters=[(letter, [row for letter_id, row in demands if letter_id == letter.id]) for letter in found.letters],
        code_form=code_form or CodeForm(found.scope, formdata=None),
        reply_form=reply_form or ReplyForm(found.scope, formdata=None),
        has_code=has_code or reply_form is not None,
        sent=queries.responses_through(link.id),
        kinds=RESPONSE_KINDS,
        states=RESPONSE_STATES,
        tones=RESPONSE_TONES,
    )


@bp.post("/desk/campaigns/<slug>/deliveries/<int:number>/reply-link")
@organizer_required
def reply_link(slug: str, number: int) -> Answer:
    """Makes the target's link, mails it, or ends it."""
    campaign = campaign_or_refuse(slug, "deliver")
    row, _target = delivery_or_refuse(campaign, number)
    form: ReplyLinkForm | MailLinkForm = MailLinkForm() if request.form.get("action") == "mail" else ReplyLinkForm()
    try:
        act_on_link(row, form)
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        if refused.reason != "http_422":
            form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))
        return show(campaign_or_refuse(slug, "deliver"), number, status=422, link_form=form)
    flash(_("Done."))
    return redirect(url_for("delivery.delivery", slug=slug, number=number), 303)


def act_on_link(row: Delivery, form: ReplyLinkForm | MailLinkForm) -> None:
    """Does what the pressed button says. Raises `Refused`; http_422 where the form says what to mend itself."""
    by_id, now, link = current_organizer().id, clock.now(), queries.reply_link_of(row.id)
    if request.form.get("action") == "revoke" and link is not None:
        operations.revoke_reply_link(link, row, by_id=by_id, now=now)
        return
    if not form.validate():
        raise Refused("http_422")
    if isinstance(form, ReplyLinkForm):
        operations.make_reply_link(row, form.domain.data or "", by_id=by_id, now=now)
    elif link is None:
        raise Refused("not_found")
    else:
        address = form.email.address  # type: ignore[attr-defined]
        operations.mail_reply_link(link, row, address, by_id=by_id, now=now)
