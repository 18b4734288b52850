"""One letter and a handful of people who do everything that can be done to a signature, in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from campaign import mailboxes
from campaign.delivery.operations import forget_signature
from campaign.extensions import db
from campaign.letters import operations as letters
from campaign.lib.emails import mailbox_key, parse_address
from campaign.models import Decision, Edition, Job, Letter, Signature
from campaign.models.signature import IS_LIVE
from campaign.moderation.operations import decide, undo
from campaign.moderation.rules import Ruling
from campaign.signing import operations
from campaign.signing.operations.confirm import digest_of
from campaign.signing.queries import signature_for_change, signature_to_confirm
from campaign.signing.queries.retention import CLASSES, signatures_due
from campaign.states import Refused
from campaign.verification import email_link
from tests.delivery.sealed import freeze
from tests.factories import NOW, endorsing, entry, make_letter, watch

PEOPLE = 3
# The same mailbox, as forms get it.
SPELLINGS = ("{}@example.org", "{}+tag@example.org", "{}@Example.ORG", "{}+a.b@example.org")
WATCHED = "Famous Somebody"


class Lives:
    """The letter, its people by number, and what must never come back of those who were erased."""

    def __init__(self) -> None:
        self.now = NOW
        self.letter_id = make_letter().id
        watch(self.letter(), WATCHED)
        # Everybody has words of their own, which stand nowhere else; who is erased comes back with others.
        self.serials = list(range(PEOPLE + 1))
        self.erased: list[str] = []
        self.frozen: dict[int, tuple[Any, ...]] = {}
        db.session.commit()

    def letter(self) -> Letter:
        """The letter as it is now."""
        return db.session.get_one(Letter, self.letter_id)

    def word(self, who: int) -> str:
        """The word that marks everything this person types."""
        return f"marker{'abcdefghij'[self.serials[who] // 10]}{'abcdefghij'[self.serials[who] % 10]}"

    def key(self, who: int) -> str:
        """The mailbox key of a person."""
        return mailbox_key(mailboxes.secret(), parse_address(SPELLINGS[0].format(self.word(who))))

    def kind(self, who: int) -> str:
        """The last one signs for an organization."""
        return "organization" if who == PEOPLE else "person"

    def of(self, who: int, *states: str) -> Signature | None:
        """The live signature of a person, if it is in one of these states."""
        found = db.session.scalars(
            select(Signature).where(
                Signature.letter_id == self.letter_id,
                Signature.mailbox_key == self.key(who),
                Signature.kind == self.kind(who),
                IS_LIVE,
            )
        ).one_or_none()
        return found if found is not None and (not states or found.verification in states) else None

    def attempt(self, act: Callable[[], Any]) -> bool:
        """One act in one transaction; False where it was refused, and then nothing of it stands."""
        try:
            act()
        except Refused:
            db.session.rollback()
            return False
        db.session.commit()
        return True

    def sign(self, who: int, spelling: int, *, is_watched: bool = False, **said: Any) -> None:
        """Fills the form and presses the button."""
        word = self.word(who)
        address = SPELLINGS[spelling].format(word)
        name = f"{WATCHED} {word}" if is_watched else f"Person {word}"
        given = entry(name, address, affiliation=f"Society {word}", comment=f"Words of {word}", **said)
        if who == PEOPLE:
            given = endorsing(f"Body {word}", address, f"https://{word}.example.org")
        self.attempt(lambda: operations.sign_letter(self.letter_id, given, self.now))

    def confirm(self, who: int) -> None:
        """Opens the newest link and presses its button."""
        row = self.of(who)
        if row is None:
            return
        seen = (row.id, row.generation, digest_of(signature_for_change(row.id) or row))
        db.session.rollback()
        self.attempt(lambda: operations.confirm_signature(signature_to_confirm(seen[0]), seen[1], seen[2], self.now))

    def confirm_by_code(self, who: int, *, is_right: bool) -> None:
        """Types the six digits of the newest mail, or others."""
        row = self.of(who, "pending")
        if row is None:
            return
        code = email_link.make_code(row.id, row.mails_asked, row.answers_count)
        typed = code if is_right else f"{(int(code) + 1) % 10**6:06}"
        db.session.rollback()
        self.attempt(lambda: operations.confirm_by_code(self.letter_id, self.key(who), typed, self.now))

    def own(self, who: int, act: Callable[[Signature], Any]) -> bool:
        """Does something on one's own page."""
        row = self.of(who)
        if row is None:
            return False
        seen = (row.id, row.generation)
        db.session.rollback()
        return self.attempt(lambda: act(operations.owned_signature(*seen)))

    def forget(self, who: int, act: Callable[[Signature], Any]) -> None:
        """Erases, and does at once what the worker is asked for; the person comes back as somebody else."""
        if not self.own(who, act):
            return
        for job in db.session.scalars(select(Job).where(Job.kind == "delivery.forget", Job.state == "ready")).all():
            forget_signature(self.letter_id, job.payload["signature"], self.now)
        db.session.execute(delete(Job).where(Job.kind == "delivery.forget"))
        db.session.commit()
        self.erased.append(self.word(who))
        self.serials[who] = max(self.serials) + 1

    def decide(self, who: int, ruling: Ruling) -> None:
        """An organizer decides on what they see."""
        row = self.of(who)
        if row is not None:
            seen = (row.id, row.moderation)
            db.session.rollback()
            self.attempt(lambda: decide(self.letter_id, *seen, ruling, by_id=None, now=self.now))

    def undo(self, back: int) -> None:
        """Takes back one of the last decisions."""
        newest = select(Decision.id).where(Decision.letter_id == self.letter_id).order_by(Decision.id.desc())
        ids = db.session.scalars(newest.limit(3)).all()
        db.session.rollback()
        if ids:
            self.attempt(lambda: undo(self.letter_id, ids[back % len(ids)], by_id=None, now=self.now))

    def move(self, act: str) -> None:
        """Pauses, resumes, closes or opens the letter again."""
        self.attempt(lambda: getattr(letters, act)(self.letter(), by_id=None, now=self.now))

    def wait(self, days: int) -> None:
        """Time passes, and the worker does what is due: it expires, and blanks what is over."""
        self.now += timedelta(days=days)
        operations.expire_pending(self.now)
        db.session.commit()
        for kind in CLASSES:
            operations.take(kind, signatures_due(kind, self.now, 100), self.now)
        db.session.commit()

    def freeze(self) -> None:
        """Freezes the public list as it is."""
        edition = freeze(self.letter(), self.now)
        self.frozen[edition.number] = sealed(edition)
        db.session.commit()


def sealed(edition: Edition) -> tuple[Any, ...]:
    """What of an edition can never change."""
    counts = tuple(sorted(edition.counts.items()))
    return (edition.version_id, edition.line_count, counts, edition.list_digest, edition.root, edition.frozen_at)
