"""The mails of updates as a receiver gets them: parsed back from a real server."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy.orm import scoped_session

from campaign.extensions import db
from campaign.models import Letter, Signature
from campaign.states import Refused
from campaign.updates import operations
from campaign.updates.rules import LARGEST_BODY, Words
from tests.factories import DAY, NOW, make_consent, make_edition, make_organizer, make_signature, make_update
from tests.support.mails import part
from tests.support.pages import Page
from tests.support.smtp import Sink
from tests.updates.conftest import Work, send_now

Session = scoped_session[Any]

HEADERS = {
    "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "reply-to", "auto-submitted",
    "list-unsubscribe", "list-unsubscribe-post",
}  # fmt: skip


def flat(text: str) -> str:
    """The words with single spaces."""
    return " ".join(text.split())


def test_news(letter: Letter, people: list[Signature], work: Work, sink: Sink) -> None:
    """p-D7, R10: text and HTML, small, no picture, From ours, replies to the campaign, why it came, the ways out."""
    send_now(letter, make_update(letter, body="They *stopped*.\n\n- [Read it](https://news.example/1)"))
    work()
    mail = sink.to("person0@example.org")[0]
    assert {name.lower() for name in mail.keys()} == HEADERS  # noqa: SIM118  a message is no mapping
    assert (mail["Subject"], mail["To"]) == ("They answered", "person0@example.org")
    assert (mail["From"], mail["Reply-To"]) == ("letters@localhost", "desk@open-courts.example")
    text, html = part(mail, "plain"), part(mail, "html")
    assert "They stopped." in text
    assert "<em>stopped</em>" in html
    assert "You get this because you signed the letter and ticked: “Send me news from Open Courts”." in flat(text)
    assert "mail 1 of" not in text
    assert "root" not in text
    assert re.findall(r"<img|background=|url\(|<link|<script", html) == []
    doors = {address.split("/")[3] for address in re.findall(r"http://127\S+", text)}
    assert doors == {"letters", "unsubscribe", "my"}
    assert sorted(set(Page(html).links)) == sorted(set(re.findall(r"https?://[^\s)]+", text)))
    assert len(mail.as_bytes()) < 30_000


def test_one_click_headers(letter: Letter, people: list[Signature], work: Work, sink: Sink) -> None:
    """RFC 8058 2: both headers, one https or http link of ours, the very one of the text, each signatory their own."""
    send_now(letter, make_update(letter))
    work()
    links = [mail["List-Unsubscribe"].strip() for mail in sink.messages]
    assert [mail["List-Unsubscribe-Post"] for mail in sink.messages] == ["List-Unsubscribe=One-Click"] * 3
    assert len(set(links)) == 3
    for link, mail in zip(links, sink.messages, strict=True):
        assert re.fullmatch(r"<http://127\.0\.0\.1:\d+/unsubscribe/[\w-]{38}>", link)
        assert link.strip("<>") in part(mail, "plain")


def test_result_is_counted_and_witnesses(letter: Letter, work: Work, sink: Sink) -> None:
    """p-D3, S6: which of the four mails it is; sentence, root and digest of the edition delivered last."""
    signature = make_signature(letter, "Ada", "ada@example.org")
    make_consent(signature, "wants_results")
    make_edition(letter, 1, delivered_at=NOW - DAY / 3, root="aa" * 32)
    make_edition(letter, 2, delivered_at=NOW - DAY / 4, root="bb" * 32, list_digest="cc" * 32)
    make_edition(letter, 3, root="ee" * 32)
    send_now(letter, make_update(letter, "result"))
    work()
    text, html = part(sink.messages[0], "plain"), part(sink.messages[0], "html")
    assert "“Tell me what comes of this letter, in at most four mails”. This is mail 1 of at most 4." in flat(text)
    for words in ("68 organizations and 152,004 people, second edition, 18 June 2026, 01:00 EDT", "bb" * 32, "cc" * 32):
        assert words in text
        assert words in html
    assert "/letters/stop/editions/2" in text
    assert "verify.py" in text
    assert "aa" * 32 not in text
    assert "ee" * 32 not in text


def test_result_before_any_delivery(letter: Letter, work: Work, sink: Sink) -> None:
    """Nothing is claimed of a list that was not delivered."""
    make_consent(make_signature(letter, "Ada", "ada@example.org"), "wants_results")
    make_edition(letter)
    send_now(letter, make_update(letter, "result"))
    work()
    assert "SHA-256" not in part(sink.messages[0], "plain")


@pytest.mark.parametrize("root", [None, "ab" * 32])
def test_final_copy(letter: Letter, work: Work, sink: Sink, root: str | None) -> None:
    """p-D7, p-D3: for whom it signed, and what it can compare; an older list has a digest and no root."""
    make_signature(letter, "Open Rights", "rosa@example.org", website="https://example.org")
    edition = make_edition(letter, root=root)
    send_now(letter, make_update(letter, "final_copy", edition_id=edition.id, is_public=False))
    work()
    text = part(sink.messages[0], "plain")
    assert "You get this because you signed the letter for Open Rights." in text
    assert "d1" * 32 in text
    assert ("Merkle root" in text) == (root is not None)
    # Before the edition is delivered, its page is nobody's to see.
    assert "/editions/" not in text
    assert "Read it on the site" not in text


def test_trial_mail(letter: Letter, session: Session, work: Work, sink: Sink) -> None:
    """It goes to the organizer alone, says that it is a test, and its links change nothing; one in a minute."""
    organizer = make_organizer("owner@example.org")
    update = make_update(letter, "result")
    for _time in range(2):
        operations.send_trial(letter, update, by_id=organizer.id, now=NOW)
    work()
    assert sink.recipients == ["owner@example.org"]
    mail = sink.messages[0]
    assert mail["Subject"] == "Test: They answered"
    assert "This is a test. Its links change nothing." in part(mail, "plain")
    assert update.state == "draft"


def test_hostile_words_stay_words(letter: Letter, people: list[Signature], work: Work, sink: Sink) -> None:
    """T7, T13: no header and no markup comes out of what was typed."""
    body = "<script>alert(1)</script> {{ 7 * 7 }}\n\n[x](javascript:alert(1))"
    send_now(letter, make_update(letter, title="Hello\r\nBcc: all@example.org", body=body))
    work()
    mail = sink.messages[0]
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Hello Bcc: all@example.org"
    assert "<script" not in part(mail, "html")
    assert "javascript:" not in " ".join(Page(part(mail, "html")).links)
    assert "{{ 7 * 7 }}" in part(mail, "plain")


def fits(body: str) -> bool:
    """Whether the words are short enough for a mail."""
    try:
        operations.read_words(Words("result", "Title", body), "en")
    except Refused as refused:
        return refused.reason != "update_too_long"
    return True


@pytest.mark.parametrize("word", ["word ", "كلمة ", "語 "])
def test_the_longest_mail_is_below_30_kb(letter: Letter, work: Work, sink: Sink, word: str) -> None:
    """x-S9: what is let through makes a mail of under 30 kB in any script, with all that stands around it."""
    make_consent(make_signature(letter, "Ada", "ada@example.org"), "wants_results")
    make_edition(letter, delivered_at=NOW - DAY / 4, root="bb" * 32)
    paragraph, longest = word * 20 + "\n\n", ""
    while fits(longest + paragraph):
        longest += paragraph
    assert len(longest.encode()) > LARGEST_BODY / 3
    send_now(letter, make_update(letter, "result", body=longest, title="T" * 200))
    work()
    assert 20_000 < len(sink.messages[0].as_bytes()) < 30_000


def test_language_of_the_signatory(letter: Letter, work: Work, sink: Sink) -> None:
    """The frame speaks the signatory's language; one that is not shipped yet falls back."""
    signature = make_signature(letter, "Ada", "ada@example.org", language="en")
    make_consent(signature)
    db.session.commit()
    send_now(letter, make_update(letter))
    work()
    assert '<html lang="en" dir="ltr">' in part(sink.messages[0], "html")
