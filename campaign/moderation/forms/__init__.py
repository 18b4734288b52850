"""Forms of the desk. Rows are ids with the state the organizer saw: `17:held`."""

from campaign.moderation.forms.authority import AskColleagueForm, AskContactForm, AuthorityPressForm
from campaign.moderation.forms.bulk import BulkForm, ConditionForm, StepForm
from campaign.moderation.forms.cases import CaseForm
from campaign.moderation.forms.deciding import DecisionForm, PairForm, UndoForm
from campaign.moderation.forms.files import AgainForm, LogoForm
from campaign.moderation.forms.holding import LeadersForm, MuteForm, PressedForm, SwitchForm
from campaign.moderation.forms.protection import AlarmForm, GuardForm, ProtectionForm

__all__ = [
    "AgainForm",
    "AlarmForm",
    "AskColleagueForm",
    "AskContactForm",
    "AuthorityPressForm",
    "BulkForm",
    "CaseForm",
    "ConditionForm",
    "DecisionForm",
    "GuardForm",
    "LeadersForm",
    "LogoForm",
    "MuteForm",
    "PairForm",
    "PressedForm",
    "ProtectionForm",
    "StepForm",
    "SwitchForm",
    "UndoForm",
]
