"""Papers as pages: what was issued, its ledger and copies; cards of one certificate and of many."""

from datetime import date

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.certificates import CertificateKind
from registry.rules.lists import MOST_SELECTED
from registry.rules.papers import LONGEST_WAIT, REPRINT_SAYS_WHY, PaperKind
from registry.rules.permissions import Action
from registry.services import certificates, departments, exams, papers
from registry.services.papers import CardChoice, CardLayout, PaperFilter, Place, Planned
from registry.web import asked
from registry.web.access import requires
from registry.web.answers import attachment
from registry.web.certificates import chosen_of
from registry.web.forms import RegistryForm, choices
from registry.web.views import as_asked

bp = Blueprint("papers", __name__, url_prefix="/papers")

FILTERS = ("q", "kind", "department")
LINES_SHOWN = 50
LAYOUTS = {
    CardLayout.SHEET: _l("ten to a sheet of A4, with cut marks"),
    CardLayout.SINGLE: _l("a side a page, for a card printer"),
}


class CopyForm(RegistryForm):
    reason = StringField(_l("What the copy is for"), [Length(max=500)])


class CardsForm(RegistryForm):
    layout = SelectField(_l("How they come on paper"), coerce=CardLayout, default=CardLayout.SHEET)
    with_empty_frames = BooleanField(_l("Print those without a photo too, with an empty frame"))
    again = BooleanField(_l("Print those again whose card was printed before"))
    reason = StringField(_l("Why cards are printed again"), [Length(max=500)])

    @property
    def choice(self) -> CardChoice:
        """What was chosen; sheets when nothing sensible was."""
        return CardChoice(
            layout=self.layout.data or CardLayout.SHEET,
            with_empty_frames=self.with_empty_frames.data,
            again=self.again.data,
            reason=self.reason.data or "",
        )


@bp.get("")
@requires(Action.PAPER_VIEW)
def index() -> ResponseReturnValue:
    narrowed = asked.narrowed_by(FILTERS)
    kind = narrowed.get("kind")
    chosen = PaperFilter(
        text=narrowed.get("q", ""),
        kind=PaperKind(kind) if kind in set(PaperKind) else None,
        department_id=request.args.get("department", type=int),
    )
    rows, after = papers.search(g.session, g.actor, chosen=chosen, after=request.args.get("after", type=int))
    return render_template(
        "papers/index.html",
        rows=rows,
        chosen=chosen,
        asked=narrowed,
        kinds=choices(PaperKind, _("all kinds")),
        units=[(unit.id, unit.name) for unit in departments.all_standing(g.session, g.actor)],
        **asked.pages(FILTERS, after),
    )


@bp.get("/<int:paper_id>")
@requires(Action.PAPER_VIEW)
def show(paper_id: int) -> ResponseReturnValue:
    return _page(paper_id, CopyForm())


@bp.post("/<int:paper_id>/copies")
@requires(Action.PAPER_PRINT)
def copy(paper_id: int) -> ResponseReturnValue:
    """The same bytes as ever, with a new line in the ledger."""
    form = CopyForm()
    try:
        return _handed_over(paper_id, form.reason.data or "")
    except RuleBroken as broken:
        form.refuse(broken)
        return _page(paper_id, form)


@bp.post("/certificates/<int:certificate_id>/<any(card, certificate):what>")
@requires(Action.PAPER_PRINT)
def print_single(certificate_id: int, what: str) -> ResponseReturnValue:
    """The card or the page of A4 of a certificate at once; what was taken before is taken again on its own page."""
    kind, today = PaperKind(what), clock.today()
    try:
        paper = papers.single(
            g.session, g.actor, certificate_id=certificate_id, kind=kind, public_url=_public_url(), today=today
        )
    except RuleBroken as broken:
        [violation] = broken.violations
        flash(_(violation.message, **violation.params), "warning")
        if violation.rule is REPRINT_SAYS_WHY:
            return redirect(url_for(".cards", certificate=certificate_id), 303)
        return redirect(url_for("certificates.show", certificate_id=certificate_id), 303)
    if paper.printed_at is not None:
        flash(_("It was printed before; say what a further copy is for."), "warning")
        return redirect(url_for(".show", paper_id=paper.id), 303)
    return _handed_over(paper.id, "")


