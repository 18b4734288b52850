"""The one file all others are made from (e-1, e-3; P15)."""

import hashlib
from pathlib import Path

import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from campaign.exports import snapshot
from campaign.lib.printable import one_line

FIELDS = st.fixed_dictionaries(
    {
        "seq": st.integers(1, 2**40),
        "kind": st.just("person"),
        "name": st.text(),
        "title": st.text(),
        "country": st.text(),
    }
)


@given(st.lists(FIELDS, max_size=5))
def test_lines_are_canonical_json(records: list[dict[str, object]]) -> None:
    """RFC 8785, as the general writer makes it, of the cleaned text."""
    lines = [snapshot.line(record) for record in records]
    cleaned = [{key: one_line(v) if isinstance(v, str) else v for key, v in record.items()} for record in records]
    assert lines == [rfc8785.dumps(record) + b"\n" for record in cleaned]  # type: ignore[arg-type]


def test_written_file_is_digested_counted_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / snapshot.FILE_NAME
    records = [
        {"seq": 1, "kind": "organization", "name": "Ähnlich & <Söhne>", "country": "DE"},
        {"seq": 2, "kind": "person", "name": "line\u2028break\u202e", "country": ""},
        {"seq": 3, "kind": "person", "withheld": True},
    ]
    written = snapshot.write(path, iter(records))
    assert (
        path.read_bytes()
        == (
            '{"country":"DE","kind":"organization","name":"Ähnlich & <Söhne>","seq":1}\n'
            '{"country":"","kind":"person","name":"line break","seq":2}\n'
            '{"kind":"person","seq":3,"withheld":true}\n'
        ).encode()
    )
    assert written == (hashlib.sha256(path.read_bytes()).hexdigest(), 2, 1, 1)
    assert [record["name"] for record in snapshot.named(path)] == ["Ähnlich & <Söhne>", "line break"]
    assert list(snapshot.records(path))[2] == records[2]


def test_outline_sums_neighbours() -> None:
    outline = snapshot.Outline()
    for kind, version, letter, country in [
        ("organization", 1, "A", "US"),
        ("organization", 1, "A", ""),
        ("organization", 1, "B", "US"),
        ("person", 2, "A", "DE"),
        ("person", 1, "A", "DE"),
    ]:
        outline.add(kind, version, letter, country)
    assert outline.runs() == [
        ("organization", 1, (("A", 2), ("B", 1)), frozenset({"US", ""})),
        ("person", 2, (("A", 1),), frozenset({"DE"})),
        ("person", 1, (("A", 1),), frozenset({"DE"})),
    ]
