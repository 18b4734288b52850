"""Settings: read from environment and file, checked, and refused with one sentence each."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import ROOT, Settings, SettingsError, is_weak, settings_file

SECRET = "8c1f5e0b7a93d2648c05f1be97d3a26470e9b84c13fa5d6208b7e4c95a1d3f60"
MAILBOX = "e2740d9c6b5f81a3f09c47de258b1a6039d5c8e7b4f2a1608d37c95e0b6a4f12"
DEVELOPMENT = {
    "UNDERSIGNED_ENV": "development",
    "UNDERSIGNED_DATA_DIR": "/srv/data",
    "UNDERSIGNED_SECRET_KEY": SECRET,
    "UNDERSIGNED_MAILBOX_KEY": MAILBOX,
}
PRODUCTION = DEVELOPMENT | {
    "UNDERSIGNED_ENV": "production",
    "UNDERSIGNED_BASE_URL": "https://letters.example.org",
    "UNDERSIGNED_MAIL_URL": "smtps://ada:pa%2Fss@mail.example.org:465",
    "UNDERSIGNED_MAIL_FROM": "letters@example.org",
    "UNDERSIGNED_OPERATOR_NAME": "The Example Foundation",
    "UNDERSIGNED_OPERATOR_ADDRESS": "1 Example Street, Springfield",
}


def sentence(environ: dict[str, str]) -> str:
    """What the operator reads when these settings are refused."""
    with pytest.raises(SettingsError) as refused:
        Settings.load(environ)
    return str(refused.value)


def test_development_needs_only_its_keys() -> None:
    """C4: everything else has a default, and links follow the port."""
    settings = Settings.load(DEVELOPMENT | {"UNDERSIGNED_PORT": "9000"})
    assert settings.base_url == "http://127.0.0.1:9000"
    assert settings.database_url == "sqlite:////srv/data/undersigned.db"
    assert settings.mail_url == "file:///srv/data/mail"
    assert (settings.host, settings.limits, settings.engine) == ("127.0.0.1", "on", "embedded")
    assert (settings.mail_per_hour, settings.mail_per_day) == (3, 5)
    assert settings.trusted_hosts == ("127.0.0.1", "localhost")


def test_data_dir_is_var_in_the_checkout_unless_named() -> None:
    """The one setting that is not read from the file, because the file lies in it."""
    assert Settings.load(DEVELOPMENT | {"UNDERSIGNED_DATA_DIR": ""}).data_dir == ROOT / "var"


def test_production_is_the_default() -> None:
    """C3: who says nothing gets the strict rules."""
    without = {name: value for name, value in DEVELOPMENT.items() if name != "UNDERSIGNED_ENV"}
    assert sentence(without).startswith("UNDERSIGNED_BASE_URL is missing")
    assert Settings.load(PRODUCTION | {"UNDERSIGNED_ENV": ""}).env == "production"


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    """C4: the file gives what the environment leaves open."""
    rows = ["# ours", "", f"UNDERSIGNED_SECRET_KEY={SECRET}", f'UNDERSIGNED_MAILBOX_KEY="{MAILBOX}"']
    settings_file(tmp_path).write_text("\n".join([*rows, "UNDERSIGNED_ENV=development", "UNDERSIGNED_PORT=9001"]))
    environ = {"UNDERSIGNED_DATA_DIR": str(tmp_path)}
    assert Settings.load(environ).port == 9001
    assert Settings.load(environ).mailbox_key == MAILBOX
    assert Settings.load(environ | {"UNDERSIGNED_PORT": "9002"}).port == 9002


@pytest.mark.parametrize(
    ("row", "near"),
    [
        ("UNDERSIGNED_BASEURL=https://x.example", "UNDERSIGNED_BASE_URL"),
        ("UNDERSIGNED_DATA_DIR=/x", ""),
        ("PORT 1", ""),
    ],
)
def test_unknown_line_of_the_file_is_refused(tmp_path: Path, row: str, near: str) -> None:
    """A misspelt setting would silently do nothing."""
    settings_file(tmp_path).write_text(row)
    said = sentence(DEVELOPMENT | {"UNDERSIGNED_DATA_DIR": str(tmp_path)})
    assert "is no setting of it" in said
    assert near in said


@pytest.mark.parametrize(
    ("name", "found", "words"),
    [
        ("ENV", "staging", '"staging" is not one of development, production'),
        ("PORT", "http", '"http" is not a whole number from 1 to 65535'),
        ("PORT", "70000", '"70000" is not a whole number'),
        ("PORT", "٨٠٠٠", "is not a whole number"),
        ("SECRET_KEY", "hunter2", "is 7 characters long and needs 32 or more"),
        ("MAILBOX_KEY", SECRET, "is the same as UNDERSIGNED_SECRET_KEY"),
        ("BASE_URL", "letters.example.org", "is not an address"),
        ("BASE_URL", "https://example.org/letters", "the root of its host"),
        ("BASE_URL", "https://ada@example.org", "the root of its host"),
        ("BASE_URL", "https://example.org:port", "is not an address"),
        ("DATABASE_URL", "mysql://localhost/x", "is not an address that begins with"),
        ("DATABASE_URL", "sqlite:///x.db", "full path"),
        ("DATABASE_URL", "sqlite://", "full path"),
        ("MAIL_URL", "mail.example.org", "is not an address that begins with"),
        ("MAIL_URL", "smtp://", "lacks the host"),
        ("MAIL_URL", "file://mail", "lacks the host"),
        ("MAIL_FROM", "letters", "is not a mail address"),
        ("MAIL_FROM", "a@b.c\nBcc: d@e.f", "has a control character"),
        ("ENGINE", "celery", "only embedded is available"),
        ("ENGINE", "threads", "is not one of"),
        ("WEB_PROCESSES", "0", "is not a whole number from 1 to 64"),
        ("TRUSTED_PROXIES", "-1", "is not a whole number from 0 to 10"),
        ("TRUSTED_HOSTS", "https://example.org", "is not a list of host names"),
        ("LIMITS", "maybe", "is not one of on, off"),
        ("LOG_LEVEL", "loud", "is not one of"),
        ("METRICS_TOKEN", "short", "needs 32 or more"),
        ("FONT_DIRS", "/nowhere/at/all", "names a folder that does not exist"),
        ("EMPLOYEE_MAIL_URL", "http://x", "is not an address"),
        ("MAIL_PER_HOUR", "many", "is not a whole number"),
    ],
)
def test_wrong_setting_is_named_with_an_example(name: str, found: str, words: str) -> None:
    """C3: one sentence with the setting, what was found, and an example."""
    said = sentence(DEVELOPMENT | {f"UNDERSIGNED_{name}": found})
    assert said.startswith(f"UNDERSIGNED_{name}")
    assert words in said
    assert f"; an example: UNDERSIGNED_{name}=" in said


@pytest.mark.parametrize("name", ["SECRET_KEY", "MAILBOX_KEY", "DATABASE_URL", "MAIL_URL", "METRICS_TOKEN"])
def test_secret_is_never_repeated(name: str) -> None:
    """A refused secret does not land in a log."""
    assert "s3same" not in sentence(DEVELOPMENT | {f"UNDERSIGNED_{name}": "s3same://s3same"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"UNDERSIGNED_SECRET_KEY": "change-me-" * 4}, "UNDERSIGNED_SECRET_KEY is weak or an example"),
        ({"UNDERSIGNED_MAILBOX_KEY": "ab" * 32}, "UNDERSIGNED_MAILBOX_KEY is weak or an example"),
        ({"UNDERSIGNED_OPERATOR_NAME": ""}, "UNDERSIGNED_OPERATOR_NAME is missing"),
        ({"UNDERSIGNED_OPERATOR_ADDRESS": ""}, "UNDERSIGNED_OPERATOR_ADDRESS is missing"),
        ({"UNDERSIGNED_BASE_URL": "http://letters.example.org"}, "is without https"),
        ({"UNDERSIGNED_LIMITS": "off"}, 'UNDERSIGNED_LIMITS "off" is refused in production'),
        ({"UNDERSIGNED_MAIL_URL": ""}, "UNDERSIGNED_MAIL_URL is missing"),
        ({"UNDERSIGNED_MAIL_FROM": ""}, "UNDERSIGNED_MAIL_FROM is missing"),
        ({"UNDERSIGNED_TEST_CLOCK_OFFSET": "60"}, "UNDERSIGNED_TEST_CLOCK_OFFSET is a test-only setting"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is set"),
    ],
)
def test_production_refuses_what_is_for_development(change: dict[str, str], words: str) -> None:
    """T19, C3: weak key, no operator, no https, no limits, debug or a test-only setting stop the start."""
    assert Settings.load(PRODUCTION).env == "production"
    assert words in sentence(PRODUCTION | change)


def test_flask_gets_cookies_that_fit_the_address() -> None:
    """ASVS 3.3: Secure but on loopback, HttpOnly, Lax, and by its name for this host alone."""
    production, development = Settings.load(PRODUCTION).to_flask(), Settings.load(DEVELOPMENT).to_flask()
    names = [found["SESSION_COOKIE_NAME"] for found in (production, development)]
    assert names == ["__Host-undersigned", "undersigned"]
    assert not production.get("SESSION_COOKIE_DOMAIN")
    assert (production["SESSION_COOKIE_SECURE"], development["SESSION_COOKIE_SECURE"]) == (True, False)
    assert (production["SESSION_COOKIE_HTTPONLY"], production["SESSION_COOKIE_SAMESITE"]) == (True, "Lax")
    assert production["TRUSTED_HOSTS"] == ["letters.example.org"]
    assert production["MAX_CONTENT_LENGTH"] == 1024 * 1024


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("smtps://ada:pa%2Fss@mail.example.org", ("mail.example.org", 465, True, False, "ada", "pa/ss")),
        ("smtp://ada:x@mail.example.org:587", ("mail.example.org", 587, False, True, "ada", "x")),
        ("smtp://127.0.0.1:2525", ("127.0.0.1", 2525, False, False, None, None)),
    ],
)
def test_relay_is_reached_as_its_address_says(address: str, expected: tuple[object, ...]) -> None:
    """A password never travels in the clear."""
    found = Settings.load(PRODUCTION | {"UNDERSIGNED_MAIL_URL": address}).to_flask()
    names = ("SERVER", "PORT", "USE_SSL", "USE_TLS", "USERNAME", "PASSWORD")
    assert tuple(found[f"MAIL_{name}"] for name in names) == expected


def test_postgresql_goes_through_psycopg() -> None:
    """Every way operators write the address means the one driver that is installed."""
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        settings = Settings.load(DEVELOPMENT | {"UNDERSIGNED_DATABASE_URL": f"{scheme}://ada@db.example/letters?x=1"})
        assert settings.database_url == "postgresql+psycopg://ada@db.example/letters?x=1"


def test_settings_are_listed_without_secrets() -> None:
    """C4: `doctor --settings` shows each setting and no secret."""
    shown = Settings.load(PRODUCTION).shown()
    assert list(shown) == Settings.variables()
    assert shown["UNDERSIGNED_MAIL_URL"] == "(set, not shown)"
    assert shown["UNDERSIGNED_BROKER_URL"] == "(not set)"
    assert shown["UNDERSIGNED_BASE_URL"] == "https://letters.example.org"
    assert not any(secret in str(shown) for secret in (SECRET, MAILBOX, "pa/ss", "pa%2Fss"))


def test_generated_keys_are_not_weak() -> None:
    """What `init` writes passes what production asks."""
    assert not is_weak(SECRET)
    assert is_weak("0123" * 16)
