"""The desk's deliveries of a campaign: prepare one, hand it over, keep its proof."""

from __future__ import annotations

from datetime import datetime

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from campaign.accounts.permissions import campaign_or_refuse, current_organizer, may_here, organizer_required
from campaign.delivery import operations, queries, rules
from campaign.delivery.forms import DeliveryForm, ProofForm
from campaign.delivery.forms.replies import MailLinkForm, ReplyLinkForm
from campaign.delivery.reply_tokens import reply_url
from campaign.delivery.views.blueprint import bp
from campaign.delivery.views.editions import edition_citation
from campaign.delivery.views.files import file_name, keep_file
from campaign.extensions import db, read_only
from campaign.formbase import options
from campaign.http import private_page, takes_files
from campaign.languages import _
from campaign.letters.rules import local_time, moment_in, zones
from campaign.lib import clock
from campaign.lib.emails import website_domain
from campaign.models import Campaign, Delivery, Edition, Letter, Target
from campaign.sentences import sentence
from campaign.sentences.deliveries import DELIVERY_METHODS, DELIVERY_STATES
from campaign.states import EditionState, Refused

SAID = ("method", "place", "handed_by", "received_by", "reference", "note", "answer_due_on", "source", "source_url")


@bp.get("/desk/campaigns/<slug>/deliveries")
@organizer_required
def deliveries(slug: str) -> Response:
    """The campaign's deliveries, the newest first."""
    campaign = campaign_or_refuse(slug, "view")
    rows = queries.deliveries_of(campaign.id)
    held = queries.editions_in([row.id for row, _target in rows])
    told = [(row, target, [(letter, edition) for edition, letter in held[row.id]]) for row, target in rows]
    return private_page("delivery/deliveries.html", campaign=campaign, deliveries=told, states=DELIVERY_STATES)


@bp.get("/desk/campaigns/<slug>/deliveries/new")
@organizer_required
def new_delivery(slug: str) -> Response:
    """The form of a new delivery; the newest frozen edition of each letter is ticked."""
    campaign = campaign_or_refuse(slug, "deliver")
    newest: dict[int, int] = {}
    zone = "UTC"
    for edition, letter in queries.editions_of_campaign(campaign.id):
        zone = letter.timezone
        if edition.state == EditionState.FROZEN:
            newest.setdefault(letter.id, edition.id)
    return form_page(campaign, DeliveryForm(editions=list(newest.values()), timezone=zone))


@bp.post("/desk/campaigns/<slug>/deliveries/new")
@organizer_required
def create_delivery(slug: str) -> Response:
    """Prepares the delivery, and goes on to its page."""
    campaign, form = campaign_or_refuse(slug, "deliver"), DeliveryForm()
    if not form.validate():
        return form_page(campaign, form, status=422)
    try:
        row = operations.prepare_delivery(
            campaign, said(form), form.editions.data or [], by_id=current_organizer().id, now=clock.now()
        )
        number = row.number
        db.session.commit()
    except Refused as refused:
        return refused_page(slug, form, refused)
    flash(_("The delivery is prepared. Nobody but your team can see it yet."))
    return redirect(url_for("delivery.delivery", slug=slug, number=number), 303)


@bp.get("/desk/campaigns/<slug>/deliveries/<int:number>")
@organizer_required
def delivery(slug: str, number: int) -> Response:
    """One delivery: what is in it, what is missing, and the button that makes it public."""
    return show(campaign_or_refuse(slug, "view"), number)


@bp.get("/desk/campaigns/<slug>/deliveries/<int:number>/edit")
@organizer_required
def edit_delivery(slug: str, number: int) -> Response:
    """The form of a delivery that is being prepared."""
    campaign = campaign_or_refuse(slug, "deliver")
    row, _target = delivery_or_refuse(campaign, number)
    return form_page(campaign, stored(row), number)


@bp.post("/desk/campaigns/<slug>/deliveries/<int:number>/edit")
@organizer_required
def save_delivery(slug: str, number: int) -> Response:
    """Saves what is said of it."""
    campaign, form = campaign_or_refuse(slug, "deliver"), DeliveryForm()
    row, _target = delivery_or_refuse(campaign, number)
    if not form.validate():
        return form_page(campaign, form, number, 422)
    try:
        operations.edit_delivery(
            campaign, row, said(form), form.editions.data or [], by_id=current_organizer().id, now=clock.now()
        )
        db.session.commit()
    except Refused as refused:
        return refused_page(slug, form, refused, number)
    flash(_("The delivery is saved."))
    return redirect(url_for("delivery.delivery", slug=slug, number=number), 303)


@bp.post("/desk/campaigns/<slug>/deliveries/<int:number>/deliver")
@organizer_required
def deliver(slug: str, number: int) -> Response:
    """Makes the delivery and its editions public."""
    campaign = campaign_or_refuse(slug, "deliver")
    row, _target = delivery_or_refuse(campaign, number)
    operations.hand_over(campaign, row, by_id=current_organizer().id, now=clock.now())
    db.session.commit()
    flash(_("Delivered. The delivery has a public page now."))
    return redirect(url_for("delivery.delivery", slug=slug, number=number), 303)


