"""The forms of deliveries, certified numbers, responses and replies."""

from campaign.delivery.forms.deliveries import CertificateForm, DeliveryForm, ProofForm
from campaign.delivery.forms.responses import (
    CommitmentForm,
    CommitmentStateForm,
    DecideForm,
    OutcomeForm,
    ResponseForm,
    about_form,
)

__all__ = [
    "CertificateForm",
    "CommitmentForm",
    "CommitmentStateForm",
    "DecideForm",
    "DeliveryForm",
    "OutcomeForm",
    "ProofForm",
    "ResponseForm",
    "about_form",
]
