"""The blueprint all pages of delivery share."""

from __future__ import annotations

from flask import Blueprint

from campaign.accounts.permissions import may_here

bp = Blueprint("delivery", __name__)
bp.context_processor(lambda: {"may": may_here})
