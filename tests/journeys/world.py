"""The letters of the browser tests: every state, every size, names of many scripts, and tokens to personal pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from campaign.accounts.operations import make_sign_in_link
from campaign.decisions import record_decision
from campaign.delivery.operations import (
    Answer,
    Certificate,
    add_commitment,
    ask_for_code,
    certify,
    make_reply_link,
    record_response,
)
from campaign.delivery.reply_tokens import reply_url
from campaign.extensions import db
from campaign.letters.operations import give_preview, preview_token
from campaign.letters.queries import version_of
from campaign.lib.emails import parse_address
from campaign.links import make_token
from campaign.models import (
    AuthorityRequest,
    Campaign,
    DomainCheck,
    Evidence,
    InitialSignatory,
    InvitationNote,
    Letter,
    Organization,
    Signature,
    TimelineEntry,
    UpdateMail,
)
from campaign.organizations.operations import add_alias
from campaign.signing.operations import recount_letter
from campaign.signing.rules import approval_digest
from campaign.states import LetterState
from tests.factories import (
    make_campaign,
    make_consent,
    make_delivery,
    make_edition,
    make_institution,
    make_invitation,
    make_letter,
    make_organizer,
    make_signature,
    make_update,
)

FIRST = ("Ada", "Zoë", "Katarzyna", "Mateo", "محمد", "אברהם", "王", "山田", "Анна", "Nguyễn", "Ọláìyá", "அனன்யா")
LAST = ("Lovelace", "Ångström", "Wójcik", "García Márquez", "بن سلمان", "כהן", "小明", "太郎", "Ковалёва", "Thị Hồng")
LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh von und zu der Hohenzollernburgundischen"
HOSTILE = ("<script>document.title='hacked'</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }} ${7*7} #{7*7}")


def fill() -> dict[str, str]:
    """Writes everything in one commit; returns the addresses that need a token or a number."""
    now = datetime.now(UTC).replace(microsecond=0)
    campaign = make_campaign("face-recognition", title="Face recognition", summary="Letters to a company.")
    owner = make_organizer("owner@example.org", campaign)
    letters = {state.value: one_letter(state.value, state.value, now, campaign=campaign) for state in LetterState}
    rich = one_letter("rich", "open", now, campaign=campaign, **EVERY_FIELD)
    annex(rich)
    sizes = {"few": 8, "columns": 40, "many": 260, "rich": 30}
    for slug, size in sizes.items():
        letter = rich if slug == "rich" else one_letter(slug, "open", now, campaign=campaign)
        people(letter, size, now)
        for number in range(24 if slug == "rich" else 2):
            make_signature(letter, f"Organization {number} for Open Letters", website=f"https://body{number}.org")
    academics(one_letter("academics", "open", now, campaign=campaign, kind="academics", asks_title=True))
    hostile = one_letter("hostile", "open", now, campaign=campaign, title=HOSTILE[0][:200], notice=HOSTILE[1])
    for number, text in enumerate(HOSTILE):
        make_signature(hostile, text, title=text, affiliation=text, place=text, comment=text)
        make_signature(hostile, f"{text} {number}", website=f"https://hostile{number}.org", moderation="held")
    paths = personal(rich, letters, now) | mailings(rich, now)
    paths |= board(letters["scheduled"], letters["closed"], hostile, now)
    paths |= asked(rich, hostile, now)
    paths["reply"] = handed_over(rich, now)
    paths["sign-in"] = f"/sign-in/{make_sign_in_link(owner, timedelta(days=1), now)}"
    draft = letters["draft"]
    preview = give_preview(draft, given_to=LONG, expires_at=now + timedelta(days=1), by_id=owner.id, now=now)
    paths["preview"] = f"/letters/draft/preview/{preview_token(preview)}"
    for letter in (rich, hostile, *letters.values()):
        recount_letter(letter.id, now)
    db.session.commit()
    return paths


EVERY_FIELD = {
    "asks_title": True,
    "asks_place": True,
    "asks_country": True,
    "asks_comment": True,
    "offers_updates": True,
}


def one_letter(slug: str, state: str, now: datetime, **changes: object) -> Letter:
    """A letter whose dates lie around the present moment."""
    day = timedelta(days=1)
    dates: dict[str, object] = {"closes_at": now + 30 * day}
    if state == "scheduled":
        dates |= {"opens_at": now + day}
    if state in ("closed", "archived"):
        dates = {"closes_at": now - day, "closed_at": now - day}
    return make_letter(slug, state, **{**dates, **changes})  # type: ignore[arg-type]


def people(letter: Letter, size: int, now: datetime) -> None:
    """Named people, every ninth of them private, a few waiting for a decision."""
    for number in range(size):
        name = f"{FIRST[number % len(FIRST)]} {LAST[number * 7 % len(LAST)]}" if number % 11 else f"{LONG} {number}"
        make_signature(
            letter,
            name,
            affiliation="Analytical Society" if number % 3 == 0 else "",
            title="Professor of Mathematics" if number % 6 == 0 else "",
            is_private=number % 9 == 8,
            pinned_position=number if number in (3, 4) else None,
        )
    for reason in ("watched_name", "addressee;honeypot"):
        row = make_signature(letter, f"Held for {reason}", moderation="held", reasons=reason)
        record_decision(letter.id, row.id, "hold", by_id=None, now=now, reason="Looks odd")


def academics(letter: Letter) -> None:
    """Two institutions of one abbreviation, one with a signatory, and one whose name is hostile."""
    coimbra = make_institution("Universidade de Coimbra", ("UC", "University of Coimbra"), "PT", "https://www.uc.pt")
    make_institution("University of Canterbury", ("UC",), "NZ", "https://www.canterbury.ac.nz")
    make_institution(HOSTILE[0], (HOSTILE[2],))
    for name in ("Ada Lovelace", LONG, HOSTILE[1]):
        make_signature(letter, name, title="Professor", affiliation=coimbra.name, institution_id=coimbra.id)
    recount_letter(letter.id, letter.created_at)


def annex(letter: Letter) -> None:
    """Evidence, initial signatories and a timeline."""
    for number in (1, 2):
        db.session.add(
            Evidence(
                letter_id=letter.id,
                number=number,
                title=f"Records of the city, part {number}",
                source="City of Orlando",
                url="https://example.org/records.pdf",
                sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            )
        )
        db.session.add(InitialSignatory(letter_id=letter.id, position=number, name=f"Initial {number}", title="Chair"))
        db.session.add(
            TimelineEntry(
                letter_id=letter.id,
                sort_on=datetime(2018, 5, 20 + number, tzinfo=UTC).date(),
                happened=f"2018-05-{20 + number}",
                kind="letter",
                actor="The coalition",
                text="The letter was handed over.",
                source="example.org",
                url="https://example.org",
            )
        )


def handed_over(rich: Letter, now: datetime) -> str:
    """Two deliveries, one of them answered in every way; the path of the company's own link, for which a code waits."""
    campaign = db.session.get_one(Campaign, rich.campaign_id)
    editions = [make_edition(rich, number, frozen_at=now - timedelta(days=9)) for number in (1, 2)]
    said = {"note": "Please read.\n\nIt is short.", "received_by": "Front desk", "reference": "R-17"}
    row = make_delivery(
        campaign, editions[0], now=now, delivered_at=now - timedelta(days=8), answer_due_on=now.date(), **said
    )
    make_delivery(campaign, editions[1], is_done=False, now=now)
    certified = Certificate(
        organization="Demand It",
        number=150000,
        qualifier="more_than",
        counted="signatures",
        certified_by="Rosa",
        certified_on=now.date(),
    )
    certify(rich, certified, by_id=None, now=now)
    for kind, audience, text in (("statement", "press", HOSTILE[0]), ("act", "public", "It stopped for a year.")):
        answer = Answer(
            target_id=row.target_id,
            happened=now.date().isoformat(),
            text=text,
            kind=kind,
            audience=audience,
            actor="A spokesperson",
            source="example.org",
            url="https://example.org/1",
        )
        response = record_response(campaign, answer, {(rich.id, 1): "partly_met"}, by_id=None, now=now)
        add_commitment(response, "No sales for a year.", now.date(), by_id=None, now=now)
    link = make_reply_link(row, "acme.com", by_id=None, now=now)
    ask_for_code(link.id, parse_address("counsel@acme.com"), now)
    return "/reply/" + reply_url(link).rpartition("/")[2]


