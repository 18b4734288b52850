"""Domains of mailboxes made to be thrown away. They are a flag, never a reason to refuse."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).with_name("disposable-domains.txt")


@cache
def shipped() -> frozenset[str]:
    """The domains that come with this version."""
    return read_domains(SHIPPED.read_text(encoding="utf-8"))


def read_domains(text: str) -> frozenset[str]:
    """The domains of a list: one in a line, small letters; what follows "#" is a remark."""
    lines = (line.partition("#")[0].strip().lower().strip(".") for line in text.splitlines())
    return frozenset(line for line in lines if line)


def is_disposable(domain: str, listed: Collection[str]) -> bool:
    """Whether a domain, in lower-case IDNA ASCII, is listed or lies below one that is."""
    parts = domain.split(".")
    return any(".".join(parts[start:]) in listed for start in range(len(parts)))
