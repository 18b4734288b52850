"""Method `well_known`: a file on the organization's own website holds the value of the endorsement."""

from __future__ import annotations

from campaign.lib.fetch import Reach, Unreachable, read_text

METHOD = "well_known"
PATH = "/.well-known/undersigned.txt"


def address(host: str) -> str:
    """Where the file is looked for."""
    return f"https://{host}{PATH}"


def find(domain: str, value: str, within: Reach) -> str:
    """The evidence, where the file has the value on a line; "" where it has not. Raises `fetch.Unreachable`.

    Many domains only lead on to their `www`: as no redirect is followed, that is asked as well.
    """
    problem: Unreachable | None = None
    for host in (domain, f"www.{domain}"):
        try:
            text = read_text(host, PATH, within)
        except Unreachable as first:
            problem = problem or first
            continue
        if value in (line.strip() for line in text.splitlines()):
            return address(host)
        problem = problem or Unreachable("not_there")
    if problem is None or problem.reason == "not_there":
        return ""
    raise problem