def personal(rich: Letter, letters: dict[str, Letter], now: datetime) -> dict[str, str]:
    """Signatures whose own pages the tests open."""
    pending = {"verification": "pending", "signed_at": now, "expires_at": now + timedelta(days=7)}
    rows: dict[str, Signature] = {
        "ready": make_signature(rich, "Grace Hopper", email="grace@example.org", **pending),
        "over": make_signature(rich, "Expired Person", verification="expired"),
        "done": make_signature(rich, "Confirmed Person", title="Dr", affiliation="Society", country="PT"),
        "endorsed": make_signature(rich, "Endorsing Body", email="rosa@endorsing.org", website="https://endorsing.org"),
        "gone": make_signature(rich, "Withdrawn Person", withdrawn_at=now),
        "closed": make_signature(letters["closed"], "Of a closed letter"),
    }
    return {
        "confirm": link("confirm", "confirm", rows["ready"]),
        "confirm expired": link("confirm", "confirm", rows["over"]),
        "confirm done": link("confirm", "confirm", rows["done"]),
        "signed": link("confirm", "confirm", rows["done"]) + "?signed=1",
        "not me": link("not-me", "not_me", rows["ready"]),
        "my person": link("my", "my", rows["done"]),
        "my organization": link("my", "my", rows["endorsed"]),
        "my withdrawn": link("my", "my", rows["gone"]),
        "my closed": link("my", "my", rows["closed"]),
    }


