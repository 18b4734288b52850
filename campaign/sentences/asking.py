"""What held signatories are asked, and why a question or an answer cannot be."""

from __future__ import annotations

from typing import Any

from campaign.languages import lazy

# The ready questions, by the id that is kept: each is said in the language of the signatory.
QUESTIONS: dict[str, Any] = {
    "affiliation": lazy(
        "You gave an affiliation, and signed from a private address. Can you confirm an address there, or name a page "
        "that shows you work or study there? You can also sign without the affiliation."
    ),
    "identity": lazy(
        "Somebody well known has your name, so we want to be sure that it is you. Another address of yours, a page "
        "about you, or a few words are enough."
    ),
    "entry": lazy(
        "We are not sure that your entry is written as you want it to stand under the letter. Please look at it, and "
        "correct it where it needs it."
    ),
}

REFUSALS: dict[str, Any] = {
    "needs_question": lazy("Write your question, or choose one of the ready ones."),
    "cannot_be_asked": lazy(
        "Only somebody who waits for a decision and can be reached by mail can be asked, once at a time."
    ),
    "already_answered": lazy("The answer is there already, so the question stands."),
    "question_over": lazy("This question needs no answer any more."),
    "too_many_asked_codes": lazy("No more codes today. Write a note instead, or come back tomorrow."),
}
