"""What was handed over, for everybody: the page of a delivery, which prints as its cover, and its proof."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, g

from campaign.delivery import queries, rules
from campaign.delivery.views.files import kept_file
from campaign.letters.outcomes import Outcome, outcomes_of
from campaign.letters.queries import addressees_of
from campaign.lib import clock
from campaign.models import Addressee, Campaign, Delivery, Edition, Letter, Target
from campaign.pagecache import MAX_AGE
from campaign.public.queries.letters import campaign_by_slug, certificate_of
from campaign.public.rules.letters import is_told
from campaign.public.views.blueprint import bp, site_page
from campaign.public.views.happenings import OUTCOME_WORDS, cited
from campaign.sentences import LETTER_KINDS
from campaign.sentences.deliveries import DELIVERY_METHODS
from campaign.states import DeliveryState, Refused


@dataclass(frozen=True)
class Shown:
    """A public delivery: its campaign and target, and the editions of letters that readers may see."""

    campaign: Campaign
    row: Delivery
    target: Target
    held: list[tuple[Edition, Letter]]


@bp.get("/campaigns/<slug>/deliveries/<int:number>")
def delivery(slug: str, number: int) -> Response:
    """One delivery: exact counts of each edition, never added up, and everything that is known of the handing over."""
    shown, now = public_delivery(slug, number), clock.now()
    outcomes = outcomes_of([letter for _edition, letter in shown.held])
    told = [(edition, letter, outcomes[letter.id]) for edition, letter in shown.held]
    return site_page(
        "public/delivery.html",
        campaign=shown.campaign,
        delivery=shown.row,
        target=shown.target,
        addressees=distinct(told),
        parts=[
            (edition, letter, cited(edition, letter), rules.count_lines(edition.counts)) for edition, letter, _ in told
        ],
        certified=[row for outcome in outcomes.values() for row in outcome.certified],
        outcomes=[(outcome, outcome.clock(now, shown.target.id)) for outcome in outcomes.values()],
        kinds=LETTER_KINDS,
        methods=DELIVERY_METHODS,
        not_indexed=g.not_indexed,
        **OUTCOME_WORDS,
    )


def distinct(told: list[tuple[Edition, Letter, Outcome]]) -> list[Addressee]:
    """To whom the letters go, each person or office once, without those in copy."""
    found = {
        (row.name, row.title): row
        for letter_id in dict.fromkeys(letter.id for _edition, letter, _outcome in told)
        for row in addressees_of(letter_id)
        if not row.is_copy
    }
    return list(found.values())


@bp.get("/campaigns/<slug>/deliveries/<int:number>/proof")
def proof(slug: str, number: int) -> Response:
    """The file that proves a delivery, to keep."""
    row = public_delivery(slug, number).row
    if not row.proof_sha256:
        raise Refused("not_found")
    response = kept_file(row.proof_sha256, row.proof_type, row.proof_name)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


@bp.get("/certificates/<int:row_id>")
def certificate(row_id: int) -> Response:
    """The file that proves a partner's number, to keep."""
    found = certificate_of(row_id)
    if found is None or not found[0].proof_sha256 or not is_told(found[1].state, found[1].opened_at):
        raise Refused("not_found")
    g.not_indexed = found[1].is_reconstruction
    response = kept_file(found[0].proof_sha256, found[0].proof_type, found[0].proof_name)
    response.headers["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


def public_delivery(slug: str, number: int) -> Shown:
    """A delivery readers may see. Raises `Refused("not_found")` before it was made, or while no letter is told."""
    campaign = campaign_by_slug(slug)
    found = queries.delivery_of(campaign.id, number) if campaign is not None else None
    if campaign is None or found is None or found[0].state != DeliveryState.DELIVERED:
        raise Refused("not_found")
    held = queries.editions_in([found[0].id])[found[0].id]
    read = [(edition, letter) for edition, letter in held if is_told(letter.state, letter.opened_at)]
    if not read:
        raise Refused("not_found")
    g.not_indexed = all(letter.is_reconstruction for _edition, letter in read)
    return Shown(campaign, *found, read)
