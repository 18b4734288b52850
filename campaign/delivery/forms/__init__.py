"""The forms of editions, deliveries, certified numbers, responses and replies."""

from campaign.delivery.forms.deliveries import CertificateForm, DeliveryForm, ProofForm
from campaign.delivery.forms.editions import AttestationForm, FreezeForm
from campaign.delivery.forms.responses import (
    CommitmentForm,
    CommitmentStateForm,
    DecideForm,
    OutcomeForm,
    ResponseForm,
    about_form,
)

__all__ = [
    "AttestationForm",
    "CertificateForm",
    "CommitmentForm",
    "CommitmentStateForm",
    "DecideForm",
    "DeliveryForm",
    "FreezeForm",
    "OutcomeForm",
    "ProofForm",
    "ResponseForm",
    "about_form",
]
