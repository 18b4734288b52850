"""Records for tests: plain functions with sensible defaults; everything is flushed, the caller commits."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from campaign import mailboxes
from campaign.delivery.operations import Handover, hand_over, prepare_delivery
from campaign.extensions import db
from campaign.lib import emails, markup
from campaign.lib.names import fold, index_letter, plain_form, sort_key
from campaign.models import (
    Addressee,
    Campaign,
    Consent,
    Delivery,
    Demand,
    Edition,
    EmployeeSigning,
    Endorsement,
    Institution,
    Invitation,
    Letter,
    LetterTarget,
    Membership,
    Organizer,
    Signature,
    Target,
    Update,
    Version,
    WatchName,
)
from campaign.organizations.institution_lists import InstitutionLine
from campaign.organizations.operations import find_or_add_organization, keep_keys
from campaign.organizations.operations.institutions import add_institutions
from campaign.organizations.rules import identifying_domain
from campaign.signing.operations import Entry, OrganizationClaim, listing_changed, mark_dirty
from campaign.verification.operations import record_proof

NOW = datetime(2026, 6, 18, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)

_numbers = itertools.count(1)

BODY = "Stop selling face recognition to the police.\n\nIt has no place on *our* streets."
DEMANDS = ("Stop selling face recognition to governments.", "Publish which agencies have bought it.")


def make_campaign(slug: str = "", **changes: Any) -> Campaign:
    """A campaign of the lead organization "Open Courts"."""
    slug = slug or f"campaign-{next(_numbers)}"
    values = {"title": "Face recognition", "lead": "Open Courts", "reply_to": "desk@open-courts.example"}
    campaign = Campaign(slug=slug, created_at=NOW, **{**values, **changes})
    db.session.add(campaign)
    db.session.flush()
    return campaign


def make_letter(slug: str = "stop", state: str = "open", campaign: Campaign | None = None, **changes: Any) -> Letter:
    """A letter in any state with everything that state needs: version 1, two demands, a target, an addressee."""
    campaign = campaign or make_campaign()
    values: dict[str, Any] = {
        "title": "Stop selling face recognition",
        "closes_at": NOW - DAY if state in ("closed", "archived") else None,
        "opens_at": NOW + DAY if state == "scheduled" else None,
        "opened_at": None if state in ("draft", "scheduled") else NOW - DAY,
        "paused_at": NOW - DAY if state == "paused" else None,
        "closed_at": NOW - DAY if state in ("closed", "archived") else None,
        "reason": "The company agreed to stop." if state in ("withdrawn", "removed") else "",
        "state_before": "open" if state in ("withdrawn", "removed") else None,
    }
    created = NOW - 2 * DAY
    letter = Letter(
        campaign_id=campaign.id, slug=slug, state=state, created_at=created, changed_at=created, **{**values, **changes}
    )
    db.session.add(letter)
    db.session.flush()
    letter.version_id = make_version(letter).id
    target = db.session.query(Target).filter_by(slug="acme").one_or_none()
    if target is None:
        target = Target(slug="acme", name="Acme Corporation", short_name="Acme", created_at=created)
        db.session.add(target)
        db.session.flush()
    db.session.add(LetterTarget(letter_id=letter.id, target_id=target.id))
    db.session.add(Addressee(letter_id=letter.id, position=1, name="Jeffrey P. Bezos", title="Chief Executive"))
    db.session.flush()
    return letter


def make_version(letter: Letter, number: int = 1, body: str = BODY) -> Version:
    """A wording of the letter."""
    tree = markup.parse(body, letter.language)
    version = Version(
        letter_id=letter.id,
        number=number,
        asked_number=number,
        title=letter.title,
        ask="Stop selling face recognition to governments.",
        salutation="Dear Mr. Bezos,",
        body=body,
        body_tree=tree,
        body_html=markup.to_html(tree),
        closing="We look forward to your answer.",
        created_at=letter.created_at,
    )
    version.demands = [Demand(number=place, text=text) for place, text in enumerate(DEMANDS, 1)]
    db.session.add(version)
    db.session.flush()
    return version


def watch(letter: Letter, name: str) -> None:
    """Puts a name on the letter's watch list."""
    db.session.add(WatchName(letter_id=letter.id, name=name, folded=fold(name)))
    db.session.flush()


def make_signature(letter: Letter, name: str = "Ada Lovelace", email: str = "", **changes: Any) -> Signature:
    """A person's confirmed and approved signature; `changes` are columns, and `website` makes it an endorsement."""
    website = changes.pop("website", None)
    kind = changes.pop("kind", "organization" if website else "person")
    email = email or f"signatory{next(_numbers)}@example.org"
    verification = changes.get("verification", "verified")
    signed_at = changes.get("signed_at", NOW - DAY)
    values: dict[str, Any] = {
        "email": email,
        "mailbox_key": emails.mailbox_key(mailboxes.secret(), emails.parse_address(email)),
        "verification": verification,
        "moderation": "approved" if verification == "verified" else "waiting",
        "verified_at": signed_at if verification == "verified" else None,
        "expired_at": signed_at + 7 * DAY if verification == "expired" else None,
        "signed_at": signed_at,
        "mails_asked": 1,
        "mail_asked_at": signed_at,
    }
    if website:
        values["organization_id"] = find_or_add_organization(name, website, signed_at).id
    signature = Signature(
        letter_id=letter.id,
        version_id=letter.version_id,
        kind=kind,
        name=name,
        name_typed=name,
        sort_key=sort_key(name, ignore_article=kind == "organization"),
        index_letter=index_letter(name, ignore_article=kind == "organization"),
        **{**values, **changes},
    )
    db.session.add(signature)
    db.session.flush()
    if website:
        db.session.add(Endorsement(signature=signature, website=website, representative="Rosa Marín", role="Director"))
    if signature.verification == "verified":
        domain = email.rpartition("@")[2]
        record_proof(signature.id, "mailbox", seen=domain, by_id=None, now=signature.verified_at or signed_at)
    listing_changed(signature, is_new=True)
    return signature


