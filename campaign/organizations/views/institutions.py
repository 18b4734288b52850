"""The desk of the directory of institutions: the list, loading a file, one institution and what is done to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.permissions import campaign_or_refuse, current_organizer, organizer_required
from campaign.extensions import db
from campaign.http import private, private_page, refuse, takes_files
from campaign.languages import _, lazy, ngettext
from campaign.lib import clock, paging
from campaign.lib.names import words
from campaign.lib.numbers import whole_number
from campaign.models import Campaign, Institution
from campaign.organizations import institution_lists, lists, operations
from campaign.organizations import institutions as directory
from campaign.organizations.forms import InstitutionAliasForm, InstitutionForm, InstitutionListForm, MergeForm
from campaign.organizations.operations.institutions import Loading
from campaign.organizations.views.blueprint import bp
from campaign.sentences.institutions import LINE_PROBLEMS
from campaign.states import Refused

BAD_SHOWN = 200


@bp.get("/desk/campaigns/<slug>/institutions")
@organizer_required
def institutions(slug: str) -> Response:
    """The directory, A to Z, and the form that loads a list."""
    return list_page(campaign_or_refuse(slug, "view"), InstitutionListForm(formdata=None))


def list_page(
    campaign: Campaign, form: InstitutionListForm, status: int = 200, loading: Loading | None = None
) -> Response:
    """The page; `loading` is what a list would do."""
    q = " ".join(request.args.get("q", "").split())[:200]
    after = place(request.args.get("after"))
    rows = directory.institutions_in_order(words(q)[:6], after) if words(q) or not q else []
    total = directory.count_institutions()
    last = rows[directory.PAGE - 1] if len(rows) > directory.PAGE else None
    return private_page(
        "organizations/institutions.html",
        status,
        campaign=campaign,
        rows=rows[: directory.PAGE],
        total=total,
        q=q,
        form=form,
        loading=loading,
        bad_shown=BAD_SHOWN,
        line_problems=LINE_PROBLEMS,
        next_url=next_url(campaign, q, last) if last else None,
        first_url=url_for("organizations.institutions", slug=campaign.slug, q=q or None) if after else None,
    )


def next_url(campaign: Campaign, q: str, last: Institution) -> str:
    """The address of the page after this institution."""
    after = paging.encode((last.sort_key, last.id))
    return url_for("organizations.institutions", slug=campaign.slug, q=q or None, after=after)


def place(after: str | None) -> tuple[bytes, int] | None:
    """The place a page begins after. Raises `Refused("not_found")` for text that is none."""
    try:
        return paging.decode(after, (bytes, int)) if after else None
    except paging.BadCursor:
        raise Refused("not_found") from None


@bp.post("/desk/campaigns/<slug>/institutions")
@organizer_required
@takes_files
def load_institutions(slug: str) -> ResponseReturnValue:
    """Shows what a list would do; with `action` load does it, with bad gives back the lines that cannot be taken."""
    campaign, form = campaign_or_refuse(slug, "team"), InstitutionListForm()
    if not form.validate():
        return list_page(campaign, form, 422)
    try:
        form.listed.data = uploaded() or form.listed.data or ""
        # Reading takes a while, and nobody has to wait for it.
        db.session.rollback()
        lines = institution_lists.read_institutions(form.listed.data)
        action = request.form.get("action")
        if action == "load":
            return loaded(campaign_or_refuse(slug, "team"), lines)
        loading = operations.plan_loading(lines)
    except Refused as refused:
        refuse(form, refused)
        return list_page(campaign_or_refuse(slug, "team"), form, 422)
    if action == "bad":
        return bad_lines(loading)
    return list_page(campaign_or_refuse(slug, "team"), form, loading=loading)


def uploaded() -> str:
    """The text of the file that was chosen; "" for none. Raises `Refused("list_unreadable")`."""
    file = request.files.get("file")
    data = file.read() if file else b""
    return lists.decoded(data) if data else ""


def loaded(campaign: Campaign, lines: list[institution_lists.InstitutionLine]) -> ResponseReturnValue:
    """Loads the good lines, and goes back to the directory."""
    slug = campaign.slug
    done = operations.load_institutions(campaign, lines, by_id=current_organizer().id, now=clock.now())
    new, added = len(done.new), len(done.added)
    db.session.commit()
    flash(ngettext("%(num)d institution was added.", "%(num)d institutions were added.", new))
    if added:
        flash(ngettext("%(num)d has more names now.", "%(num)d have more names now.", added))
    return redirect(url_for("organizations.institutions", slug=slug), 303)


def bad_lines(loading: Loading) -> Response:
    """The lines that cannot be taken, as a file with the reason of each."""
    response = Response("".join(institution_lists.as_csv(loading.bad, LINE_PROBLEMS)), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="institutions-to-mend.csv"'
    return private(response)


@bp.get("/desk/campaigns/<slug>/institutions/<int:institution_id>")
@organizer_required
def institution(slug: str, institution_id: int) -> Response:
    """One institution with its names, and the forms that correct it."""
    campaign = campaign_or_refuse(slug, "view")
    return one_page(campaign, found(institution_id))


def found(institution_id: int) -> Institution:
    """An institution that stands. Raises `Refused("not_found")`."""
    row = db.session.get(Institution, institution_id) if institution_id < 2**31 else None
    if row is None or row.merged_into_id is not None:
        raise Refused("not_found")
    return row


def one_page(campaign: Campaign, row: Institution, status: int = 200, **forms: Any) -> Response:
    """The page, with the form that was refused in place of a fresh one."""
    fresh = {
        "form": InstitutionForm(formdata=None, name=row.name, country=row.country, website=row.website),
        "alias_form": InstitutionAliasForm(formdata=None),
        "merge_form": MergeForm(formdata=None),
    }
    names = [name for name in directory.names_of(row.id) if name.name_plain != row.name_plain]
    return private_page(
        "organizations/institution.html",
        status,
        campaign=campaign,
        row=row,
        names=names,
        parts=directory.parts_of(row.id),
        **{**fresh, **forms},
    )


@bp.post("/desk/campaigns/<slug>/institutions/<int:institution_id>")
@organizer_required
def change_institution(slug: str, institution_id: int) -> ResponseReturnValue:
    """Corrects an institution: `action` save, alias, merge, remove:<id> of an alias, part:<id> of what was merged."""
    campaign = campaign_or_refuse(slug, "team")
    row = found(institution_id)
    action, _colon, number = request.form.get("action", "").partition(":")
    if action in NUMBERED:
        operate, said = NUMBERED[action]
        return numbered(campaign, row, whole_number(number, digits=9) or 0, operate, said)
    if action not in ACTS:
        raise Refused("unknown_action")
    place_of_form, make_form, act = ACTS[action]
    form = make_form()
    if not form.validate():
        return one_page(campaign, row, 422, **{place_of_form: form})
    try:
        kept, said = act(campaign, row.id, form)
        db.session.commit()
    except Refused as refused:
        refuse(form, refused)
        return one_page(campaign_or_refuse(slug, "team"), found(institution_id), 422, **{place_of_form: form})
    flash(said)
    return redirect(url_for("organizations.institution", slug=slug, institution_id=kept), 303)


def numbered(
    campaign: Campaign, row: Institution, number: int, operate: Callable[..., None], said: object
) -> ResponseReturnValue:
    """Does what a button beside a line of the page is for, and goes back to the page."""
    slug, institution_id = campaign.slug, row.id
    try:
        operate(campaign, row.id, number, by_id=current_organizer().id, now=clock.now())
        db.session.commit()
    except Refused as refused:
        if refused.reason != "institution_exists":
            raise
        form = MergeForm(formdata=None)
        refuse(form, refused)
        return one_page(campaign_or_refuse(slug, "team"), found(institution_id), 422, merge_form=form)
    flash(str(said))
    return redirect(url_for("organizations.institution", slug=slug, institution_id=institution_id), 303)


def saved(campaign: Campaign, institution_id: int, form: InstitutionForm) -> tuple[int, str]:
    """Corrects name, country and website."""
    operations.correct_institution(
        campaign,
        institution_id,
        name=form.name.data or "",
        country=form.country.data or "",
        website=form.website.data or "",
        by_id=current_organizer().id,
        now=clock.now(),
    )
    return institution_id, str(
        _("Saved. Signatures that name it follow within a minute; editions that are frozen stay.")
    )


def named(campaign: Campaign, institution_id: int, form: InstitutionAliasForm) -> tuple[int, str]:
    """Adds an alias."""
    alias = form.alias.data or ""
    operations.add_institution_alias(campaign, institution_id, alias, by_id=current_organizer().id, now=clock.now())
    return institution_id, str(_("The name was added."))


def merged(campaign: Campaign, institution_id: int, form: MergeForm) -> tuple[int, str]:
    """Merges it into another."""
    into, by_id = form.into.data or "", current_organizer().id
    kept = operations.merge_institutions(campaign, institution_id, into, by_id=by_id, now=clock.now())
    return kept.id, str(_("The two are one now, under this name. Signatures follow within a minute."))


# What the buttons beside its names and its parts do, and what the page says then.
NUMBERED: dict[str, tuple[Callable[..., None], object]] = {
    "remove": (
        operations.remove_institution_alias,
        lazy("The name was removed. Signatures that were found by it stay as they are."),
    ),
    "part": (
        operations.part_institution,
        lazy("They are two again. Whoever signed with one of its names follows within a minute."),
    ),
}
# Which form of the page an act takes, and what it does.
ACTS: dict[str, tuple[str, Callable[[], Any], Callable[..., tuple[int, str]]]] = {
    "save": ("form", InstitutionForm, saved),
    "alias": ("alias_form", InstitutionAliasForm, named),
    "merge": ("merge_form", MergeForm, merged),
}
