"""The receipt of a signature, for whoever has the link to it."""

from __future__ import annotations

import json

from flask import make_response
from werkzeug.wrappers import Response

from campaign import http
from campaign.delivery.queries import receipt_of
from campaign.delivery.views.blueprint import bp
from campaign.extensions import read_only
from campaign.signing.views.links import linked
from campaign.states import Refused


@bp.get("/my/<token>/receipts/<int:number>")
def receipt(token: str, number: int) -> Response:
    """The receipt of the signature behind this link in an edition, as a file to keep."""
    signature, letter = linked("my", token)
    with read_only():
        found = receipt_of(letter, number, signature.id)
    if found is None:
        raise Refused("not_found")
    response = make_response(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    response.mimetype = "application/json"
    name = f"receipt-{letter.slug}-e{number}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return http.private(response)
