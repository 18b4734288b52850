"""The table of hold rules: what is held, and why."""

from __future__ import annotations

import pytest

from campaign.lib.emails import DomainMatch
from campaign.lib.names import fold
from campaign.signing.holds import RULES, Claim, Watched, hold_reasons, preset

WATCHED = Watched(
    {fold("Jeffrey P. Bezos"), fold("Office of the Chief Executive")}, {fold("Ada Lovelace"), fold("Cher")}
)


@pytest.mark.parametrize(
    ("claim", "letter_kind", "reasons"),
    [
        (Claim("person", "Grace Hopper", "Navy"), "public", []),
        (Claim("person", "Grace Hopper", "", is_free_mail=True), "academics", []),
        (Claim("person", "Grace Hopper", "Yale", is_free_mail=True), "academics", ["free_mail_affiliation"]),
        (Claim("person", "Grace Hopper", "Yale", is_free_mail=True), "public", []),
        (Claim("person", "Grace Hopper", "Yale"), "academics", []),
        (Claim("person", "Jeffrey P. Bezos", ""), "public", ["addressee"]),
        (Claim("person", "JEFFREY P. BEZOS", ""), "public", ["addressee"]),
        (Claim("person", "Jeffrey Bezos", ""), "public", ["addressee"]),
        (Claim("person", "Jeffrey Preston Bezos", ""), "public", ["addressee"]),
        (Claim("person", "Jeff Bezos", ""), "public", []),
        (Claim("person", "Jeffrey", ""), "public", []),
        (Claim("person", "Ada Lovelace", ""), "public", ["watched_name"]),
        (Claim("person", "Àda  LOVELACE", ""), "public", ["watched_name"]),
        (Claim("person", "cher", ""), "public", ["watched_name"]),
        (Claim("person", "Cher Horowitz", ""), "public", []),
        (Claim("person", "Grace Hopper", "", signals=frozenset({"honeypot"})), "public", ["honeypot"]),
        (Claim("person", "Ada Lovelace", "", signals=frozenset({"honeypot"})), "public", ["honeypot", "watched_name"]),
        (Claim("person", "Grace Hopper", "", signals=frozenset({"disposable"})), "public", ["disposable"]),
        (Claim("person", "Grace Hopper", "Yale", signals=frozenset({"disposable"})), "academics", ["disposable"]),
        *(
            (Claim("person", "Grace Hopper", "", signals=frozenset({signal})), "public", [signal])
            for signal in ("blocked", "burst", "no_proof", "too_fast")
        ),
        (
            Claim("person", "Ada Lovelace", "", signals=frozenset({"burst", "blocked"})),
            "public",
            ["blocked", "burst", "watched_name"],
        ),
        (Claim("organization", "Open Rights", "", match=DomainMatch.EXACT), "coalition", []),
        (Claim("organization", "Open Rights", "", match=DomainMatch.FREE_MAIL), "coalition", ["free_mail"]),
        (Claim("organization", "Open Rights", "", match=DomainMatch.SHARED_HOST), "coalition", ["shared_host"]),
        (Claim("organization", "Open Rights", "", match=DomainMatch.DIFFERENT), "coalition", ["address_not_exact"]),
        (Claim("organization", "Open Rights", "", match=DomainMatch.NO_SITE), "coalition", ["address_not_exact"]),
        (
            Claim("organization", "Open Rights", "", match=DomainMatch.EXACT, signals=frozenset({"look_alike"})),
            "coalition",
            ["look_alike"],
        ),
        (
            Claim("organization", "Open Rights", "", match=DomainMatch.EXACT, signals=frozenset({"alias_clash"})),
            "coalition",
            ["alias_clash"],
        ),
        (Claim("organization", "Open Rights", "", match=DomainMatch.FREE_MAIL, is_proven=True), "coalition", []),
        (Claim("organization", "Open Rights", "", match=DomainMatch.SHARED_HOST, is_proven=True), "coalition", []),
        (Claim("organization", "Open Rights", "", match=DomainMatch.DIFFERENT, is_proven=True), "coalition", []),
        (Claim("organization", "Open Rights", "", match=DomainMatch.NO_SITE, is_proven=True), "coalition", []),
        (
            Claim(
                "organization",
                "Cher",
                "",
                match=DomainMatch.DIFFERENT,
                signals=frozenset({"look_alike", "name_clash", "authority_declined"}),
                is_proven=True,
            ),
            "coalition",
            ["watched_name", "look_alike", "name_clash", "authority_declined"],
        ),
        (
            Claim(
                "organization",
                "Open Rights",
                "",
                match=DomainMatch.EXACT,
                signals=frozenset({"name_clash", "organization_already_signed"}),
            ),
            "coalition",
            ["name_clash", "organization_already_signed"],
        ),
        (Claim("organization", "Cher", "", match=DomainMatch.EXACT), "coalition", ["watched_name"]),
        (Claim("person", "Visit spam.com", ""), "public", ["name_link"]),
        (Claim("person", "=HYPERLINK", ""), "public", ["name_formula"]),
        (Claim("person", "12345", ""), "public", ["name_digits", "name_no_letters"]),
        (Claim("person", "Grаce Hopper", ""), "public", ["name_mixed_scripts"]),
        (Claim("person", "J.R.R. O'Neill-Œil Jr.", ""), "public", []),
        (Claim("person", "Grace Hopper", "350.org"), "public", []),
        (Claim("organization", "350.org", "", match=DomainMatch.EXACT), "coalition", []),
        (Claim("organization", "Оpen Rights", "", match=DomainMatch.EXACT), "coalition", ["name_mixed_scripts"]),
    ],
)
def test_hold_reasons_say_why(claim: Claim, letter_kind: str, reasons: list[str]) -> None:
    """x-S15, p-V2: what is held and why; nothing else is."""
    assert hold_reasons(claim, preset(letter_kind), WATCHED) == reasons


def test_rules_have_one_name_each() -> None:
    """A reason on the desk is one rule."""
    ids = [rule.id for rule in RULES]
    assert sorted(ids) == sorted(set(ids))
