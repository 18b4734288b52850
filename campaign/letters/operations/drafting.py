"""Campaigns and letters are made here; a letter's words and settings are written here."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from campaign.accounts.operations import add_member
from campaign.choices import LetterKind, Role
from campaign.decisions import record_act
from campaign.extensions import db
from campaign.letters import queries, rules
from campaign.letters.rules import Settings, Words
from campaign.lib import markup
from campaign.models import Campaign, Demand, Letter, Organizer, Version
from campaign.states import LetterState, Refused


@dataclass(frozen=True)
class ReadWords:
    """Words whose Markdown was read: the tree, and that tree as HTML, with the quotation marks of a language."""

    words: Words
    language: str
    tree: markup.Node
    html: str


def read_words(words: Words, language: str) -> ReadWords:
    """Reads the Markdown; no database, so that a long text is read before a write begins.

    Raises `Refused("markup_...", line=...)` where something of the text would be lost.
    """
    words = replace(words, body=rules.clean_body(words.body))
    tree = _read(words.body, language)
    return ReadWords(words, language, tree, markup.to_html(tree))


def read_as(read: ReadWords, language: str) -> ReadWords:
    """The same words with the quotation marks of a language; read again only where it is another one."""
    return read if read.language == language else read_words(read.words, language)


def _read(body: str, language: str) -> markup.Node:
    try:
        return markup.parse(body, language)
    except markup.BadMarkup as error:
        raise Refused(f"markup_{error.reason}", line=error.line, label=error.label) from None


def create_campaign(
    *,
    slug: str,
    title: str,
    lead: str = "",
    reply_to: str = "",
    summary: str = "",
    letterhead: str = "",
    by_id: int | None,
    now: datetime,
) -> Campaign:
    """A new campaign, owned by the organizer who made it; one made by a command has no team yet.

    Raises `Refused`: bad_slug, slug_taken.
    """
    _check_slug(slug)
    campaign = Campaign(
        slug=slug,
        title=title,
        lead=lead,
        reply_to=reply_to,
        summary=summary,
        letterhead=letterhead,
        created_at=now,
    )
    _add(campaign, "slug_taken")
    owner = db.session.get(Organizer, by_id) if by_id is not None else None
    if owner is not None:
        add_member(campaign, owner, Role.OWNER, by_id=by_id, now=now)
    record_act("campaign_created", now=now, by_id=by_id, campaign_id=campaign.id)
    db.session.flush()
    return campaign


def edit_campaign(
    campaign: Campaign,
    *,
    title: str,
    lead: str,
    reply_to: str,
    summary: str,
    letterhead: str = "",
    by_id: int | None,
    now: datetime,
) -> None:
    """Writes what a campaign says of itself; every page of its letters shows it, and paper its letterhead."""
    campaign.title, campaign.lead, campaign.reply_to, campaign.summary = title, lead, reply_to, summary
    campaign.letterhead = letterhead
    db.session.flush()
    for letter in queries.letters_of(campaign.id):
        touch(letter, now)
    record_act("campaign_edited", now=now, by_id=by_id, campaign_id=campaign.id)
    db.session.flush()


def create_letter(
    campaign: Campaign, *, slug: str, words: Words, settings: Settings, by_id: int | None, now: datetime
) -> Letter:
    """A new draft; its text is version 1. Raises `Refused`: bad_slug, letter_exists, and as the two saves below."""
    _check_slug(slug)
    settings = _namelessly(settings)
    _check_settings(settings, LetterState.DRAFT, now)
    read = read_words(words, settings.language)
    letter = Letter(
        campaign_id=campaign.id, slug=slug, title=words.title, created_at=now, changed_at=now, **asdict(settings)
    )
    _add(letter, "letter_exists")
    version = Version(letter_id=letter.id, title=words.title, body="", body_tree={}, body_html="", created_at=now)
    write_words(version, read)
    db.session.add(version)
    db.session.flush()
    letter.version_id = version.id
    _log(letter, "letter_created", by_id, now)
    return letter


def save_words(letter: Letter, read: ReadWords, *, by_id: int | None, now: datetime) -> None:
    """Writes the letter's words into its version.

    Raises `Refused`: text_is_fixed once the letter was open or anybody accepted its words, letter_incomplete when a
    scheduled one would lose its text.
    """
    lock_words(letter)
    if letter.state == LetterState.SCHEDULED and not (read.words.title and read.words.body.strip()):
        raise Refused("letter_incomplete")
    read = read_as(read, letter.language)
    version = queries.version_of(letter)
    # Flushed apart, because the new demands take the numbers of the old ones.
    version.demands = []
    db.session.flush()
    write_words(version, read)
    letter.title = version.title
    touch(letter, now)
    _log(letter, "words_saved", by_id, now)


def save_settings(letter: Letter, settings: Settings, *, by_id: int | None, now: datetime) -> None:
    """Writes how and when the letter is signed.

    Raises `Refused`: the reasons of `rules.settings_problem`; text_is_fixed when the language of signed words changes;
    markup_... where that language is new, and the stored text could not be saved today.
    """
    lock(letter)
    settings = _namelessly(settings)
    _check_settings(settings, letter.state, now)
    if settings.language != letter.language:
        lock_words(letter)
        version = queries.version_of(letter)
        version.body_tree = _read(version.body, settings.language)
        version.body_html = markup.to_html(version.body_tree)
    for name, value in asdict(settings).items():
        setattr(letter, name, value)
    touch(letter, now)
    _log(letter, "settings_saved", by_id, now)


def set_status_note(letter: Letter, note: str, *, by_id: int | None, now: datetime) -> None:
    """Sets the note above the text, "" for none; the words below it stay as they were signed."""
    lock(letter)
    letter.status_note = note
    touch(letter, now)
    _log(letter, "status_note_set", by_id, now)


def lock(letter: Letter) -> None:
    """Reads the letter's row again and keeps others from changing it until the transaction ends."""
    db.session.refresh(letter, with_for_update=True)


