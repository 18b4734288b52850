"""A token opens one door, for its time, and nothing else is an error (T11, D2, E3)."""

import json
import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib import tokens
from campaign.lib.tokens import BadToken, LinkToken

KEY = tokens.derive_key("a secret of the settings", "links")
OTHER_KEY = tokens.derive_key("a secret of the settings", "forms")
NOW = datetime(2026, 6, 18, 10, 59, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
PURPOSES = ["confirm", "not-me", "my", "asked", "reply", "invitation", "sign-in", "preview", "unsubscribe"]
KNOWN_KEY = "d5ccd50eae75fec68e7a16cb58fddabf73236f36a1abcff1ea78809d8c52e0a4"
KNOWN_LINK = "AAAAAAAAAAEAAAAA31D1r7bCwTkvDGreSnSpmg"
KNOWN_CODE = "962485"
ROW_IDS = st.integers(0, 2**63 - 1)
GENERATIONS = st.integers(0, 2**32 - 1)


def test_keys_differ_by_purpose_and_by_secret() -> None:
    keys = {tokens.derive_key(secret, purpose) for secret in ("one", "two") for purpose in PURPOSES}
    assert len(keys) == 2 * len(PURPOSES)
    assert {len(key) for key in keys} == {32}


def test_a_key_stays_the_same_for_ever() -> None:
    """Links in mails already sent must open after every upgrade."""
    assert tokens.derive_key("secret", "links").hex() == KNOWN_KEY
    assert tokens.link_token(tokens.derive_key("secret", "links"), "confirm", 1, 0) == KNOWN_LINK
    assert tokens.six_digits(tokens.derive_key("secret", "links"), 1, 0) == KNOWN_CODE


def test_parts_of_a_mac_do_not_run_together() -> None:
    macs = {
        tokens.mac(KEY, *parts) for parts in [("ab", "c"), ("a", "bc"), ("abc",), ("a", "b", "c"), (1,), ("1",), ()]
    }
    assert len(macs) == 7


@given(ROW_IDS, GENERATIONS, st.sampled_from(PURPOSES))
def test_a_link_is_read_back(row_id: int, generation: int, purpose: str) -> None:
    token = tokens.link_token(KEY, purpose, row_id, generation)
    assert tokens.read_link_token(KEY, purpose, token) == LinkToken(row_id, generation)
    assert len(token) == 38


@pytest.mark.parametrize("made_for", PURPOSES)
def test_a_link_is_refused_at_every_other_door(made_for: str) -> None:
    token = tokens.link_token(KEY, made_for, 7, 1)
    for purpose in set(PURPOSES) - {made_for}:
        with pytest.raises(BadToken, match="forged"):
            tokens.read_link_token(KEY, purpose, token)
    with pytest.raises(BadToken, match="forged"):
        tokens.read_link_token(OTHER_KEY, made_for, token)


@given(st.integers(0, 37), st.characters())
def test_a_changed_link_is_refused(place: int, sign: str) -> None:
    token = tokens.link_token(KEY, "confirm", 7, 1)
    changed = token[:place] + sign + token[place + 1 :]
    if changed != token:
        with pytest.raises(BadToken):
            tokens.read_link_token(KEY, "confirm", changed)


@given(st.text())
def test_no_text_of_a_stranger_is_an_error(text: str) -> None:
    for read in (
        lambda: tokens.read_link_token(KEY, "confirm", text),
        lambda: tokens.unseal(KEY, text, NOW, "sent", HOUR),
        lambda: tokens.check_form_token(KEY, "sign", text, NOW),
    ):
        with pytest.raises(BadToken):
            read()


@pytest.mark.parametrize("text", ["", "=", "a" * 38, "a" * 38 + "=", "ä" * 38, "a" * 100_000, "\ud800", "a\n" * 19])
def test_garbage_is_malformed_or_forged(text: str) -> None:
    with pytest.raises(BadToken, match=r"malformed|forged"):
        tokens.read_link_token(KEY, "confirm", text)


def test_codes_have_six_digits_and_change_with_row_and_generation() -> None:
    codes = [tokens.six_digits(KEY, row_id, generation) for row_id in range(50) for generation in range(2)]
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(set(codes)) > 95


def test_random_tokens_are_long_and_only_their_hash_is_kept() -> None:
    made = {tokens.random_token() for _ in range(100)}
    assert len(made) == 100
    assert {len(token) for token in made} == {32}
    token = made.pop()
    assert tokens.token_hash(KEY, token) == tokens.token_hash(KEY, token)
    assert len(tokens.token_hash(KEY, token)) == 64
    assert tokens.token_hash(KEY, token) != tokens.token_hash(OTHER_KEY, token)
    assert tokens.token_hash(KEY, "\ud800") != tokens.token_hash(KEY, "?")


JSON_VALUES = st.one_of(st.text(st.characters(codec="utf-8")), st.booleans(), st.integers(-(2**53), 2**53), st.none())


@given(st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=10), JSON_VALUES, max_size=10))
def test_sealed_fields_come_back_whole(fields: dict[str, Any]) -> None:
    sealed = tokens.seal(KEY, fields, NOW, "sent")
    assert tokens.unseal(KEY, sealed, NOW + HOUR, "sent", HOUR) == fields


