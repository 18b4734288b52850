"""For machines that watch this one: whether the process answers, and whether the site does its work."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from campaign.extensions import db
from campaign.lib import clock
from campaign.public.queries import health as queries
from campaign.public.views.blueprint import bp

# P24: a job that waits longer means that nobody works; workers say that they live every 10 seconds.
LONGEST_WAIT = timedelta(minutes=5)
LONGEST_SILENCE = timedelta(minutes=1)


@bp.get("/healthz")
def healthz() -> Response:
    """This process answers."""
    return _answer({"status": "ok"}, 200)


@bp.get("/readyz")
def readyz() -> Response:
    """Database, schema, jobs and workers, each ok or what is wrong with it; 503 when any is wrong."""
    try:
        checks = _checks(clock.now())
    except SQLAlchemyError:
        db.session.rollback()
        checks = {"database": "does not answer"}
    is_ready = all(found == "ok" for found in checks.values())
    response = _answer({"status": "ok" if is_ready else "failing", "checks": checks}, 200 if is_ready else 503)
    if not is_ready:
        response.headers["Retry-After"] = "10"
    return response


def _checks(now: datetime) -> dict[str, str]:
    missing = queries.expected_heads() - queries.applied_heads()
    if missing:
        # Other tables may not be there either.
        return {"database": "ok", "schema": "migrations wait; run: undersigned db upgrade"}
    due, seen = queries.oldest_due(now), queries.last_heartbeat()
    is_stuck = due is not None and now - due > LONGEST_WAIT
    is_silent = seen is None or now - seen > LONGEST_SILENCE
    return {
        "database": "ok",
        "schema": "ok",
        "jobs": f"the oldest due job waits for {int((now - due).total_seconds())} s" if is_stuck and due else "ok",
        "worker": ("no worker was ever seen" if seen is None else "no sign of life from a worker")
        if is_silent
        else "ok",
    }


def _answer(facts: dict[str, object], status: int) -> Response:
    response = jsonify(facts)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
