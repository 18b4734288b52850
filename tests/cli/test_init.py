"""`undersigned init` writes settings that start, and never writes over any."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from campaign.cli import main
from config import Settings, settings_file
from tests.support.smtp import Sink


def init(folder: Path, *arguments: str, **environ: str) -> Result:
    """Run `undersigned init` for a data folder, with no terminal."""
    given = {"UNDERSIGNED_DATA_DIR": str(folder), **environ}
    return CliRunner().invoke(main, ["init", *arguments], env=given)


def test_init_writes_a_private_file_that_starts(tmp_path: Path) -> None:
    """C4: mode 0600, keys generated and different, no address of this moment written."""
    answer = init(tmp_path / "new", "--env", "development")
    assert (answer.exit_code, answer.stderr) == (0, "")
    path = settings_file(tmp_path / "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    settings = Settings.load({"UNDERSIGNED_DATA_DIR": str(tmp_path / "new"), "UNDERSIGNED_PORT": "9000"})
    assert settings.env == "development"
    assert len({settings.secret_key, settings.mailbox_key}) == 2
    assert settings.base_url == "http://127.0.0.1:9000"


def test_data_is_its_owners_alone(tmp_path: Path) -> None:
    """C4, K2: the folder and the database in it hold addresses; nobody else on the machine can read them."""
    folder = tmp_path / "new"
    assert init(folder, "--env", "development").exit_code == 0
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.glob("undersigned.db*"))}
    assert modes == {"new": 0o700, **{name: 0o600 for name in modes if name != "new"}}
    assert "undersigned.db" in modes


def test_init_never_writes_over_a_file(tmp_path: Path) -> None:
    """A second run changes nothing and says so."""
    init(tmp_path, "--env", "development")
    before = settings_file(tmp_path).read_bytes()
    answer = init(tmp_path, "--env", "production")
    assert answer.exit_code == 1
    assert "exists already" in answer.stderr
    assert settings_file(tmp_path).read_bytes() == before


def test_init_asks_nothing_without_a_terminal(tmp_path: Path) -> None:
    """x-section 7: it names what is missing instead."""
    answer = init(tmp_path, "--base-url", "https://letters.example.org")
    assert answer.exit_code == 0
    assert "UNDERSIGNED_ENV=production" in settings_file(tmp_path).read_text()
    assert "UNDERSIGNED_MAIL_URL is missing" in answer.stderr


def test_init_makes_production_settings_that_start(tmp_path: Path) -> None:
    """Every setting production needs can be given as an option."""
    answer = init(
        tmp_path,
        *("--base-url", "https://letters.example.org", "--mail-url", "smtp://127.0.0.1:25"),
        *("--mail-from", "letters@example.org", "--operator-name", "The Example Foundation"),
        *("--operator-address", "1 Example Street"),
    )
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert Settings.load({"UNDERSIGNED_DATA_DIR": str(tmp_path)}).operator_name == "The Example Foundation"


def test_init_makes_database_organizer_and_test_mail(tmp_path: Path, sink: Sink) -> None:
    """x-section 7: one command to a site that an organizer can sign in to."""
    answer = init(
        tmp_path,
        *("--env", "development", "--mail-url", sink.url),
        *("--organizer", "owner@example.org", "--mail", "ada@example.org"),
    )
    assert answer.exit_code == 0
    assert "http://127.0.0.1:8000/sign-in/" in answer.stdout
    assert len(sink.to("ada@example.org")) == 1
    again = CliRunner().invoke(main, ["db", "upgrade"], env={"UNDERSIGNED_DATA_DIR": str(tmp_path)})
    assert again.stdout == "0 migrations applied\n"


@pytest.mark.parametrize("value", ["http://x\nUNDERSIGNED_LIMITS=off", "nonsense"])
def test_init_refuses_a_wrong_option(tmp_path: Path, value: str) -> None:
    """What the site would refuse is refused before it is written."""
    answer = init(tmp_path, "--base-url", value)
    assert answer.exit_code == 2
    assert answer.stderr.startswith("UNDERSIGNED_BASE_URL")
    assert not settings_file(tmp_path).exists()