def test_sealed_fields_are_hidden_and_never_alike() -> None:
    fields = {"email": "ada@example.org", "name": "Ada Lovelace"}
    sealed = [tokens.seal(KEY, fields, NOW, "sent") for _ in range(2)]
    assert sealed[0] != sealed[1]
    assert not any("ada" in text.lower() for text in sealed)


def test_a_long_answer_stays_short_enough_for_an_address() -> None:
    fields = {"comment": "Ich unterschreibe, weil es nötig ist. " * 13, "name": "م" * 200, "email": "a" * 200}
    assert len(tokens.seal(KEY, fields, NOW, "sent")) < 1500


@pytest.mark.parametrize(
    ("key", "purpose", "moment", "reason"),
    [
        (OTHER_KEY, "sent", NOW, "forged"),
        (KEY, "code", NOW, "forged"),
        (KEY, "sent", NOW + timedelta(hours=1, seconds=1), "expired"),
    ],
)
def test_sealed_fields_are_refused(key: bytes, purpose: str, moment: datetime, reason: str) -> None:
    sealed = tokens.seal(KEY, {"email": "ada@example.org"}, NOW, "sent")
    with pytest.raises(BadToken) as caught:
        tokens.unseal(key, sealed, moment, purpose, HOUR)
    assert caught.value.reason == reason


def test_a_clock_set_back_locks_nobody_out() -> None:
    """P12: minus two hours."""
    sealed = tokens.seal(KEY, {"email": "ada@example.org"}, NOW, "sent")
    assert tokens.unseal(KEY, sealed, NOW - timedelta(hours=2), "sent", HOUR) == {"email": "ada@example.org"}


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_one_changed_byte_breaks_the_seal(place: int) -> None:
    data = bytearray(tokens._unb64(tokens.seal(KEY, {"a": "b" * 50}, NOW, "sent"), 1000))
    data[place] ^= 1
    with pytest.raises(BadToken, match="forged"):
        tokens.unseal(KEY, tokens._b64(bytes(data)), NOW, "sent", HOUR)


@pytest.mark.parametrize(
    "deflated",
    [
        zlib.compress(b'"' + b"a" * 50_000_000 + b'"', 9, wbits=-15),
        zlib.compress(b"[" * 60_000, 9, wbits=-15),
        zlib.compress(b'["a list"]', 9, wbits=-15),
        zlib.compress(b"\xff\xfe", 9, wbits=-15),
        b"not deflated",
        b"",
    ],
    ids=["bomb", "deep", "list", "bytes", "raw", "empty"],
)
def test_even_our_own_key_seals_no_bomb(deflated: bytes) -> None:
    plain = struct.pack(">q", int(NOW.timestamp())) + deflated
    sealed = b"n" * 12 + AESGCM(KEY).encrypt(b"n" * 12, plain, b"sent")
    with pytest.raises(BadToken, match="malformed"):
        tokens._fields(deflated)
    with pytest.raises(BadToken, match="malformed"):
        tokens.unseal(KEY, tokens._b64(sealed), NOW, "sent", HOUR)


def test_a_form_token_is_the_same_within_an_hour() -> None:
    """The letter page can be kept as bytes for an hour."""
    made = {tokens.form_token(KEY, "sign", NOW.replace(minute=minute)) for minute in range(60)}
    assert len(made) == 1
    assert tokens.form_token(KEY, "sign", NOW + HOUR) not in made


@pytest.mark.parametrize("age", [timedelta(0), timedelta(hours=24), timedelta(hours=-1)])
def test_a_form_token_is_good_for_a_day(age: timedelta) -> None:
    token = tokens.form_token(KEY, "sign", NOW)
    tokens.check_form_token(KEY, "sign", token, NOW + age)


@pytest.mark.parametrize(
    ("scope", "age", "reason"),
    [
        ("sign", timedelta(hours=25), "expired"),
        ("sign", timedelta(hours=-2), "expired"),
        ("report", timedelta(0), "forged"),
    ],
)
def test_a_form_token_is_refused(scope: str, age: timedelta, reason: str) -> None:
    with pytest.raises(BadToken) as caught:
        tokens.check_form_token(KEY, scope, tokens.form_token(KEY, "sign", NOW), NOW + age)
    assert caught.value.reason == reason


def test_the_hour_of_a_form_token_cannot_be_moved() -> None:
    hour, proof = tokens.form_token(KEY, "sign", NOW - timedelta(days=3)).split(".")
    for moved in (f"{int(hour) + 72}.{proof}", f"0{hour}.{proof}", f"{hour}.{proof}\n", f"٤{hour[1:]}.{proof}"):
        with pytest.raises(BadToken):
            tokens.check_form_token(KEY, "sign", moved, NOW)


def test_fields_are_plain_json() -> None:
    """A sealed text must be readable by the next release."""
    sealed = tokens.seal(KEY, {"name": "Zoë", "is_private": True}, NOW, "sent")
    data = tokens._unb64(sealed, 1000)
    plain = AESGCM(KEY).decrypt(data[:12], data[12:], b"sent")
    assert json.loads(zlib.decompress(plain[8:], wbits=-15)) == {"name": "Zoë", "is_private": True}
