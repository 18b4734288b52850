"""The forms of the desk's editor."""

from campaign.letters.forms.fields import DeskForm, StoredForm
from campaign.letters.forms.writing import (
    CampaignEditForm,
    CampaignForm,
    ChangeForm,
    MoveForm,
    NewLetterForm,
    NoteForm,
    SettingsForm,
    WordsForm,
)

__all__ = [
    "CampaignEditForm",
    "CampaignForm",
    "ChangeForm",
    "DeskForm",
    "MoveForm",
    "NewLetterForm",
    "NoteForm",
    "SettingsForm",
    "StoredForm",
    "WordsForm",
]
