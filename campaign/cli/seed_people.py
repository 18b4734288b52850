"""The people of the seeded world: who they are, and what became of each signature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from campaign.choices import PublicationMode
from campaign.cli import seed_words as made_up
from campaign.cli.seed_letters import CHIEF, WATCHED
from campaign.cli.seed_rows import BLANK, Made, Rows
from campaign.lib.names import fold
from campaign.states import LetterState

# Beside every thousand public signatures there are so many of these; at least one of each.
BESIDE = {"pending": 25, "held": 12, "withdrawn": 8, "expired": 12, "rejected": 1}
REVIEWED = 40
MOST_REJECTED = 40
PRIVATE = 0.04
PINNED = 5
# Where the address itself is the reason; nobody is ever written to there.
HELD_HOSTS = {"free_mail_affiliation": "freemail.example", "disposable": "inbox.mailinator.com"}
WEIGHTS = [group.weight for group in made_up.PEOPLE]


class PeopleRows(Rows):
    """Makes the people of one letter, in the order they came."""

    pinned = 0
    # The ids of the schools in the directory, by name.
    institutions: Mapping[str, int] = {}

    def people(self) -> Iterator[Made]:
        """Every person, public or not."""
        fates = self.fates(self.plan.people)
        moments = (self.came(fate, self.moment(number, len(fates))) for number, fate in enumerate(fates))
        for number, (came, fate) in enumerate(sorted(zip(moments, fates, strict=True))):
            yield self.person(number, fate, came)

    def fates(self, public: int) -> list[str]:
        """What becomes of each signature: `public` approved ones, and the others among them."""
        if not public:
            return []
        beside = {fate: max(1, public * share // 1000) for fate, share in BESIDE.items()}
        beside["rejected"] = min(beside["rejected"], MOST_REJECTED)
        if self.letter.mode == PublicationMode.REVIEW_FIRST:
            beside["waiting"] = max(1, public * REVIEWED // 1000)
        pending = beside.pop("pending")
        if self.plan.state not in (LetterState.OPEN, LetterState.PAUSED):
            beside["expired"] += pending
            pending = 0
        fates = ["approved"] * public + [fate for fate, count in beside.items() for _ in range(count)]
        self.random.shuffle(fates)
        # Those who have not confirmed yet are among the last who came.
        latest = fates[-pending * 3 :] + ["pending"] * pending if pending else []
        self.random.shuffle(latest)
        return [*fates[: len(fates) - pending * 3], *latest] if len(fates) > pending * 3 else latest

    def person(self, number: int, fate: str, came: datetime) -> Made:
        """One person."""
        group = self.random.choices(made_up.PEOPLE, WEIGHTS)[0]
        given = self.random.choice(group.given)
        row = {**BLANK, **self.typed(group, given)}
        if self.plan.kind == "academics" and row["affiliation"] in self.institutions:
            row["institution_id"] = self.institutions[row["affiliation"]]
            aliases = made_up.SCHOOL_ALIASES.get(row["affiliation"], ())
            row["affiliation_typed"] = self.random.choice((row["affiliation"], *aliases))
        reason = self.reason(row) if fate in ("held", "rejected") else ""
        local = fold(given) if given.isascii() else "reader"
        host = HELD_HOSTS.get(reason) or self.random.choice(made_up.MAIL_HOSTS)
        made = Made(self.signed(row, f"{local}.{number}", host))
        self.live(made, fate, came, reason)
        if row["verified_at"] is not None:
            made.proofs.append(("mailbox", host))
            made.consents = [
                kind for kind, share in (("wants_results", 0.22), ("wants_updates", 0.09)) if self.is_(share)
            ]
        if self.plan.is_largest and self.pinned < PINNED and row["moderation"] == "approved" and row["title"]:
            self.pinned += 1
            row["pinned_position"] = self.pinned
        return made

    def typed(self, group: made_up.People, given: str) -> dict[str, Any]:
        """What a person of this group typed."""
        choice = self.random.choice
        family = choice(group.family)
        middle = f" {choice('ABCDEFGHJKLMNPRSTVW')}." if group is made_up.PEOPLE[0] and self.is_(0.4) else ""
        parts = (family, given) if group.family_first else (given + middle, family)
        academic = self.plan.kind == "academics"
        return {
            "name": group.join.join(parts),
            "title": choice(made_up.CHAIRS if academic else made_up.TITLES) if self.is_(0.4) else "",
            "affiliation": choice(made_up.SCHOOLS if academic else made_up.WORKPLACES)
            if self.is_(0.95 if academic else 0.35)
            else "",
            "place": choice(made_up.PLACES) if self.letter.asks_place and self.is_(0.3) else "",
            "country": choice(group.countries) if self.letter.asks_country and self.is_(0.8) else "",
            "is_private": self.is_(PRIVATE),
        }

    def reason(self, row: dict[str, Any]) -> str:
        """Why a rule held this person, who then really gives the reason."""
        if self.plan.kind == "academics" and row["affiliation"]:
            return "free_mail_affiliation"
        reason = self.random.choice(("addressee", "watched_name", "honeypot", "disposable"))
        if reason in ("addressee", "watched_name"):
            row["name"] = CHIEF if reason == "addressee" else WATCHED[0].name
        return reason
