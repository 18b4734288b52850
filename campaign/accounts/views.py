"""Pages of signing in and of one's own account."""

from __future__ import annotations

import math
from datetime import datetime

from flask import Blueprint, Response, flash, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts import operations, passwords, queries
from campaign.accounts.forms import MemberForm, PasswordForm, SignInForm, UseLinkForm
from campaign.accounts.permissions import (
    COOKIE_FIELD,
    SignInAgain,
    campaign_or_refuse,
    current_organizer,
    current_session,
    organizer_required,
    signed_in,
    signed_in_lately,
)
from campaign.accounts.rules import safe_next
from campaign.choices import Role
from campaign.evenness import even_work
from campaign.extensions import db, read_only
from campaign.http import private, private_page, refuse
from campaign.languages import _
from campaign.lib import clock
from campaign.lib.networks import network_of
from campaign.models import Campaign
from campaign.sentences import ROLES, sentence
from campaign.states import Refused

bp = Blueprint("accounts", __name__)
# Where the cookie keeps the page to go on to after a mailed link.
NEXT_FIELD = "next"
# Statements of asking for a link, where there is an account.
LONGEST_WAY = 5


@bp.app_errorhandler(SignInAgain)
def sign_in_again(asked: SignInAgain) -> Response:
    """To the sign-in page, and back from there to what wanted a fresh sign-in."""
    db.session.rollback()
    return private(make_response(redirect(url_for("accounts.sign_in", again=1, next=asked.back), 303)))


def enter(token: str) -> None:
    """Puts a fresh session into the cookie; whatever was in it before is gone (ASVS 7.2.4)."""
    session.clear()
    session[COOKIE_FIELD] = token
    # The cookie outlives the browser's window; how long it is worth something, its row says.
    session.permanent = True


@bp.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """The sign-in page; whoever is signed in goes on to where they wanted, unless they are to sign in `again`."""
    wanted = safe_next(request.args.get("next", ""), url_for("letters.desk"))
    organizer = signed_in()
    if organizer is None:
        return private_page("accounts/sign_in.html", form=SignInForm(next=wanted))
    if "again" not in request.args:
        return redirect(wanted, 303)
    return private_page("accounts/sign_in.html", form=SignInForm(next=wanted, email=organizer.email), is_again=True)


@bp.post("/sign-in")
def sign_in_post() -> ResponseReturnValue:
    """Signs in by password, or mails a link when none was typed; the answer never tells who has an account."""
    form = SignInForm()
    if not form.validate():
        return private_page("accounts/sign_in.html", 422, form=form)
    try:
        if not form.password.data:
            with even_work(LONGEST_WAY):
                operations.ask_for_link(form.email.data or "", clock.now())
            db.session.commit()
            if wanted := safe_next(form.next.data or "", ""):
                session[NEXT_FIELD] = wanted
            return private_page("accounts/link_sent.html", email=(form.email.data or "").strip())
        return with_password(form)
    except Refused as refused:
        db.session.rollback()
        form.form_errors.append(sentence(refused.reason))
        return sign_in_refused(form, refused.values.get("until"))


def sign_in_refused(form: SignInForm, until: object) -> Response:
    """The page with what is wrong; after too many tries it says to browsers `until` when to wait."""
    if not isinstance(until, datetime):
        return private_page("accounts/sign_in.html", 422, form=form)
    response = private_page("accounts/sign_in.html", 429, form=form)
    response.headers["Retry-After"] = str(math.ceil((until - clock.now()).total_seconds()))
    return response


def with_password(form: SignInForm) -> ResponseReturnValue:
    """A session for the right password. Raises `Refused("wrong_sign_in")` or, with `until`, "too_many_tries"."""
    now, email = clock.now(), form.email.data or ""
    key, network = operations.email_key(email), network_of(request.remote_addr)
    within = operations.count_try(key, network, now)
    db.session.commit()
    if not within:
        with read_only():
            raise Refused("too_many_tries", until=operations.tries_renew(key, network, now))
    with read_only():
        organizer = queries.organizer_by_key(key)
        known = (organizer.id, organizer.password_hash) if organizer else (0, None)
    # Slow on purpose, so no transaction is open meanwhile.
    if not passwords.password_holds(known[1], form.password.data or ""):
        raise Refused("wrong_sign_in")
    token = operations.start_session(known[0], now, current_session())
    db.session.commit()
    enter(token)
    return redirect(safe_next(form.next.data or "", url_for("letters.desk")), 303)


@bp.get("/sign-in/<token>")
def use_link(token: str) -> Response:
    """A page with one button; opening the link changes nothing, since mail scanners open links."""
    link = operations.link_state(token, clock.now())
    status = 200 if link == "good" else 410 if link == "over" else 404
    return private_page("accounts/use_link.html", status, form=UseLinkForm(), state=link, token=token)


@bp.post("/sign-in/<token>")
def use_link_post(token: str) -> ResponseReturnValue:
    """Spends the link and signs in."""
    try:
        session_token = operations.use_sign_in_link(token, clock.now(), current_session())
    except Refused as refused:
        db.session.rollback()
        state, status = ("over", 410) if refused.reason == "link_expired" else ("unknown", 404)
        return private_page("accounts/use_link.html", status, form=UseLinkForm(), state=state, token=token)
    db.session.commit()
    wanted = safe_next(session.get(NEXT_FIELD, ""), url_for("letters.desk"))
    enter(session_token)
    return redirect(wanted, 303)