@bp.post("/desk/campaigns/<slug>/deliveries/<int:number>/proof")
@organizer_required
@takes_files
def keep_proof(slug: str, number: int) -> Response:
    """Keeps the file that proves the delivery."""
    campaign, form = campaign_or_refuse(slug, "deliver"), ProofForm()
    row, _target = delivery_or_refuse(campaign, number)
    try:
        form.validate()
        upload = keep_file("file")
        operations.keep_proof(row, upload, file_name("file"), by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))
        return show(campaign_or_refuse(slug, "deliver"), number, form, 422)
    flash(_("The proof is stored."))
    return redirect(url_for("delivery.delivery", slug=slug, number=number), 303)


def delivery_or_refuse(campaign: Campaign, number: int) -> tuple[Delivery, Target]:
    """The campaign's delivery of that number with its target. Raises `Refused("not_found")`."""
    found = queries.delivery_of(campaign.id, number)
    if found is None:
        raise Refused("not_found")
    return found


def said(form: DeliveryForm) -> operations.Handover:
    """What was typed of a delivery. Raises `Refused("unknown_zone")`."""
    if form.timezone.data not in zones():
        raise Refused("unknown_zone")
    local: datetime | None = form.delivered_at.data
    return operations.Handover(
        target_id=form.target.data,
        delivered_at=moment_in(local, form.timezone.data) if local else None,
        timezone=form.timezone.data,
        **{name: form[name].data for name in SAID},
    )


def stored(row: Delivery) -> DeliveryForm:
    """The form filled with what is stored."""
    local = local_time(row.delivered_at, row.timezone) if row.delivered_at else None
    held = queries.editions_in([row.id])[row.id]
    values = {name: getattr(row, name) for name in (*SAID, "timezone")}
    ids = [edition.id for edition, _letter in held]
    return DeliveryForm(formdata=None, target=row.target_id, editions=ids, delivered_at=local, **values)


def refused_page(slug: str, form: DeliveryForm, refused: Refused, number: int | None = None) -> Response:
    """The form once more with what was typed and why it cannot be; what was written so far is undone."""
    db.session.rollback()
    form.add_refusal(refused.reason, sentence(refused.reason, **refused.values))
    return form_page(campaign_or_refuse(slug, "deliver"), form, number, 422)


def form_page(campaign: Campaign, form: DeliveryForm, number: int | None = None, status: int = 200) -> Response:
    """The page around the form of a delivery."""
    with read_only():
        frozen = [row for row in queries.editions_of_campaign(campaign.id) if row[0].frozen_at is not None]
        form.target.choices = options((str(row.id), row.name) for row in queries.targets_of_campaign(campaign.id))
        form.editions.choices = options((str(edition.id), edition_words(edition, letter)) for edition, letter in frozen)
        form.timezone.choices = options((zone, zone) for zone in zones())
        page = {"campaign": campaign, "form": form, "number": number}
        return private_page("delivery/edit_delivery.html", status, **page)


def edition_words(edition: Edition, letter: Letter) -> str:
    """An edition in the list of what can be handed over, with its exact counts."""
    return str(_("%(title)s: %(citation)s", title=letter.title, citation=edition_citation(letter, edition)))


def show(
    campaign: Campaign,
    number: int,
    form: ProofForm | None = None,
    status: int = 200,
    link_form: ReplyLinkForm | MailLinkForm | None = None,
) -> Response:
    """The page of a delivery."""
    row, target = delivery_or_refuse(campaign, number)
    link = queries.reply_link_of(row.id)
    held = queries.editions_in([row.id])[row.id]
    return private_page(
        "delivery/delivery.html",
        status,
        campaign=campaign,
        delivery=row,
        target=target,
        form=form or ProofForm(formdata=None),
        link=link,
        link_url=reply_url(link) if link is not None and link.revoked_at is None and may_here("deliver") else "",
        link_form=link_form or ReplyLinkForm(formdata=None, domain=website_domain(target.website) or ""),
        editions=[(edition, letter, edition_citation(letter, edition)) for edition, letter in held],
        steps=rules.checklist(done_steps(row, held)),
        methods=DELIVERY_METHODS,
        states=DELIVERY_STATES,
    )


def done_steps(row: Delivery, held: list[tuple[Edition, Letter]]) -> dict[str, bool]:
    """Which steps of the checklist are done."""
    ids = [letter.id for _edition, letter in held]
    named = queries.letters_with_addressee(ids)
    return {
        "text_final": all(edition.version_id == letter.version_id for edition, letter in held),
        "list_frozen": bool(held),
        "page_is_file": all(edition.root and edition.built_at for edition, _letter in held),
        "cover_letter": bool(row.note),
        "addressees": named == set(ids),
        "handed_by": bool(row.handed_by),
        "proof": bool(row.proof_sha256),
        "update": queries.has_update_since(ids, row),
        "answer_due": row.answer_due_on is not None,
    }
