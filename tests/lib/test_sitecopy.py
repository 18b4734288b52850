"""Which addresses a static copy holds, what its files are called, and how its pages are written again."""

from __future__ import annotations

import pytest

from campaign.lib.sitecopy import Names, Scope, links_of, rewritten, style_links_of

SCOPE = Scope(site="https://letters.example.org", letter="stop", campaign="faces", companies=("acme",))


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/letters/stop", "/letters/stop"),
        ("#people", "/letters/stop/names"),
        ("/letters/stop#evidence-1", "/letters/stop"),
        ("https://letters.example.org/letters/stop/press", "/letters/stop/press"),
        ("/letters/stop/names?after=x&kind=person", "/letters/stop/names?kind=person&after=x"),
        ("/letters/stop/editions/2/letter.pdf", "/letters/stop/editions/2/letter.pdf"),
        ("/letters/stop.json", "/letters/stop.json"),
        ("/campaigns/faces/deliveries/1", "/campaigns/faces/deliveries/1"),
        ("/companies/acme", "/companies/acme"),
        ("/static/css/site.css", "/static/css/site.css"),
        ("/", None),
        ("/letters", None),
        ("/letters/other", None),
        ("/letters/other.json", None),
        ("/letters/stop/names?q=ada", None),
        ("/letters/stop/press?x=1", None),
        ("/letters/stop/names.json", None),
        *((f"/letters/stop/{part}", None) for part in ("sign", "sign/organization", "preview/token", "share")),
        ("/campaigns/others", None),
        ("/companies/other", None),
        ("/my", None),
        ("/desk/letters/stop", None),
        ("https://letters.example.org.evil.example/letters/stop", None),
        ("http://letters.example.org/letters/stop", None),
        ("//elsewhere.example/letters/stop", None),
        ("mailto:press@example.org", None),
        ("javascript:alert(1)", None),
    ],
)
def test_scope_is_the_letter_and_what_belongs_to_it(link: str, address: str | None) -> None:
    assert SCOPE.address_of(link, "/letters/stop/names") == address


def test_every_address_has_a_file_of_its_own() -> None:
    """An edition's folder stays as it is, so that what checks it works; its page lies beside it."""
    names = Names(SCOPE)
    asked = [
        ("/letters/stop", True, "index.html"),
        ("/letters/stop/names", True, "names/index.html"),
        ("/letters/stop/names?kind=person", True, "names/person.html"),
        ("/letters/stop/names?kind=person&after=x", True, "names/person-2.html"),
        ("/letters/stop/names?kind=person&after=y", True, "names/person-3.html"),
        ("/letters/stop/names?kind=person&group=A", True, "names/person-a.html"),
        ("/letters/stop/names?kind=person&group=%2A", True, "names/person-other.html"),
        ("/letters/stop.json", False, "letter.json"),
        ("/letters/stop/names.csv", False, "names.csv"),
        ("/letters/stop/editions/2", True, "editions/2.html"),
        ("/letters/stop/editions/2/letter.html", False, "editions/2/letter.html"),
        ("/letters/stop/editions/2/SHA256SUMS", False, "editions/2/SHA256SUMS"),
        ("/campaigns/faces", True, "campaign.html"),
        ("/campaigns/faces/deliveries/1", True, "deliveries/1.html"),
        ("/companies/acme", True, "companies/acme.html"),
        ("/static/css/site.css", False, "static/css/site.css"),
    ]
    assert [names.file_of(address, is_page, "") for address, is_page, _file in asked] == [file for *_, file in asked]
    assert names.file_of("/letters/stop/evidence/1", False, "../a manual.pdf") == "evidence/1-.._a_manual.pdf"
    # What an edition is checked by keeps its name.
    sums = "/letters/stop/editions/1/SHA256SUMS"
    assert names.file_of(sums, False, "stop-e1-SHA256SUMS.txt") == "editions/1/SHA256SUMS"


PAGE = """<!doctype html>
<html lang="en"><head><link rel="preload" href="/static/f.woff2"><link rel="stylesheet" href="/static/css/site.css">
<link rel="canonical" href="https://letters.example.org/letters/stop/names">
<script src="/static/js/site.js" defer></script></head>
<body><main id="main" class="frame">
<!-- none of a reader's business --><p title="a &quot;b&quot;">Ada &amp; Grace &#233; 1 &lt; 2</p>
<a href="/letters/stop#evidence-1">back</a><a class="x&amp;y" href="/letters/stop/names?kind=person&amp;after=x">on</a>
<a href="#top">up</a><a href="/my">mine</a><a href="https://source.example/a?b&amp;c">source</a>
<form method="post" action="/letters/stop/sign"><p><input name="name"></p></form>
<form role="search" action="/letters/stop/names" method="get"><input name="q"></form>
<img src="https://elsewhere.example/x.png" alt="A picture"><br></main></body></html>"""


def test_page_is_written_for_the_folder_it_lies_in() -> None:
    """Links lead to files, those out of the copy to the living site; nothing is loaded but files of the copy."""
    files = {
        "/letters/stop": "index.html",
        "/letters/stop/names": "names/index.html",
        "/letters/stop/names?kind=person&after=x": "names/person-2.html",
        "/static/css/site.css": "static/css/site.css",
    }
    text = rewritten(PAGE, "/letters/stop/names", files, SCOPE, notice="A copy <b>", instead_of_form="No form here.")
    assert text == (
        """<!doctype html>
<html lang="en"><head><link rel="stylesheet" href="../static/css/site.css">
<link rel="canonical" href="https://letters.example.org/letters/stop/names">
</head>
<body><main id="main" class="frame">
<p class="copied fine">A copy &lt;b&gt;</p>
<p title="a &quot;b&quot;">Ada &amp; Grace &#233; 1 &lt; 2</p>
<a href="../index.html#evidence-1">back</a><a class="x&amp;y" href="person-2.html">on</a>
<a href="#top">up</a><a href="https://letters.example.org/my">mine</a><a href="https://source.example/a?b&amp;c">source</a>
<p class="fine">No form here.</p>

<img alt="A picture"><br></main></body></html>"""
    )


def test_links_are_found_as_they_are_written() -> None:
    assert links_of(PAGE)[1:3] == ["/static/css/site.css", "https://letters.example.org/letters/stop/names"]
    assert "/static/js/site.js" not in links_of(PAGE)
    style = "@font-face{src:url('../fonts/a.woff2')} b{background:url(data:image/png;base64,x)} i{x:url( \"/b.svg\" )}"
    assert list(style_links_of(style)) == ["../fonts/a.woff2", "/b.svg"]
