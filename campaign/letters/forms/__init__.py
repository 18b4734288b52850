"""The forms of the desk's editor."""

from campaign.letters.forms.fields import DeskForm, StoredForm
from campaign.letters.forms.press import PressContactForm, PreviewForm
from campaign.letters.forms.writing import (
    CampaignEditForm,
    CampaignForm,
    ChangeForm,
    HoldForm,
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
    "HoldForm",
    "MoveForm",
    "NewLetterForm",
    "NoteForm",
    "PressContactForm",
    "PreviewForm",
    "SettingsForm",
    "StoredForm",
    "WordsForm",
]