@bp.route("/cards", methods=["GET", "POST"])
@requires(Action.PAPER_PRINT)
def cards() -> ResponseReturnValue:
    """What printing the cards of many would do; and the act, which the worker does."""
    form, today = CardsForm(), clock.today()
    form.layout.choices = list(LAYOUTS.items())
    ids = _selected(today)
    if not ids:
        flash(_("Tick at least one certificate first."), "warning")
        return redirect(url_for("certificates.index", **as_asked(request.form.get("asked", ""))))
    if request.method == "POST" and request.form.get("step") == "do" and form.validate():
        try:
            made = papers.print_cards(
                g.session,
                g.actor,
                certificate_ids=ids,
                choice=form.choice,
                public_url=_public_url(),
                today=today,
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            cards_count = ngettext("%(num)s card", "%(num)s cards", made.line_count)
            flash(_("%(cards)s are being printed as %(number)s.", cards=cards_count, number=made.number), "success")
            return redirect(url_for("jobs.show", job_id=made.job_id), 303)
    planned = papers.plan(g.session, g.actor, certificate_ids=ids, choice=form.choice, today=today)
    return _preview(form, planned, ids), form.status


def _preview(form: CardsForm, planned: list[Planned], ids: list[int]) -> str:
    on_paper = [one for one in planned if one.is_on_paper]
    return render_template(
        "papers/cards.html",
        form=form,
        planned=sorted(planned, key=lambda one: one.is_on_paper),
        on_paper=on_paper,
        counts={place: sum(one.place is place for one in planned) for place in Place},
        places=Place,
        without_photo=sum(not one.subject.has_photo for one in planned),
        printed_before=sum(one.subject.printed_on is not None for one in planned),
        ids=ids,
        asked=request.values.get("asked", ""),
        back_url=url_for("certificates.index", **as_asked(request.values.get("asked", ""))),
    )


def _selected(today: date) -> list[int]:
    """The certificates ticked, those of the whole list, of a sitting's day, or of approved applications."""
    sent = request.values
    if sent.get("everybody"):
        return papers.of_list(g.session, g.actor, chosen=chosen_of(as_asked(sent.get("asked", ""))), today=today)
    if sent.get("applications") == "approved":
        return papers.approved(g.session, g.actor)
    if sent.get("kind") in set(CertificateKind):
        kind, day = CertificateKind(sent["kind"]), sent.get("day", default=today, type=date.fromisoformat)
        candidates = exams.candidate_ids(g.session, g.actor, sitting_id=sent.get("sitting", 0, type=int))
        issued, _refused = certificates.of_the_day(g.session, g.actor, person_ids=candidates, kind=kind, day=day)
        return [card.id for card in issued]
    return sent.getlist("certificate", type=int)[:MOST_SELECTED]


def _handed_over(paper_id: int, reason: str) -> ResponseReturnValue:
    taken = papers.take_copy(g.session, g.actor, paper_id=paper_id, reason=reason)
    return attachment(taken.content, taken.filename, taken.mimetype)


def _page(paper_id: int, form: CopyForm) -> ResponseReturnValue:
    kept, first = papers.get(g.session, g.actor, paper_id=paper_id), max(request.args.get("from", 0, type=int), 0)
    lines, paper = kept.data.get("cards", []), kept.paper
    page = render_template(
        "papers/show.html",
        kept=kept,
        paper=paper,
        form=form,
        lines=lines[first : first + LINES_SHOWN],
        first=first,
        next_from=first + LINES_SHOWN if first + LINES_SHOWN < len(lines) else None,
        waits=paper.printed_at is None and paper.line_count > LONGEST_WAIT,
    )
    return page, form.status


def _public_url() -> str:
    url: str = current_app.extensions["settings"].public_url
    return url
