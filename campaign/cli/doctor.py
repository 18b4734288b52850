"""`undersigned doctor`: looks at everything the site stands on and names each cure."""

from __future__ import annotations

from dataclasses import asdict

import click
from flask import current_app

from campaign.cli import print_json, with_app
from campaign.cli.checks import examine
from config import Settings


@click.command()
@click.option("--to", metavar="EMAIL", help="Also send one mail there.")
@click.option("--settings", "only_settings", is_flag=True, help="List every setting in force, secrets hidden.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def doctor(to: str | None, only_settings: bool, as_json: bool) -> None:
    """Look at settings, database, mail, worker, clock and files; exit 1 when something fails.

    Example: undersigned doctor --to me@example.org
    """
    if only_settings:
        print_settings(as_json)
        return
    findings = list(examine(current_app, to))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            cure = f"  -> {finding.cure}" if finding.cure else ""
            click.echo(f"{finding.level:<5} {finding.name:<12} {finding.seen}{cure}")
    if any(finding.level == "fail" for finding in findings):
        raise click.exceptions.Exit(1)


def print_settings(as_json: bool) -> None:
    """Every setting of this process by its full name."""
    table = Settings.load().shown()
    if as_json:
        print_json(table)
        return
    for name, value in table.items():
        click.echo(f"{name}={value}")