@bp.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """Ends this browser's session; the same answer when there is none."""
    row = current_session()
    if row is not None:
        operations.revoke_session(row.organizer_id, row.id, clock.now())
        db.session.commit()
    session.clear()
    return redirect(url_for("accounts.sign_in"), 303)


@bp.get("/desk/account")
@organizer_required
def account() -> Response:
    """One's own address, password and signed-in browsers."""
    return account_page(PasswordForm())


def account_page(form: PasswordForm, status: int = 200) -> Response:
    """The account page around a form."""
    organizer, row = current_organizer(), current_session()
    return private_page(
        "accounts/account.html",
        status,
        form=form,
        organizer=organizer,
        campaigns=queries.campaigns_of(organizer.id),
        roles=ROLES,
        sessions=queries.sessions_of(organizer.id, clock.now()),
        current_id=row.id if row else 0,
    )


@bp.post("/desk/account/password")
@organizer_required
def set_password() -> ResponseReturnValue:
    """Stores a new password and signs out the other browsers."""
    signed_in_lately(url_for("accounts.account"))
    form, row = PasswordForm(), current_session()
    organizer_id, session_id = current_organizer().id, row.id if row else 0
    if not form.validate():
        return account_page(form, 422)
    password = form.password.data or ""
    try:
        operations.check_new_password(current_organizer(), password)
    except Refused as refused:
        refuse(form, refused)
        return account_page(form, 422)
    # Hashing takes a tenth of a second: the transaction of the guard ends before it.
    db.session.rollback()
    operations.set_password(organizer_id, passwords.hash_password(password), session_id, clock.now())
    db.session.commit()
    flash(_("Your password is set. Other browsers were signed out."))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/desk/account/sessions/revoke")
@organizer_required
def revoke_others() -> ResponseReturnValue:
    """Signs out every browser of this account but this one."""
    signed_in_lately(url_for("accounts.account"))
    row = current_session()
    operations.revoke_other_sessions(current_organizer().id, row.id if row else 0, clock.now())
    db.session.commit()
    flash(_("All other browsers are signed out."))
    return redirect(url_for("accounts.account"), 303)


@bp.post("/desk/account/sessions/<int:session_id>/revoke")
@organizer_required
def revoke_session(session_id: int) -> ResponseReturnValue:
    """Signs out one browser of this account."""
    signed_in_lately(url_for("accounts.account"))
    operations.revoke_session(current_organizer().id, session_id, clock.now())
    db.session.commit()
    flash(_("That browser is signed out."))
    return redirect(url_for("accounts.account"), 303)


@bp.get("/desk/campaigns/<slug>/team")
@organizer_required
def team(slug: str) -> Response:
    """Who works on a campaign, and in which role; every act here wants a fresh sign-in, so the page does."""
    campaign = campaign_or_refuse(slug, "team")
    signed_in_lately(request.path)
    return team_page(campaign, MemberForm())


def team_page(campaign: Campaign, form: MemberForm, status: int = 200) -> Response:
    """The team page around a form."""
    members = queries.team_of(campaign.id)
    return private_page("accounts/team.html", status, form=form, campaign=campaign, members=members, roles=ROLES)


@bp.post("/desk/campaigns/<slug>/team")
@organizer_required
def add_member(slug: str) -> ResponseReturnValue:
    """Puts a person on the team and mails them a link."""
    campaign, form = campaign_or_refuse(slug, "team"), MemberForm()
    signed_in_lately(request.path)
    if not form.validate():
        return team_page(campaign, form, 422)
    now, role = clock.now(), Role(form.role.data)
    try:
        organizer = operations.add_organizer(form.email.data or "", now)
        operations.add_member(campaign, organizer, role, by_id=current_organizer().id, now=now)
    except Refused as refused:
        form.form_errors.append(sentence(refused.reason))
        return team_page(campaign, form, 422)
    operations.ask_for_link(organizer.email, now)
    db.session.commit()
    flash(_("%(email)s is on the team now, and gets a link by mail.", email=organizer.email))
    return redirect(url_for("accounts.team", slug=slug), 303)


@bp.post("/desk/campaigns/<slug>/team/<int:organizer_id>")
@organizer_required
def change_member(slug: str, organizer_id: int) -> ResponseReturnValue:
    """Changes a role (`action` is the new one), takes somebody off the team (remove), or signs them out (sign_out)."""
    campaign = campaign_or_refuse(slug, "team")
    signed_in_lately(url_for("accounts.team", slug=slug))
    membership = queries.membership(campaign.id, organizer_id)
    if membership is None:
        raise Refused("not_found")
    action = request.form.get("action", "")
    now, by_id = clock.now(), current_organizer().id
    if action == "remove":
        operations.remove_member(membership, by_id=by_id, now=now)
    elif action == "sign_out":
        operations.sign_out_member(membership, by_id=by_id, now=now)
    elif action in ROLES:
        operations.change_role(membership, Role(action), by_id=by_id, now=now)
    else:
        raise Refused("unknown_action")
    db.session.commit()
    flash(_("The team has changed."))
    # Whoever takes themselves off the team has no team page any more.
    own = organizer_id == by_id
    return redirect(url_for("accounts.account") if own else url_for("accounts.team", slug=slug), 303)
