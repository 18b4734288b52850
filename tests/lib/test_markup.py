"""One reading of Markdown, and what pages and text files make of it (e-7; T13, T17)."""

import json

import pytest

from campaign.lib import markup

EVERYTHING = """\
## The ask

We *ask* you, **firmly**, to ~~pause~~ stop `sales`.[^1] See [the reply](https://example.org/a?b=1&c=2).[^1]
A second line\\
and a third.^[Said in *Seattle*.]

#### Reasons

1. first
2. second

   - inner
   - other

> A quotation.

| who | how many |
|:----|---------:|
| all | 2 |

```
x = "1"
```

---

[^1]: Contract of 2017.
"""


def types(tree: markup.Node) -> set[str]:
    return {node["type"] for node in markup.walk(tree) if "type" in node}


def test_tree_holds_every_type_and_is_json() -> None:
    tree = markup.parse(EVERYTHING)
    assert types(tree) == {
        *("document", "heading", "paragraph", "list", "item", "quote", "table", "row", "cell", "code_block", "rule"),
        *("text", "emphasis", "strong", "strike", "code", "link", "break", "footnote_ref"),
    }
    assert json.loads(json.dumps(tree)) == tree


@pytest.mark.parametrize(
    ("typed", "levels"),
    [("## a\n\n#### b\n\n# c", [1, 2, 1]), ("### a\n\n# b\n\n###### c\n\n## d", [1, 1, 2, 2]), ("a", [])],
)
def test_headings_start_at_one_and_skip_none(typed: str, levels: list[int]) -> None:
    tree = markup.parse(typed)
    assert [node["level"] for node in markup.walk(tree) if node.get("type") == "heading"] == levels


@pytest.mark.parametrize(
    ("typed", "reason", "line"),
    [
        ("a\n\n" + "> " * 9 + "deep", "too_deep", 3),
        ("*a **b " * 10 + "x" + "** c*" * 10, "too_deep", 1),
        ("one\n\n[^never]: cited nowhere", "footnote_unused", 3),
        ("one\n\ntwo[^2]", "footnote_missing", 3),
        ("one[^1]\n\n[^1]: a note that cites [^2]", "footnote_missing", 3),
        ("- *one* and [**two**[^2]](https://example.org)", "footnote_missing", 1),
        ("one[^a]\n\n[^a]: see[^b]\n\n[^b]: there", "footnote_in_footnote", 3),
        ("word\n\n" * 10_000, "too_long", 13333),
        ("x\n\n" + "y" * 5_001, "run_too_long", 3),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name_and_line(typed: str, reason: str, line: int) -> None:
    with pytest.raises(markup.BadMarkup) as refusal:
        markup.parse(typed)
    assert (refusal.value.reason, refusal.value.line) == (reason, line)


def test_eight_quotes_pass() -> None:
    assert markup.to_text(markup.parse("> " * 8 + "deep")) == "> " * 8 + "deep\n"


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("[x](data:text/html,a)", "<p>[x](data:text/html,a)</p>\n"),
        ("[x](/desk)", "<p>[x](/desk)</p>\n"),
        ("a ![x](y)", "<p>a ![x](y)</p>\n"),
        ("&lt;b onclick=x&gt;", "<p>&lt;b onclick=x&gt;</p>\n"),
        ("a\x00b\u202ec\ud800d\ufeff", "<p>abcd</p>\n"),
        ("(c) -- ...", "<p>(c) -- ...</p>\n"),
        (
            '<https://a.org/"onload=1>',
            '<p><a href="https://a.org/%22onload=1" rel="noopener nofollow ugc">https://a.org/"onload=1</a></p>\n',
        ),
    ],
)
def test_hostile_markdown_is_text(typed: str, html: str) -> None:
    assert markup.to_html(markup.parse(typed)) == html


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "“it’s”\n"), ("de-AT", "„it’s“\n"), ("fr", "«\u00a0it’s\u00a0»\n"), ("xx", "“it’s”\n")],
)
def test_quotation_marks_follow_the_language(language: str, text: str) -> None:
    assert markup.to_text(markup.parse('"it\'s"', language)) == text


def test_html_of_footnotes_has_unique_ids_and_ways_back() -> None:
    tree = markup.parse("a[^n] b[^n]\n\n[^n]: note")
    assert markup.to_html(tree, note_id="n", back="Back") == (
        '<p>a<sup><a href="#n-1" id="n-1-ref" rel="noopener nofollow ugc">1</a></sup>'
        ' b<sup><a href="#n-1" id="n-1-ref-2" rel="noopener nofollow ugc">1</a></sup></p>\n'
        '<section class="footnotes">\n<ol>\n<li id="n-1"><p>note '
        '<a href="#n-1-ref" aria-label="Back 1" rel="noopener nofollow ugc">↩</a> '
        '<a href="#n-1-ref-2" aria-label="Back 1" rel="noopener nofollow ugc">↩2</a></p>\n</li>\n</ol>\n</section>\n'
    )


def test_html_of_a_table_and_lists() -> None:
    html = markup.to_html(markup.parse("| a | b |\n|---|--:|\n| 1 | 2 |\n\n3. x\n\n4. y\n\n- z"), first_heading=3)
    assert html == (
        '<table>\n<thead>\n<tr><th scope="col" class="start">a</th><th scope="col" class="end">b</th></tr>\n</thead>\n'
        '<tbody>\n<tr><td class="start">1</td><td class="end">2</td></tr>\n</tbody>\n</table>\n'
        '<ol start="3">\n<li><p>x</p>\n</li>\n<li><p>y</p>\n</li>\n</ol>\n<ul>\n<li>z</li>\n</ul>\n'
    )


def test_text_of_everything() -> None:
    assert markup.to_text(markup.parse(EVERYTHING), width=60) == (
        "The ask\n-------\n\n"
        "We ask you, firmly, to pause stop sales.[1] See the reply\n(https://example.org/a?b=1&c=2).[1] A second line\n"
        "and a third.[2]\n\nReasons\n-------\n\n1. first\n\n2. second\n\n   - inner\n   - other\n\n> A quotation.\n\n"
        'who | how many\nall | 2\n\n    x = "1"\n\n* * *\n\n[1] Contract of 2017.\n[2] Said in Seattle.\n'
    )


def test_parts_leave_room_between_body_and_notes() -> None:
    tree = markup.parse("a[^n]\n\n[^n]: note")
    body, notes = markup.to_html_parts(tree)
    assert body + notes == markup.to_html(tree)
    assert notes.startswith('<section class="footnotes">')
    assert markup.to_text_parts(tree) == ("a[1]", "[1] note")
    assert markup.to_html_parts(markup.parse("a")) == ("<p>a</p>\n", "")


def test_mapped_changes_text_of_a_copy() -> None:
    tree = markup.parse("a *b*[^1]\n\n[^1]: c `d`")
    copy = markup.mapped(tree, str.upper)
    assert markup.to_text(copy) == "A B[1]\n\n[1] C D\n"
    assert markup.to_text(tree) == "a b[1]\n\n[1] c d\n"


@pytest.mark.parametrize("write", [markup.to_html, markup.to_text])
def test_unknown_node_raises(write) -> None:  # type: ignore[no-untyped-def]
    for stranger in ({"type": "film"}, {"type": "paragraph", "children": [{"type": "film"}]}):
        with pytest.raises(ValueError, match="film"):
            write({"type": "document", "children": [stranger], "footnotes": []})
