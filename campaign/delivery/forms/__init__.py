"""The forms of deliveries, certified numbers, responses and replies."""

from campaign.delivery.forms.deliveries import CertificateForm, DeliveryForm, ProofForm

__all__ = ["CertificateForm", "DeliveryForm", "ProofForm"]
