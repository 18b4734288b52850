"""Where a signature stands, in the words its owner reads: on their page, in the mail with the links, in their copy."""

from __future__ import annotations

from campaign.languages import _
from campaign.letters.rules import NOT_YET_OPEN
from campaign.models import Letter, Signature
from campaign.sentences import HOLDS, REJECTIONS, SIGNATURE_STATES


def standing(signature: Signature, letter: Letter) -> str:
    """Where a signature stands."""
    if signature.withdrawn_at is not None:
        return str(SIGNATURE_STATES["withdrawn"])
    if signature.merged_into_id is not None:
        return str(SIGNATURE_STATES["merged"])
    if signature.verification != "verified":
        return str(SIGNATURE_STATES[signature.verification])
    if signature.moderation == "approved" and signature.is_private:
        return str(_("Counted, name hidden"))
    if signature.moderation == "approved" and letter.state in NOT_YET_OPEN:
        return str(_("Approved; shown once the letter is public"))
    if signature.moderation == "approved" and signature.kind == "imported":
        return str(_("Shown, from a list that was imported"))
    return str(SIGNATURE_STATES[signature.moderation])


def reason_sentences(reasons: str) -> list[str]:
    """Why a signature was held or rejected, in sentences."""
    known = (HOLDS.get(key) or REJECTIONS.get(key) for key in reasons.split(";"))
    return [str(words) for words in known if words]