def lock_words(letter: Letter) -> None:
    """Locks the letter for a change of what people accept by signing. Raises `Refused("text_is_fixed")`."""
    lock(letter)
    if not queries.words_may_change(letter):
        raise Refused("text_is_fixed")


def touch(letter: Letter, now: datetime) -> None:
    """Notes that readers will see something else, and flushes."""
    letter.changed_at = now
    db.session.flush()


def _add(row: Campaign | Letter, reason: str) -> None:
    """Adds a row whose slug may be taken, also by somebody else at this very moment."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Refused(reason) from None


def _check_slug(slug: str) -> None:
    if not rules.is_slug(slug):
        raise Refused("bad_slug")


def _namelessly(settings: Settings) -> Settings:
    """The same settings, in which nobody is asked for a name where the letter is one by employees."""
    if settings.kind != LetterKind.EMPLOYEES:
        return settings
    return replace(settings, accepts_people=False, accepts_organizations=False)


def _check_settings(settings: Settings, state: str, now: datetime) -> None:
    if problem := rules.settings_problem(settings, state, now):
        raise Refused(problem)


def write_words(version: Version, read: ReadWords) -> None:
    """Puts the words into the version's columns; the demands are numbered in their order."""
    for name in ("title", "body", "ask", "salutation", "demands_intro", "closing", "dated_on", "place"):
        setattr(version, name, getattr(read.words, name))
    version.body_tree, version.body_html = read.tree, read.html
    version.demands = [Demand(number=number, text=text) for number, text in enumerate(read.words.demands, 1)]


def _log(letter: Letter, act: str, by_id: int | None, now: datetime) -> None:
    record_act(act, now=now, by_id=by_id, campaign_id=letter.campaign_id, letter_id=letter.id)
    db.session.flush()
