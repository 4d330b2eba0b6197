"""The auditor's kit as pages: samples of a locked roster and their sheets, and cards scanned one after another."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length, Optional, Regexp

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateStatus
from registry.rules.permissions import Action
from registry.rules.reviews import ReviewFinding
from registry.rules.samples import LONGEST_SEED, LONGEST_SHEET
from registry.rules.scanning import LONGEST_TYPED, SCAN_KEY, SENTENCES, ScanOutcome
from registry.services import auditing
from registry.services.auditing import MISSING_SHOWN, SampleChoice
from registry.web.access import requires
from registry.web.answers import attachment, spreadsheet
from registry.web.forms import RegistryForm, choices, stripped
from registry.web.words import label

bp = Blueprint("auditing", __name__, url_prefix="/rosters")

LONGEST_PART = 60  # of an address: a unit's code, a field
AT_ONCE = "HX-Request"  # sent by scanning.js, which shows the answer without leaving the page
TERMS = {
    "number": _l("Certificate number"),
    "name": _l("Name"),
    "unit": _l("Unit"),
    "valid_until": _l("Valid until"),
}


class SheetForm(RegistryForm):
    reason = StringField(_l("What the copy is for"), [Length(max=500)])


class ScanForm(RegistryForm):
    code = StringField(_l("Code"), [Length(max=LONGEST_TYPED)], filters=[stripped])
    key = StringField(_l("Code"), [Optional(), Regexp(f"{SCAN_KEY}$")])

    @property
    def sent(self) -> dict[str, Any]:
        return {"typed": self.code.data, "key": self.key.data or ""}


@bp.get("/<int:roster_id>/sample")
@requires(Action.ROSTER_SAMPLE)
def sample(roster_id: int) -> ResponseReturnValue:
    """What a seed draws from a roster; the address says everything, so that it can be handed on."""
    return _sample_page(roster_id, SheetForm())


@bp.post("/<int:roster_id>/sample")
@requires(Action.ROSTER_SAMPLE)
def sheet(roster_id: int) -> ResponseReturnValue:
    """The sample as a numbered sheet, handed over; a long one once the worker has printed it."""
    form = SheetForm()
    if form.validate_on_submit():
        try:
            made = auditing.issue(
                g.session,
                g.actor,
                roster_id=roster_id,
                choice=_asked(),
                public_url=current_app.extensions["settings"].public_url,
                today=clock.today(),
            )
            if auditing.is_being_printed(made):
                flash(_("The sheet is being printed in the background; take it here in a minute."), "info")
                return redirect(url_for(".sample", roster_id=roster_id, **_address(_asked())), 303)
            taken = auditing.take_copy(g.session, g.actor, sample=made, reason=form.reason.data or "")
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return attachment(taken.content, taken.filename, taken.mimetype)
    return _sample_page(roster_id, form)


@bp.get("/<int:roster_id>/scans")
@requires(Action.ROSTER_SCAN)
def scans(roster_id: int) -> ResponseReturnValue:
    """The scannings of a roster, and the way to begin one."""
    roster = auditing.held(g.session, g.actor, Action.ROSTER_SCAN, roster_id=roster_id)
    begun = auditing.of_roster(g.session, g.actor, roster_id=roster_id)
    return render_template("auditing/scans.html", roster=roster, unit=_unit(roster), begun=begun)


@bp.post("/<int:roster_id>/scans")
@requires(Action.ROSTER_SCAN)
def begin(roster_id: int) -> ResponseReturnValue:
    """Begin to scan, the whole roster or the sample that the address names; what was left open is gone on with."""
    try:
        begun = auditing.begin(g.session, g.actor, roster_id=roster_id, choice=_asked())
    except RuleBroken as broken:
        _tell(broken)
        return redirect(url_for(".scans", roster_id=roster_id), 303)
    return redirect(url_for(".scanning", session_id=begun.id), 303)


@bp.get("/scans/<int:session_id>")
@requires(Action.ROSTER_SCAN)
def scanning(session_id: int) -> ResponseReturnValue:
    return _scan_page(session_id, ScanForm(formdata=None))


@bp.post("/scans/<int:session_id>")
@requires(Action.ROSTER_SCAN)
def scan(session_id: int) -> ResponseReturnValue:
    """One code; an empty one is no scan. Without scripts the answer stands on the page that comes next."""
    form = ScanForm()
    if form.validate_on_submit() and form.code.data:
        try:
            auditing.scan(g.session, g.actor, session_id=session_id, **form.sent, today=clock.today())
        except RuleBroken as broken:
            form.refuse(broken)
    if form.status == 200 and AT_ONCE not in request.headers:
        return redirect(url_for(".scanning", session_id=session_id), 303)
    return _scan_page(session_id, form)


@bp.post("/scans/<int:session_id>/undo")
@requires(Action.ROSTER_SCAN)
def undo(session_id: int) -> ResponseReturnValue:
    """The scan that the page showed last is taken back: it stays on record and counts no more."""
    shown = request.form.get("scan", 0, type=int)
    try:
        taken = auditing.take_back(g.session, g.actor, session_id=session_id, scan_id=shown)
    except RuleBroken as broken:
        _tell(broken)
    else:
        if taken is not None:
            flash(_("The scan of %(typed)s is taken back.", typed=taken.told.get("name") or taken.typed), "info")
    return redirect(url_for(".scanning", session_id=session_id), 303)


@bp.post("/scans/<int:session_id>/end")
@requires(Action.ROSTER_SCAN)
def end(session_id: int) -> ResponseReturnValue:
    """Nothing is scanned any more; the trail keeps the counts."""
    try:
        auditing.end(g.session, g.actor, session_id=session_id)
    except RuleBroken as broken:
        _tell(broken)
    else:
        flash(_("The scanning is ended. Its report is here."), "success")
    return redirect(url_for(".scanning", session_id=session_id), 303)


@bp.post("/scans/<int:session_id>/report.xlsx")
@requires(Action.ROSTER_SCAN)
def report(session_id: int) -> ResponseReturnValue:
    content = auditing.take_report(g.session, g.actor, session_id=session_id)
    return spreadsheet(content, _("report of scanned cards %(number)s", number=session_id) + ".xlsx")


def _sample_page(roster_id: int, form: SheetForm) -> ResponseReturnValue:
    roster = auditing.held(g.session, g.actor, Action.ROSTER_SAMPLE, roster_id=roster_id)
    choice, drawn = _asked(), None
    if not choice.is_whole:
        try:
            drawn = auditing.draw(g.session, g.actor, roster_id=roster_id, choice=choice)
        except RuleBroken as broken:
            if not form.refusals:
                form.refuse(broken)
    sheets = auditing.issued(g.session, g.actor, roster_id=roster_id)
    page = render_template(
        "auditing/sample.html",
        form=form,
        roster=roster,
        unit=_unit(roster),
        choice=choice,
        seed=choice.seed or auditing.proposed_seed(),
        drawn=drawn,
        asked=_address(choice),
        units=auditing.units_of(roster),
        fields=[(name, name) for name in auditing.fields_of(g.session, roster)],
        findings=choices(ReviewFinding, _("all findings")),
        sheets=sheets,
        printed=drawn is not None and any(one.is_of(drawn) for one in sheets),
        address_of=_address,
        longest=LONGEST_SHEET,
        longest_seed=LONGEST_SEED,
    )
    return page, form.status


def _scan_page(session_id: int, form: ScanForm) -> ResponseReturnValue:
    told = auditing.standing(g.session, g.actor, session_id=session_id)
    page = render_template(
        "auditing/scanning.html",
        form=form,
        told=told,
        roster=told.roster,
        unit=_unit(told.roster),
        sentences=SENTENCES,
        terms=TERMS,
        word_of=lambda outcome: label(ScanOutcome(outcome)),
        status_of=lambda status: label(CertificateStatus(status)),
        missing=told.missing[:MISSING_SHOWN],
        asked=_address(told.choice),
    )
    return page, form.status


def _unit(roster: Any) -> str | None:
    """The unit of a roster as it was printed; None for the county's."""
    unit: str = roster.data["sections"][0]["unit"] if roster.department_id else ""
    return unit or None


def _asked() -> SampleChoice:
    args = request.args
    finding = args.get("finding", "")
    return SampleChoice(
        seed=args.get("seed", "").strip(),
        size=args.get("size", "").strip(),
        finding=ReviewFinding(finding) if finding in set(ReviewFinding) else None,
        unit=args.get("unit", "").strip()[:LONGEST_PART],
        field=args.get("field", "").strip()[:LONGEST_PART],
    )


def _address(choice: SampleChoice) -> dict[str, Any]:
    """A choice as an address has it."""
    chosen = {"seed": choice.seed, "size": choice.size} if choice.seed or choice.size else {}
    return {**chosen, **choice.narrowed}


def _tell(broken: RuleBroken) -> None:
    for violation in broken.violations:
        flash(_(violation.message, **violation.params), "danger")
