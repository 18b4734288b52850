"""The life of signatures as a machine: whatever is done to them, in whatever order, the same things stay true."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from campaign.decisions import broken_links
from campaign.extensions import db
from campaign.lib.names import words
from campaign.models import DirtyLetter, Edition, SearchWord, Signature, Tally
from campaign.moderation.rules import Ruling
from campaign.signing import operations
from campaign.signing.queries import public_signatures
from tests.signing.lives import PEOPLE, Lives, sealed
from tests.support.databases import Prepared
from tests.support.tables import places_of

WHO = st.integers(0, PEOPLE)
RULINGS = (Ruling("approve"), Ruling("hold", note="Looks odd"), Ruling("reject", "fake", "Not that one"))


def rows_of(letter_id: int) -> list[Signature]:
    """Every row of the letter, as it is in the database."""
    return list(db.session.scalars(select(Signature).where(Signature.letter_id == letter_id)))


def is_shown(row: Signature) -> bool:
    """The words of the house, once more and on their own: verified, approved, not withdrawn, not merged."""
    return (row.verification, row.moderation, row.withdrawn_at, row.merged_into_id) == (
        "verified",
        "approved",
        None,
        None,
    )


class Life(RuleBasedStateMachine):
    """Three people and an organization sign one letter, and everything happens to them that can."""

    known: Prepared

    def __init__(self) -> None:
        super().__init__()
        self.known.clean()
        self.context = self.known.app.app_context()
        self.context.push()
        self.lives = Lives()

    def teardown(self) -> None:
        """Lets go of the database."""
        db.session.remove()
        db.engine.dispose()
        self.context.pop()

    @rule(who=WHO, spelling=st.integers(0, 3), is_private=st.booleans(), is_watched=st.booleans())
    def sign(self, who: int, spelling: int, is_private: bool, is_watched: bool) -> None:
        """For the first time or again, as oneself or as somebody famous."""
        self.lives.sign(who, spelling, is_watched=is_watched, is_private=is_private)

    @rule(who=WHO, is_code=st.booleans(), is_right=st.booleans())
    def confirm(self, who: int, is_code: bool, is_right: bool) -> None:
        """By link or code."""
        if is_code:
            self.lives.confirm_by_code(who, is_right=is_right)
        else:
            self.lives.confirm(who)

    @rule(who=WHO)
    def sign_and_confirm(self, who: int) -> None:
        """What most people do."""
        self.lives.sign(who, 0)
        self.lives.confirm(who)

    @rule(who=WHO, ruling=st.sampled_from(RULINGS))
    def decide(self, who: int, ruling: Ruling) -> None:
        """An organizer decides."""
        self.lives.decide(who, ruling)

    @rule(back=st.integers(0, 2))
    def undo(self, back: int) -> None:
        """And takes it back."""
        self.lives.undo(back)

    @rule(who=WHO, is_private=st.booleans())
    def correct(self, who: int, is_private: bool) -> None:
        """A new name, shown or kept private."""
        changes = {"name": f"Doctor {self.lives.word(who)}", "is_private": is_private}
        self.lives.own(who, lambda row: operations.correct_signature(row, changes, {}, {}, self.lives.now))

    @rule(who=WHO)
    def withdraw(self, who: int) -> None:
        """Takes the signature back."""
        reason = f"Because of {self.lives.word(who)}"
        self.lives.own(who, lambda row: operations.withdraw_signature(row, reason, self.lives.now))

    @rule(who=WHO, is_not_me=st.booleans())
    def erase(self, who: int, is_not_me: bool) -> None:
        """Erases it, or says that it was somebody else."""
        act = operations.refuse_signature if is_not_me else operations.erase_signature
        self.lives.forget(who, lambda row: act(row, self.lives.now))

    @rule(act=st.sampled_from(["pause_letter", "resume_letter", "close_letter", "reopen_letter", "reopen_letter"]))
    def move(self, act: str) -> None:
        """The letter pauses, closes and opens again."""
        self.lives.move(act)

    @rule(days=st.sampled_from([1, 31]))
    def wait(self, days: int) -> None:
        """Time passes."""
        self.lives.wait(days)

    @rule()
    def freeze(self) -> None:
        """An edition is frozen."""
        self.lives.freeze()

    @invariant()
    def one_live_row_each(self) -> None:
        """P4: a mailbox has one live signature of each kind."""
        live = [
            (row.kind, row.mailbox_key)
            for row in rows_of(self.lives.letter_id)
            if row.withdrawn_at is None and row.verification != "expired" and row.merged_into_id is None
        ]
        assert [found for found, number in Counter(live).items() if number > 1 and found[1]] == []

    @invariant()
    def counts_are_true(self) -> None:
        """P26, R5: what is stored is what is there, or the letter is marked; the query shows the same rows."""
        shown = [row for row in rows_of(self.lives.letter_id) if is_shown(row)]
        listed = db.session.execute(public_signatures(self.lives.letter_id)).all()
        assert sorted(row.id for row in listed) == sorted(row.id for row in shown)
        kinds = Counter(row.kind for row in shown)
        private = sum(row.is_private for row in shown if row.kind == "person")
        wanted = (kinds["person"], private, kinds["organization"])
        if db.session.scalar(select(DirtyLetter.id).limit(1)) is None:
            assert self.stored() == wanted
        last = db.session.scalar(select(DirtyLetter.id).order_by(DirtyLetter.id.desc()).limit(1)) or 0
        operations.recount_marked(self.lives.letter_id, last, self.lives.now)
        db.session.commit()
        assert self.stored() == wanted

    def stored(self) -> tuple[int, int, int]:
        """The tally."""
        tally = db.session.get(Tally, self.lives.letter_id)
        return (tally.people, tally.private, tally.organizations) if tally else (0, 0, 0)

    @invariant()
    def search_finds_what_is_shown(self) -> None:
        """p-R1: the words of every face that is shown, and of no other."""
        shown = [row for row in rows_of(self.lives.letter_id) if is_shown(row) and not row.is_private]
        wanted = {(row.id, word) for row in shown for word in [*words(row.name), *words(row.affiliation)]}
        assert {(row.signature_id, row.word) for row in db.session.scalars(select(SearchWord))} == wanted

    @invariant()
    def chain_holds(self) -> None:
        """p-M3, T22: no decision is missing or changed."""
        assert broken_links(self.lives.letter_id) == []

    @invariant()
    def editions_stand(self) -> None:
        """p-D1: text, counts, digest and root of an edition are those of the day it was frozen."""
        found = db.session.scalars(select(Edition)).all()
        assert {edition.number: sealed(edition) for edition in found} == self.lives.frozen

    @invariant()
    def erased_are_forgotten(self) -> None:
        """R6, K8: nothing that an erased person typed stands in any table or in any file of an edition."""
        if self.lives.erased:
            assert places_of(*self.lives.erased) == {}
            folder = self.known.app.config["DATA_DIR"] / "editions"
            texts = [path.read_bytes().lower() for path in folder.rglob("*") if path.is_file()]
            assert [word for word in self.lives.erased if any(word.encode() in text for text in texts)] == []


def test_life_of_signatures(sqlite_app: Prepared) -> None:
    """P4, P26, R5, R6, T22, p-D1, p-R1: sign, confirm, decide, leave, erase, expire, close, freeze, in any order."""
    Life.known = sqlite_app
    run_state_machine_as_test(
        Life,
        settings=settings(max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
