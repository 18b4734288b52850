"""Requests that no browser sends, by class: addresses, queries, fields, bodies and headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

HUGE = "9" * 30
# Each class once: nothing, no number, too large a number, signs of other languages, controls, direction, markup,
# templates, formulas, paths, other hosts, lines of a header, half a character, and far too much of anything.
TEXTS = (
    *("", " ", "0", "-1", "1", "1e9", HUGE, "1:held", "1:nothing", "٣", "\0", "a\0b", "\u202eabc", "\u200b", "\ufeff"),
    *("é" * 300, "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "${7*7}", "=1+1", "%s%n"),
    *("..", "../../etc/passwd", "/etc/passwd", "//evil.example/", "https://evil.example/", "javascript:alert(1)"),
    *("a\r\nSet-Cookie: x=1", "' OR 1=1 --", "\ud800", "😀" * 50, "a" * 5000, "[" * 2000, "> " * 500, "*" * 3000),
    *("ada@example.org", "ada@exa\nmple.org", "a@" + "b" * 300, "2026-13-45", "2026-06-18T25:99", "true", "null"),
)
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW")
READING = ("GET", "HEAD", "OPTIONS")
# Names every page's code reads from the address.
QUERY = (
    "q",
    "s",
    "after",
    "group",
    "page",
    "before",
    "at",
    "kind",
    "state",
    "since",
    "step",
    "next",
    "done",
    "edition",
)

texts = st.sampled_from(TEXTS) | st.text(max_size=40)
HEADERS: Mapping[str, st.SearchStrategy[str]] = {
    "Accept": st.sampled_from(["application/json", "text/html", "*/*", "", ";;q=x", "a" * 4000]),
    "Accept-Language": st.sampled_from(["de", "x" * 500, "*;q=a", "zz-ZZ", "\xff"]),
    "Cookie": st.sampled_from(["undersigned=.eJx", "undersigned=a.b.c", "undersigned=", "=;;=", "a=\xff\xfe"]),
    "Host": st.sampled_from(["evil.example", "127.0.0.1:1", "localhost:x", "[::1", "", "a b"]),
    "X-Forwarded-Host": st.just("evil.example"),
    "X-Forwarded-For": st.sampled_from(["10.0.0.1", "nothing, " * 50, "\xff"]),
    "Sec-Fetch-Site": st.sampled_from(["same-origin", "cross-site", "x"]),
    "Range": st.sampled_from(["bytes=0-0", "bytes=9-1", "lines=1", f"bytes={HUGE}-"]),
    "If-None-Match": st.sampled_from(["*", '"a"', 'W/"', "a" * 4000]),
    "If-Modified-Since": st.sampled_from(["yesterday", "Thu, 99 Zzz 9999 99:99:99 GMT"]),
    "If-Range": st.sampled_from(["x", '"a"']),
    "Referer": st.just("https://evil.example/"),
    "Content-Encoding": st.sampled_from(["gzip", "x"]),
    "Transfer-Encoding": st.sampled_from(["chunked", "x"]),
}
TYPES = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-7",
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    "application/json",
    "text/plain",
    "x",
    "",
)
BODIES = (
    b"",
    b"\xff\xfe\xfd",
    b"a=%FF%FE&b=%zz&%00=1",
    b"&".join(b"f%d=1" % number for number in range(1500)),
    b"[" * 5000,
    b'{"a":' * 2000,
    b'--x\r\nContent-Disposition: form-data; name="file"; filename="../../a\x00"\r\n\r\nx\r\n--x--\r\n',
    b'--x\r\nContent-Disposition: form-data; name="\xff"\r\nContent-Transfer-Encoding: base64\r\n\r\n=\r\n--x',
    b"--x\r\n" * 300,
)


@dataclass(frozen=True)
class Asked:
    """One request: its method and address, what it brings, and whose browser sends it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    content_type: str
    body: bytes
    who: str


def encoded(text: str) -> str:
    """A text in an address; half a character stays half a character."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def fields_as_body(fields: Sequence[tuple[str, str]]) -> bytes:
    """Fields as a browser sends them."""
    pairs = [(name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass")) for name, value in fields]
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in pairs).encode()


@st.composite
def requests(
    draw: st.DrawFn, rule: str, methods: Sequence[str], known: Mapping[str, Sequence[str]], form: Mapping[str, str]
) -> Asked:
    """A request to this route: `known` are values its address may have, `form` the fields its page sends."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: _value(draw, part[1], known), rule)
    names = st.sampled_from(QUERY)
    query = draw(st.lists(st.tuples(names, texts), max_size=3))
    chosen = draw(st.lists(st.sampled_from(sorted(HEADERS)), max_size=3, unique=True))
    content_type, body = draw(_bodies(form))
    return Asked(
        method=draw(st.sampled_from(methods) | st.sampled_from(METHODS)),
        path=path,
        query="&".join(f"{name}={encoded(value)}" for name, value in query),
        headers={name: draw(HEADERS[name]) for name in chosen},
        content_type=content_type,
        body=body,
        who=draw(st.sampled_from(["owner", "reader"])),
    )


def _value(draw: st.DrawFn, name: str, known: Mapping[str, Sequence[str]]) -> str:
    """Three times of four a value that exists, so that the request gets past the first door."""
    if name in known and draw(st.integers(0, 3)):
        return encoded(draw(st.sampled_from(known[name])))
    return encoded(draw(texts)) or "-"


@st.composite
def _bodies(draw: st.DrawFn, form: Mapping[str, str]) -> tuple[str, bytes]:
    """Half of the bodies are the page's own form with some of its fields spoilt, doubled or missing."""
    if not form or not draw(st.booleans()):
        return draw(st.sampled_from(TYPES)), draw(st.sampled_from(BODIES))
    fields: list[tuple[str, Any]] = list(form.items())
    names = [name for name in form if name != "csrf_token"] or ["csrf_token"]
    for name in draw(st.lists(st.sampled_from(names), max_size=3)):
        kind = draw(st.sampled_from(["spoil", "double", "drop"]))
        fields = [pair for pair in fields if pair[0] != name or kind == "double"]
        fields += [] if kind == "drop" else [(name, draw(texts))]
    return TYPES[0], fields_as_body(fields)
