"""The forms of signatories: presence, length, format and cleaning."""

from campaign.signing.forms.employees import (
    CancelForm,
    CodesForm,
    EmployeeCodeForm,
    EmployeesForm,
    EndForm,
    WorkAddressForm,
    WorkCodeForm,
)
from campaign.signing.forms.entry import (
    MyOrganizationForm,
    MyPersonForm,
    OrganizationForm,
    SignForm,
)
from campaign.signing.forms.invitation import (
    OWN_DOMAIN,
    ApprovalCodeForm,
    ApprovalForm,
    BoardNoteForm,
    ConsiderForm,
    DeclineForm,
)
from campaign.signing.forms.proving import (
    AnswerForm,
    AskedCodeForm,
    ColleagueForm,
    ContactForm,
    SecondAddressForm,
)
from campaign.signing.forms.steps import (
    AddressForm,
    CodeForm,
    FindForm,
    PressForm,
    ServerForm,
    WayForm,
)

__all__ = [
    "OWN_DOMAIN",
    "AddressForm",
    "AnswerForm",
    "ApprovalCodeForm",
    "ApprovalForm",
    "AskedCodeForm",
    "BoardNoteForm",
    "CancelForm",
    "CodeForm",
    "CodesForm",
    "ColleagueForm",
    "ConsiderForm",
    "ContactForm",
    "DeclineForm",
    "EmployeeCodeForm",
    "EmployeesForm",
    "EndForm",
    "FindForm",
    "MyOrganizationForm",
    "MyPersonForm",
    "OrganizationForm",
    "PressForm",
    "SecondAddressForm",
    "ServerForm",
    "SignForm",
    "WayForm",
    "WorkAddressForm",
    "WorkCodeForm",
]