def show_employees(letter: Letter, number: int = 142, **ways: int) -> EmployeeSigning:
    """A letter that shows a number of employees, each checked by a colleague's code unless `ways` says how."""
    row = EmployeeSigning(
        letter_id=letter.id, number=number, ways=ways or {"employee_code": number}, changed_on=NOW.date()
    )
    db.session.add(row)
    mark_dirty(letter.id)
    db.session.flush()
    return row


def make_invitation(letter: Letter, name: str = "Open Rights", **changes: Any) -> Invitation:
    """An organization on the board, invited two days ago."""
    values: dict[str, Any] = {
        "website": "https://open-rights.org",
        "contact": "Rosa Marín",
        "email": "rosa@open-rights.org",
        "invited_at": NOW - 2 * DAY,
        "created_at": NOW - 2 * DAY,
    }
    row = Invitation(letter_id=letter.id, name=name, name_folded=fold(name), **{**values, **changes})
    db.session.add(row)
    db.session.flush()
    keep_keys(identifying_domain(row.website), invitation_id=row.id)
    return row


def make_edition(letter: Letter, number: int = 1, **changes: Any) -> Edition:
    """A frozen edition of 68 organizations and 152,004 people, 4 of them private; delivered where a time says so."""
    counts = {"people": 152004, "private": 4, "organizations": 68, "employees": 0, "imported": 0, "total": 152072}
    values: dict[str, Any] = {
        "state": "delivered" if changes.get("delivered_at") else "frozen",
        "counts": counts,
        "line_count": 152072,
        "list_digest": "d1" * 32,
        "frozen_at": NOW - DAY / 2,
        "created_at": NOW - DAY,
    }
    edition = Edition(letter_id=letter.id, version_id=letter.version_id or 0, number=number, **{**values, **changes})
    db.session.add(edition)
    db.session.flush()
    return edition


def make_delivery(
    campaign: Campaign, *editions: Edition, is_done: bool = True, now: datetime = NOW, **changes: Any
) -> Delivery:
    """A delivery of these editions to Acme, handed over a day ago in person, or still being prepared."""
    target_id = db.session.scalars(select(Target.id).where(Target.slug == "acme")).one()
    values = {"delivered_at": NOW - DAY, "timezone": "UTC", "place": "Acme Plaza", "handed_by": "Rosa Marín"}
    said = Handover(**{"target_id": target_id, **values, **changes})
    row = prepare_delivery(campaign, said, [edition.id for edition in editions], by_id=None, now=now)
    if is_done:
        hand_over(campaign, row, by_id=None, now=now)
    return row


def make_organizer(
    email: str = "owner@example.org", campaign: Campaign | None = None, role: str = "owner"
) -> Organizer:
    """An organizer, with a role where a campaign is given."""
    organizer = Organizer(email=email, email_key=email.lower(), created_at=NOW)
    db.session.add(organizer)
    db.session.flush()
    if campaign is not None:
        db.session.add(Membership(organizer_id=organizer.id, campaign_id=campaign.id, role=role, created_at=NOW))
        db.session.flush()
    return organizer


def entry(name: str = "Ada Lovelace", email: str = "ada@example.org", **changes: Any) -> Entry:
    """What a person typed into the sign form."""
    return Entry(name=name, address=emails.parse_address(email), **changes)


def endorsing(
    name: str = "Open Rights",
    email: str = "rosa@example.org",
    website: str = "https://example.org",
    **changes: Any,
) -> Entry:
    """What a representative typed into the form of organizations."""
    claim = OrganizationClaim(
        legal_name="",
        website=website,
        type="ngo",
        representative="Rosa Marín",
        role="Director",
        show_representative=False,
    )
    return Entry(name=name, address=emails.parse_address(email), organization=claim, **changes)


def make_consent(signature: Signature, kind: str = "wants_updates", **changes: Any) -> Consent:
    """A ticked box, with the sentence that stood beside it."""
    sentences = {
        "wants_updates": "Send me news from Open Courts",
        "wants_results": "Tell me what comes of this letter, in at most four mails",
    }
    values = {"sentence": sentences[kind], "given_at": signature.signed_at}
    consent = Consent(signature_id=signature.id, kind=kind, **{**values, **changes})
    db.session.add(consent)
    db.session.flush()
    return consent


def make_update(
    letter: Letter, kind: str = "news", number: int = 1, body: str = "They *stopped*.", **changes: Any
) -> Update:
    """An update of the letter, a draft unless `state` says otherwise."""
    tree = markup.parse(body, letter.language)
    html = markup.to_html(tree, first_heading=4, note_id=f"update-{number}-note")
    values = {"title": "They answered", "created_at": NOW, "changed_at": NOW}
    update = Update(
        letter_id=letter.id,
        kind=kind,
        number=number,
        body=body,
        body_tree=tree,
        body_html=html,
        **{**values, **changes},
    )
    db.session.add(update)
    db.session.flush()
    return update


def make_institution(name: str, aliases: Sequence[str] = (), country: str = "", website: str = "") -> Institution:
    """An institution of the directory, found by its name and aliases."""
    line = InstitutionLine(1, (), name, tuple(aliases), country, website)
    add_institutions([line], NOW)
    plain = plain_form(name)
    return db.session.scalars(
        select(Institution).where(
            Institution.name_plain == plain, Institution.country == country, Institution.merged_into_id.is_(None)
        )
    ).one()