def asked(letter: Letter, hostile: Letter, now: datetime) -> dict[str, str]:
    """Organizations that are held for their address, and the pages on which it can be shown that they sign."""
    paths = {}
    for stage, answered in (("asked", {}), ("approved", {"approved_at": now}), ("declined", {"declined_at": now})):
        row = held_for_address(letter, f"Tenants who {stage}", f"https://tenants-{stage}.org", now)
        paths |= {f"authority {stage}": request_page(row, now, **answered)}
        if stage == "asked":
            db.session.add(
                DomainCheck(signature_id=row.id, asked_count=1, asked_at=now, checked_at=now, outcome="away;redirect")
            )
            paths["my held"] = f"/my/{make_token('my', row.id, row.generation)}"
            paths["desk held"] = f"/desk/letters/rich/signatures?at={row.id}"
            paths["organization"] = f"/desk/letters/rich/organizations/{row.organization_id}"
            organization = db.session.get_one(Organization, row.organization_id)
            add_alias(letter, organization, name=LONG, website="https://renters.net", by_id=None, now=now)
    row = held_for_address(hostile, HOSTILE[0], "https://hostile-and-held.org", now)
    return {**paths, "authority hostile": request_page(row, now)}


def held_for_address(letter: Letter, name: str, website: str, now: datetime) -> Signature:
    """An endorsement from an address that proves nothing."""
    held = {"moderation": "held", "reasons": "address_not_exact", "signed_at": now}
    return make_signature(letter, name, website=website, **held)


