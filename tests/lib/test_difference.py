"""What changed between two wordings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.lib.difference import Paragraph, Run, compare


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        (["Stop."], ["Stop."], [[("same", "Stop.")]]),
        ([], ["New."], [[("added", "New.")]]),
        (["Gone."], [], [[("removed", "Gone.")]]),
        (
            ["We ask you to stop selling it."],
            ["We ask you to stop renting it."],
            [[("same", "We ask you to stop "), ("removed", "selling "), ("added", "renting "), ("same", "it.")]],
        ),
        (["A b c.", "Keep me."], ["Keep me."], [[("removed", "A b c.")], [("same", "Keep me.")]]),
        (["Wholly this."], ["Other words here"], [[("removed", "Wholly this."), ("added", "Other words here")]]),
        (["停止出售它"], ["停止出租它"], [[("same", "停止出"), ("removed", "售"), ("added", "租"), ("same", "它")]]),
    ],
)
def test_changes_are_marked_word_by_word(old: list[str], new: list[str], runs: list[list[tuple[str, str]]]) -> None:
    """L3: a reader sees what was taken out and what came in."""
    assert compare(old, new) == [Paragraph(tuple(Run(*run) for run in found)) for found in runs]  # type: ignore[arg-type]


PARAGRAPHS = st.lists(st.text("ab .停\n", min_size=1, max_size=20), max_size=6)


@given(PARAGRAPHS, PARAGRAPHS)
def test_both_wordings_can_be_read_from_the_comparison(old: list[str], new: list[str]) -> None:
    """L3: nothing is lost: the marks give back either wording."""
    found = compare(old, new)

    def wording(*marks: str) -> list[str]:
        texts = ["".join(run.text for run in part.runs if run.mark in marks) for part in found]
        return [text for text in texts if text]

    assert wording("same", "removed") == old
    assert wording("same", "added") == new


def test_one_sign_over_and_over_takes_no_minutes() -> None:
    """T17: what would be looked at pair by pair for minutes is marked as a whole; a small change is still found."""
    old = "一" * 5000
    assert compare([old], [f"二{old[2:]}三"]) == [
        Paragraph((Run("removed", old), Run("added", f"二{old[2:]}三"))),
    ]
    assert compare([old], [f"{old[:2500]}二{old[2500:]}"]) == [
        Paragraph((Run("same", old[:2500]), Run("added", "二"), Run("same", old[2500:])))
    ]
    many = ["Again."] * 3000
    found = compare(["First.", *many], [*many, "Last."])
    assert len(found) == 3001
