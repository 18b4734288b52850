"""The organizations of the seeded world, and their endorsements."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.cli import seed_words as made_up
from campaign.cli.seed_rows import BLANK, OLDEST_PENDING, Made, Rows
from campaign.lib.names import words

NO_CLAIM: dict[str, Any] = {"legal_name": "", "representative": "", "role": "", "show_representative": False}


@dataclass(frozen=True)
class Body:
    """An organization of the directory, and the website it is known by."""

    id: int
    name: str
    website: str
    type: str


class BodyRows(Rows):
    """Makes the endorsements of one letter."""

    def endorsements(self, bodies: Sequence[Body]) -> Iterator[Made]:
        """The organizations: those of the plan in public, and three more that a rule held."""
        count = self.plan.organizations
        chosen = self.random.sample(bodies, min(count, len(bodies)))
        for number, body in enumerate(chosen):
            yield self.endorsement(body, self.moment(number, count))
        if count >= 10:
            reasons = ("address_not_exact", "organization_already_signed", "shared_host")
            for reason, body in zip(reasons, chosen, strict=False):
                yield self.claim(body, "held", reason, self.end - self.random.random() * OLDEST_PENDING)

    def endorsement(self, body: Body, came: datetime) -> Made:
        """A public endorsement: proven by its own domain where it has one, else vouched for."""
        if ".example" not in body.website:
            return self.claim(body, "approved", "", came)
        row = {**BLANK, **self.claimed(body), "source": "load", "signed_at": came, "verified_at": came}
        made = Made(self.signed(row, "vouched", "example.org"))
        row.update(email=None, mailbox_key=None, organization_id=body.id)
        made.proofs.append(("vouched", self.random.choice(made_up.VOUCHED)))
        made.endorsement = {**NO_CLAIM, "website": body.website, "type": body.type}
        return made

    def claim(self, body: Body, fate: str, reason: str, came: datetime) -> Made:
        """An endorsement that a representative signed by mail."""
        group = made_up.PEOPLE[0]
        domain = body.website.partition("://")[2]
        host = domain if fate == "approved" else f"{reason.replace('_', '-')}.example"
        row = {**BLANK, **self.claimed(body)}
        made = Made(self.signed(row, "office", host))
        self.live(made, fate, came, reason)
        row["organization_id"] = body.id
        made.proofs.append(("mailbox", host))
        if fate == "approved":
            made.proofs.append(("work_domain", f"{host} = {body.website}"))
        made.endorsement = {
            "legal_name": f"{body.name} e.V.",
            "website": body.website,
            "type": body.type,
            "representative": f"{self.random.choice(group.given)} {self.random.choice(group.family)}",
            "role": self.random.choice(made_up.ROLES),
            "show_representative": self.is_(0.5),
        }
        return made

    def claimed(self, body: Body) -> dict[str, Any]:
        """The columns of an organization's entry."""
        return {"kind": "organization", "name": body.name, "country": self.random.choice(("GB", "PT", "DE", "US", ""))}


def invented_bodies(source: random.Random, kind: str) -> Iterator[tuple[str, str, str]]:
    """Name, website and type of organizations, without end for `public` and `coalition` letters."""
    if kind == "investors":
        for first in made_up.BODY_FIRST:
            for last in made_up.FUND_LAST:
                yield f"{first} {last}", site_of(f"{first} {last}"), "company"
        return
    for name, domain in zip(
        made_up.BODY_SINGULAR, ("example.org", "example.com", "example.net", "voisins.example"), strict=True
    ):
        yield name, f"https://{domain}", "ngo"
    names = [
        f"{first} {second} {last}"
        for first in made_up.BODY_FIRST
        for second in made_up.BODY_SECOND
        for last in made_up.BODY_LAST
    ]
    source.shuffle(names)
    for name in names:
        yield (
            name,
            site_of(name),
            "union" if name.endswith("Union") else source.choice(("ngo", "ngo", "faith", "academic")),
        )


def site_of(name: str) -> str:
    """An address that nobody can own."""
    return f"https://{'-'.join(words(name))}.example"