def request_page(row: Signature, now: datetime, **answered: datetime) -> str:
    """The page of a published contact that was asked."""
    request = AuthorityRequest(
        signature_id=row.id,
        way="published_contact",
        email=f"office{row.id}@tenants.org",
        page=f"https://tenants.org/{'contact-' * 20}",
        generation=row.id,
        created_at=now,
        asked_at=now,
    )
    for column, value in answered.items():
        setattr(request, column, value)
    db.session.add(request)
    db.session.flush()
    return f"/authority/{make_token('authority', request.id, request.generation)}"


def board(letter: Letter, closed: Letter, hostile: Letter, now: datetime) -> dict[str, str]:
    """A coalition board with every answer, and the pages of its organizations."""
    letter.answers_due_at = now + timedelta(days=5)
    signature = make_signature(letter, "Approving Body", website="https://approving.org")
    code = {"codes_asked": 1, "code_asked_at": now, "approver": "Rosa Marín", "approver_email": "rosa@coding.org"}
    half = {"needs_second": True, "second_email": "lin@example.org"}
    on = {"signature_id": signature.id, "version_id": letter.version_id, "line": "Approving Body"}
    rows = {
        "invitation": make_invitation(letter, f"Asked Body {LONG}", website="https://asked.org"),
        "invitation code": make_invitation(
            letter, "Coding Body", website="https://coding.org", line="Coding Body", **code
        ),
        "invitation second": make_invitation(letter, "Half a Body", website="", **half),
        "invitation question": make_invitation(letter, "مركز الحقوق", website="", answer="question", answered_at=now),
        "invitation declined": make_invitation(
            letter, "Declining Body", website="", answer="declined", answered_at=now
        ),
        "invitation approved": make_invitation(
            letter, "Approving Body", website="https://approving.org", answer="approved", answered_at=now, **on
        ),
        "invitation closed": make_invitation(closed, "Late Body"),
        "invitation hostile": make_invitation(hostile, HOSTILE[0], website="", contact=HOSTILE[1], line=HOSTILE[2]),
    }
    row, version = rows["invitation second"], version_of(letter)
    row.line, row.approver, row.first_approved_at = "Half a Body", "Rosa Marín", now
    row.approved_digest = approval_digest(row, version)
    for name in ("invitation question", "invitation hostile"):
        db.session.add(InvitationNote(invitation_id=rows[name].id, text=HOSTILE[0], author=HOSTILE[1], written_at=now))
    paths = {name: f"/invitations/{make_token('invitation', row.id, row.generation)}" for name, row in rows.items()}
    paths["invited"] = f"/desk/letters/scheduled/coalition/{rows['invitation question'].id}"
    return paths


UPDATE = """## What came

| asked | came |
|---|---|
| stop | for a year |

`0123456789abcdef0123456789abcdef01234567`

> Said."""


def mailings(letter: Letter, now: datetime) -> dict[str, str]:
    """A draft, and a result whose mails left, were refused or are in doubt; who asked, and who does no more."""
    asks, ended = (make_signature(letter, name) for name in ("Asks for news", "Asks no more"))
    make_consent(asks)
    make_consent(asks, "wants_results")
    make_edition(letter, 3, delivered_at=now, root="ab" * 32, frozen_at=now, created_at=now)
    make_update(letter, body=UPDATE)
    told = {"state": "sending", "begun_at": now, "published_at": now, "fanned_out_to": 2**30, "per_hour": 1}
    sent = make_update(letter, "result", 2, body=UPDATE, title="They stopped for a year", **told)
    for signature, state in ((asks, "parked"), (ended, "failed")):
        db.session.add(UpdateMail(update_id=sent.id, signature_id=signature.id, state=state, queued_at=now))
    return {
        "unsubscribe": link("unsubscribe", "unsubscribe_news", asks),
        "unsubscribed": link("unsubscribe", "unsubscribe_result", ended),
        "unsubscribe test": f"/unsubscribe/{make_token('unsubscribe_news', 0, 0)}",
    }


def link(door: str, purpose: str, row: Signature) -> str:
    """The address of a mailed link."""
    return f"/{door}/{make_token(purpose, row.id, row.generation)}"
