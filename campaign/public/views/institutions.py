"""Institutions: who of them signed, and which one is meant while it is typed."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaign.lib import paging
from campaign.organizations.institutions import institution_by_slug, suggestions
from campaign.public.queries.institutions import names_of_institution
from campaign.public.rules import names as rules
from campaign.public.rules.letters import TOLD_STATES
from campaign.public.views.blueprint import bp, site_page
from campaign.signing.rules import public_face
from campaign.states import Refused

PAGE = 200
TYPED = 200
# The directory changes rarely, and a suggestion that is missing for an hour hinders nobody.
KEPT_SECONDS = 3600


@bp.get("/institutions/<slug>")
def institution(slug: str) -> AnyResponse:
    """The public signatories of open letters who named an institution, 200 a page."""
    row = institution_by_slug(slug)
    if row is None:
        raise Refused("not_found")
    if row.slug != slug:
        return redirect(url_for("public.institution", slug=row.slug), 301)
    after = rules.place(request.args.get("after"), bytes, int)
    found = names_of_institution(row.id, TOLD_STATES, limit=PAGE + 1, after=after)
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = paging.encode((last.sort_key, last.id)) if last else None
    return site_page(
        "public/institution.html",
        institution=row,
        signed=shown(found[:PAGE]),
        first_url=url_for("public.institution", slug=slug) if after else None,
        next_url=url_for("public.institution", slug=slug, after=following) if following else None,
        # A list of people by their employer, over several letters, is nobody's to be found by.
        not_indexed=True,
    )


def shown(rows: list[Any]) -> list[dict[str, object]]:
    """The public face of each row, and the letter it stands on."""
    pairs = ((row, public_face(row)) for row in rows)
    return [
        {"face": face, "slug": row.letter_slug, "title": row.letter_title} for row, face in pairs if face is not None
    ]


@bp.get("/institutions.json")
def institutions_json() -> Response:
    """At most 8 institutions that may be meant by what was typed so far in `q`."""
    q = " ".join(request.args.get("q", "").split())[:TYPED]
    found = [{"name": one.name, "country": one.country, "also": one.also} for one in suggestions(q)]
    response = jsonify({"institutions": found})
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response
