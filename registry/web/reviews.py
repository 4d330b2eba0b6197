"""The annual review as pages: open a year, attest, decide, lock; and its rosters."""

from collections.abc import Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from registry import clock
from registry.rules import RuleBroken
from registry.rules.campaigns import Deadlines, Statement
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import Action
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.rules.rosters import LONGEST_WAIT
from registry.services import departments, reviews, rosters
from registry.services.reviews import ItemFilter, Show
from registry.web import asked
from registry.web.access import requires
from registry.web.answers import attachment
from registry.web.forms import RegistryForm, choices

bp = Blueprint("reviews", __name__, url_prefix="/reviews")

FILTERS = ("department", "finding", "show", "said", "q")
FIRST_YEAR, LAST_YEAR = 2000, 2200


class OpenForm(RegistryForm):
    year = IntegerField(_l("Year"), [InputRequired(_l("Enter the year.")), NumberRange(FIRST_YEAR, LAST_YEAR)])
    kind = SelectField(_l("Kind of certificate"), coerce=CertificateKind)
    attest_by = DateField(_l("Units attest by"), [Optional()])
    decide_by = DateField(_l("Findings by"), [Optional()])
    make_up_by = DateField(_l("The deferred make up by"), [Optional()])
    cutoff_on = DateField(_l("Cut-off for new certificates"), [Optional()])

    def days(self, usual: Deadlines) -> Deadlines:
        """The days as filled in; one left empty is the policy's."""
        return Deadlines(
            attest_by=self.attest_by.data or usual.attest_by,
            decide_by=self.decide_by.data or usual.decide_by,
            make_up_by=self.make_up_by.data or usual.make_up_by,
        )


class DecideForm(RegistryForm):
    finding = SelectField(_l("Finding"), coerce=ReviewFinding)
    deferred_until = DateField(_l("Deferred until"), [Optional()])
    reason = TextAreaField(_l("Reason"), [Length(max=500)])


class ReopenForm(RegistryForm):
    reason = StringField(_l("Reason"), [InputRequired(_l("Say why the decision is taken back.")), Length(max=500)])


class AttestForm(RegistryForm):
    remark = StringField(_l("Remark"), [Length(max=500)])


class PlainForm(RegistryForm):
    """A confirmation with nothing to fill in."""


