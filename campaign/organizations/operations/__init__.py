"""The verbs of the coalition: keep the directory, invite organizations, take their answers."""

from campaign.organizations.operations.aliases import add_alias, remove_alias
from campaign.organizations.operations.answers import (
    add_note,
    consider,
    decline,
    forget_contacts,
    forget_signatory,
    signatory_left,
)
from campaign.organizations.operations.board import (
    add_to_board,
    answer_note,
    cancel_invitation,
    invite,
    remind,
    save_board_settings,
    save_contacts,
)
from campaign.organizations.operations.directory import (
    find_or_add_organization,
    forget_organization,
    keep_keys,
    keep_missing_keys,
    know_organization,
)
from campaign.organizations.operations.institutions import (
    add_institution_alias,
    correct_institution,
    load_institutions,
    plan_loading,
    remove_institution_alias,
)
from campaign.organizations.operations.merging import merge_institutions, part_institution

__all__ = [
    "add_alias",
    "add_institution_alias",
    "add_note",
    "add_to_board",
    "answer_note",
    "cancel_invitation",
    "consider",
    "correct_institution",
    "decline",
    "find_or_add_organization",
    "forget_contacts",
    "forget_organization",
    "forget_signatory",
    "invite",
    "keep_keys",
    "keep_missing_keys",
    "know_organization",
    "load_institutions",
    "merge_institutions",
    "part_institution",
    "plan_loading",
    "remind",
    "remove_alias",
    "remove_institution_alias",
    "save_board_settings",
    "save_contacts",
    "signatory_left",
]
