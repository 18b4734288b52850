"""The documents name every setting and every command, and nothing that does not exist."""

from __future__ import annotations

import os.path
import re
from dataclasses import fields

import click

from campaign.cli import COMMANDS, main
from campaign.lib.periods import PERIODS
from config import Settings
from tests.support.tree import committed_files, files, text


def test_every_setting_is_documented() -> None:
    """`docs/settings.md` has a row for each setting, and for nothing else."""
    documented = set(re.findall(r"^\| `(UNDERSIGNED_[A-Z_]+)`", text("docs/settings.md"), re.MULTILINE))
    assert documented == set(Settings.variables())


def test_every_setting_has_its_comment() -> None:
    """Each line of the settings class stands below one comment."""
    rows = text("config.py").splitlines()
    first = rows.index("class Settings:")
    declared = [number for number, row in enumerate(rows) if re.match(r"    \w+: .*= (setting|optional)\(", row)]
    assert len(declared) == len(fields(Settings))
    assert min(declared) > first
    assert [rows[number] for number in declared if not rows[number - 1].startswith("    # ")] == []


def test_settings_that_nothing_reads_say_so() -> None:
    """A setting that has no effect is "Not part of this version", in its comment and in its row, and no other is."""
    config = text("config.py")
    product = "\n".join(text(path) for path in files("campaign/", suffix=".py"))
    unread = {
        item.name
        for item in fields(Settings)
        if f'"{item.name.upper()}"' not in product
        and not re.search(rf"\b(self|settings)\.{item.name}\b", config + product)
    }
    told = re.findall(r"^    # Not part of this version: .*\n    (\w+):", config, re.MULTILINE)
    rows = re.findall(r"^\| `UNDERSIGNED_(\w+)` \| Not part of this version: ", text("docs/settings.md"), re.MULTILINE)
    assert unread == set(told) == {row.lower() for row in rows}
    assert unread == {"broker_url", "metrics_token"}


def test_settings_are_told_in_the_words_of_their_comment() -> None:
    """What `config.py` says of a setting and what its document says cannot drift apart."""
    comments = dict(re.findall(r"^    # (.*)\n    (\w+): .* = ", text("config.py"), re.MULTILINE))
    rows = re.findall(r"^\| `UNDERSIGNED_(\w+)` \| (.*?) \|", text("docs/settings.md"), re.MULTILINE)
    assert [row for row in rows if comments.get(row[1]) != row[0].lower()] == []


def every_command() -> dict[str, click.Command]:
    """All commands by their full name, `letter open` as well as `letter`."""
    context = click.Context(main, info_name="undersigned")
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = main.get_command(context, name)
        assert command is not None
        below = command.commands if isinstance(command, click.Group) else {"": command}
        found.update({f"{name} {inner}".strip(): one for inner, one in below.items()})
    return found


def test_every_command_is_documented() -> None:
    """`docs/commands.md` has a heading for each command, and only for those."""
    documented = re.findall(r"^### `undersigned ([a-z -]+)`", text("docs/commands.md"), re.MULTILINE)
    assert sorted(documented) == sorted(every_command())


def test_every_help_has_an_example() -> None:
    """x-section 7: every command says what it does and shows one call."""
    commands = every_command()
    assert [name for name, command in commands.items() if f"undersigned {name}" not in (command.help or "")] == []


def test_links_between_documents_lead_somewhere() -> None:
    """No relative link of a document is dead."""
    there = set(committed_files())
    dead = [
        f"{path}: {target}"
        for path in files("README.md", "CONTRIBUTING.md", "docs/", suffix=".md")
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text(path))
        if os.path.normpath(os.path.join(os.path.dirname(path), target)) not in there
    ]
    assert dead == []


def test_every_option_is_documented() -> None:
    """The section of a command in `docs/commands.md` names each of its options."""
    sections = dict(
        re.findall(r"^### `undersigned ([a-z -]+)`\n(.*?)(?=^#|\Z)", text("docs/commands.md"), re.MULTILINE | re.DOTALL)
    )
    missing = [
        f"{name} {option}"
        for name, command in every_command().items()
        for parameter in command.params
        for option in parameter.opts
        if option.startswith("--") and f"`{option}" not in sections.get(name, "")
    ]
    assert missing == []


def test_every_period_is_documented() -> None:
    """p-O5: `docs/retention.md` has a row for each period, with its days."""
    rows = re.findall(r"^\| `(\w+)` \| .* \| (\d+) \|", text("docs/retention.md"), re.MULTILINE)
    assert {name: int(days) for name, days in rows} == {name: period.days for name, period in PERIODS.items()}