@bp.get("")
@requires(Action.REVIEW_VIEW)
def index() -> ResponseReturnValue:
    return render_template("reviews/index.html", campaigns=reviews.campaigns(g.session, g.actor))


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.REVIEW_OPEN)
def new() -> ResponseReturnValue:
    """Open a year: by which policy, by which days."""
    today = clock.today()
    shown = reviews.plan(g.session, g.actor, year=asked.year() or today.year, today=today)
    form = OpenForm(year=shown.year, **asdict(shown.days))
    form.kind.choices = choices(CertificateKind)
    if form.validate_on_submit():
        try:
            campaign = reviews.open_campaign(
                g.session,
                g.actor,
                year=form.year.data,
                kind=form.kind.data,
                today=today,
                cutoff_on=form.cutoff_on.data,
                days=form.days(shown.days),
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The review of %(year)s is open.", year=str(campaign.year)), "success")
            return redirect(url_for(".show", campaign_id=campaign.id))
    return render_template("reviews/new.html", form=form, plan=shown), form.status


@bp.get("/<int:campaign_id>")
@requires(Action.REVIEW_VIEW)
def show(campaign_id: int) -> ResponseReturnValue:
    return _page(campaign_id)


def _page(campaign_id: int) -> str:
    campaign = reviews.get(g.session, g.actor, campaign_id)
    locked = campaign.status is CampaignStatus.LOCKED
    kept = rosters.of_campaign(g.session, g.actor, campaign_id=campaign_id) if locked else []
    so_far = reviews.progress(g.session, g.actor, campaign_id=campaign_id)
    return render_template(
        "reviews/show.html",
        campaign=campaign,
        locked=locked,
        progress=so_far,
        terms=reviews.terms(campaign, so_far, reviews.policy_of(g.session, campaign), clock.today()),
        policy=reviews.policy_of(g.session, campaign),
        step=_locked_step(kept) if locked else _open_step(campaign.status, so_far),
        rosters={row.roster.department_id: row for row in kept},
        unprinted=sum(row.roster.printed_at is None for row in kept),
        job=rosters.printing_job(g.session, g.actor, campaign_id=campaign_id) if locked else None,
        longest_wait=LONGEST_WAIT,
    )


def _open_step(status: CampaignStatus, so_far: reviews.Progress) -> int:
    """Where a review is: units attest (1), findings are decided (2), it can be closed (3), it can be locked (4)."""
    if status is CampaignStatus.CLOSED:
        return 4
    if not so_far.total.open:
        return 3
    return 2 if so_far.attested == len(so_far.units) else 1


def _locked_step(kept: Sequence[rosters.RosterRow]) -> int:
    """Where a locked review is: rosters are printed (5), everything is done (6)."""
    return 6 if all(row.roster.printed_at for row in kept) else 5


@bp.get("/<int:campaign_id>/items")
@requires(Action.REVIEW_VIEW)
def items(campaign_id: int) -> ResponseReturnValue:
    campaign, chosen = reviews.get(g.session, g.actor, campaign_id), _chosen()
    page = reviews.items(
        g.session, g.actor, campaign_id=campaign_id, chosen=chosen, after=request.args.get("after") or None
    )
    return render_template(
        "reviews/items.html",
        campaign=campaign,
        chosen=chosen,
        page=page,
        units=_units(campaign_id),
        findings=list(ReviewFinding),
        statements=list(Statement),
        address=urlencode({name: value for name in FILTERS if (value := request.args.get(name))}),
        next_url=_page_url(campaign_id, page.after) if page.after else None,
        first_url=_page_url(campaign_id, None) if request.args.get("after") else None,
    )


def _chosen() -> ItemFilter:
    return chosen_of(request.args)


def chosen_of(args: Any) -> ItemFilter:
    """The part of a review's items that an address asks for."""
    finding = args.get("finding")
    return ItemFilter(
        department_id=args.get("department", type=int),
        finding=ReviewFinding(finding) if finding in set(ReviewFinding) else None,
        show=Show(args["show"]) if args.get("show") in set(Show) else None,
        statement=Statement(args["said"]) if args.get("said") in set(Statement) else None,
        text=args.get("q") or "",
    )


def _units(campaign_id: int) -> list[reviews.UnitProgress]:
    """The units of a review by their codes, as far as one may see them."""
    so_far = reviews.progress(g.session, g.actor, campaign_id=campaign_id)
    return sorted(so_far.units, key=lambda unit: unit.code)


def _page_url(campaign_id: int, after: str | None) -> str:
    """The same choice of items, from this key on or from the beginning."""
    chosen: dict[str, Any] = {name: request.args.get(name) for name in FILTERS}
    return url_for(".items", campaign_id=campaign_id, after=after, **chosen)


@bp.route("/items/<int:item_id>", methods=["GET", "POST"])
@requires(Action.REVIEW_VIEW)
def item(item_id: int) -> ResponseReturnValue:
    """One certificate: the facts, the rules, and the decision."""
    detail = reviews.item(g.session, g.actor, item_id=item_id)
    shown = detail.row.finding or detail.row.proposed
    form = DecideForm(finding=shown, reason=detail.row.reason, deferred_until=detail.row.deferred_until)
    form.finding.choices = choices(ReviewFinding)
    if form.validate_on_submit():
        try:
            reviews.decide(
                g.session,
                g.actor,
                item_id=item_id,
                finding=form.finding.data,
                reason=form.reason.data or "",
                today=clock.today(),
                deferred_until=form.deferred_until.data,
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("Decided: %(name)s.", name=detail.row.holder), "success")
            return redirect(_after_deciding(detail))
    return render_template("reviews/item.html", form=form, detail=detail, reopen=ReopenForm()), form.status


def _after_deciding(detail: reviews.ItemDetail) -> str:
    """The next open one, so that a clerk goes through them without going back to the list."""
    if detail.next_id is not None:
        return url_for(".item", item_id=detail.next_id)
    return url_for(".show", campaign_id=detail.campaign.id)


@bp.post("/items/<int:item_id>/reopening")
@requires(Action.REVIEW_DECIDE)
def reopen(item_id: int) -> ResponseReturnValue:
    form = ReopenForm()
    if form.validate_on_submit():
        reviews.reopen(g.session, g.actor, item_id=item_id, reason=form.reason.data)
        flash(_("The decision is taken back."), "success")
    else:
        flash(_("Say why the decision is taken back."), "danger")
    return redirect(url_for(".item", item_id=item_id))


@bp.route("/<int:campaign_id>/acceptance", methods=["GET", "POST"])
@requires(Action.REVIEW_DECIDE)
def accept(campaign_id: int) -> ResponseReturnValue:
    """Accept proposals in bulk, after seeing what that would decide."""
    campaign, chosen, form = reviews.get(g.session, g.actor, campaign_id), _chosen(), PlainForm()
    unit, finding = chosen.department_id, chosen.finding
    would = reviews.preview_acceptance(g.session, g.actor, campaign_id=campaign_id, department_id=unit, finding=finding)
    if form.validate_on_submit() and form.saw(would.told):
        done = reviews.accept_proposals(
            g.session,
            g.actor,
            campaign_id=campaign_id,
            department_id=unit,
            finding=finding,
            today=clock.today(),
        )
        flash(_("%(count)s findings decided as proposed.", count=done.total), "success")
        return redirect(url_for(".show", campaign_id=campaign_id))
    page = render_template(
        "reviews/accept.html",
        form=form,
        campaign=campaign,
        chosen=chosen,
        acceptance=would,
        units=_units(campaign_id),
        findings=list(ReviewFinding),
    )
    return page, form.status


@bp.route("/<int:campaign_id>/attestation/<int:department_id>", methods=["GET", "POST"])
@requires(Action.REVIEW_ATTEST)
def attest(campaign_id: int, department_id: int) -> ResponseReturnValue:
    """The unit's word that its list is complete and right."""
    campaign, unit = (
        reviews.get(g.session, g.actor, campaign_id),
        departments.get(g.session, g.actor, department_id),
    )
    form = AttestForm()
    if form.validate_on_submit():
        try:
            reviews.attest(
                g.session,
                g.actor,
                campaign_id=campaign_id,
                department_id=department_id,
                remark=form.remark.data or "",
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("%(unit)s has attested its list.", unit=unit.name), "success")
            return redirect(url_for(".show", campaign_id=campaign_id))
    part = next((one for one in _units(campaign_id) if one.department_id == department_id), None)
    return (
        render_template(
            "reviews/attest.html",
            form=form,
            campaign=campaign,
            unit=unit,
            part=part,
            unspoken=reviews.unspoken(g.session, campaign_id, department_id) if part else [],
        ),
        form.status,
    )


@bp.route("/<int:campaign_id>/lock", methods=["GET", "POST"])
@requires(Action.REVIEW_LOCK)
def lock(campaign_id: int) -> ResponseReturnValue:
    """Close the review for good: rosters are frozen and printed."""
    campaign, form = reviews.get(g.session, g.actor, campaign_id), PlainForm()
    is_ready = campaign.status is CampaignStatus.CLOSED
    if form.validate_on_submit():
        try:
            reviews.lock(g.session, g.actor, campaign_id=campaign_id, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(
                _("The review is locked. Its rosters are being printed; each can be taken from this page."), "success"
            )
            return redirect(url_for(".show", campaign_id=campaign_id))
    return (
        render_template(
            "reviews/lock.html",
            form=form,
            campaign=campaign,
            obstacles=reviews.obstacles(g.session, campaign_id),
            unprintable=rosters.unprintable(g.session, campaign) if is_ready else [],
            progress=reviews.progress(g.session, g.actor, campaign_id=campaign_id),
        ),
        form.status,
    )


@bp.post("/<int:campaign_id>/draft.<any(pdf, xlsx, csv):form>")
@requires(Action.ROSTER_PRINT)
def draft(campaign_id: int, form: rosters.Form) -> ResponseReturnValue:
    """A roster of the open review, marked as a draft; a unit's people get their own whatever they ask for."""
    unit = g.actor.department_id if g.actor.is_unit_bound else request.args.get("department", type=int)
    try:
        copy = rosters.draft(
            g.session,
            g.actor,
            campaign_id=campaign_id,
            department_id=unit,
            form=form,
            today=clock.today(),
            public_url=current_app.extensions["settings"].public_url,
        )
    except RuleBroken as broken:
        for violation in broken.violations:
            flash(_(violation.message, **violation.params), "danger")
        return _page(campaign_id), HTTPStatus.UNPROCESSABLE_ENTITY
    return attachment(copy.content, copy.filename, copy.mimetype)
