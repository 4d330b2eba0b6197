"""The board, with a face for the bureau and one for a unit, and the figures of the yearly report."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from registry import clock
from registry.rules.certificates import CertificateKind, Finding
from registry.rules.people import Duty
from registry.rules.permissions import Action
from registry.services import applications, certificates, exams, people, policies, reports, reviews, training
from registry.services import board as boards
from registry.services.people import PersonFilter, PersonRow
from registry.web import asked
from registry.web.access import requires

bp = Blueprint("reports", __name__)

READY_NAMED = 3

# Figure, what it is called, what exactly is counted: the sentence of the yearly report in its own order.
FIGURES = (
    ("legal_trainings", _l("Legal trainings held"), _l("Sessions of legal training that began in the year.")),
    ("attendances", _l("Attendances"), _l("People at these sessions; whoever came twice counts twice.")),
    (
        "section_level_attendances",
        _l("of these at section level and above"),
        _l("The same, by the rank a person held on that day."),
    ),
    (
        "trained_online",
        _l("Officers trained online"),
        _l("People who completed the online course in common legal knowledge in the year; everybody counts once."),
    ),
    (
        "enforcement_certificates_issued",
        _l("Enforcement certificates issued"),
        _l("By day of issue, whatever became of them since."),
    ),
    (
        "supervision_certificates_issued",
        _l("Supervision certificates issued"),
        _l("By day of issue, whatever became of them since."),
    ),
    (
        "legal_review_units",
        _l("Units with a legal-review section"),
        _l("Units that stood on the last day of the year and name such a section."),
    ),
    ("legal_reviewers", _l("Legal reviewers"), _l("People serving as legal reviewers on the last day of the year.")),
    (
        "refused",
        _l("Refused a certificate"),
        _l("People and kinds of certificate refused in the year; refused twice counts once."),
    ),
)


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody in an enforcement post without a certificate; nothing unmet means that it can be issued."""

    person: PersonRow
    unmet: list[Finding]

    @property
    def is_ready(self) -> bool:
        return not self.unmet


@dataclass(frozen=True, slots=True)
class Ready:
    """How many of those looked at meet every rule and hold no certificate, and the first of them."""

    count: int
    first: list[PersonRow]


@bp.get("/")
@requires(Action.BOARD_VIEW)
def board() -> ResponseReturnValue:
    today = clock.today()
    policy = policies.in_force(g.session, today)
    after = request.args.get("after")
    seen = boards.board(g.session, g.actor, policy=policy, today=today, after=after)
    opened = {line.campaign_id: line.campaign for line in seen.campaigns}
    shown = {
        "board": seen,
        "months": policy.renewal_window_months,
        "applications_waiting": applications.waiting_count(g.session, g.actor),
    }
    if not g.actor.is_unit_bound:
        glances = {one: reviews.glance(g.session, g.actor, campaign_id=one) for one in opened}
        return render_template(
            "reports/board.html",
            **shown,
            glances=glances,
            terms={one: reviews.terms_seen(opened[one], glances[one], policy, today) for one in opened},
            ready=_ready(today),
            looked_at=boards.UNCERTIFIED_SHOWN,
            next_url=url_for(".board", after=seen.after, _anchor="units") if seen.after else None,
            first_url=url_for(".board", _anchor="units") if after else None,
        )
    so_far = {one: reviews.progress(g.session, g.actor, campaign_id=one) for one in opened}
    return render_template(
        "reports/my_people.html",
        **shown,
        progress=so_far,
        terms={one: reviews.terms(opened[one], so_far[one], policy, today) for one in opened},
        unit=seen.units[0] if seen.units else None,
        missing=_missing(today),
        certified=_certified(today),
    )


def _missing(today: date) -> list[Missing]:
    unmet = _unmet(today)
    rows = people.some(g.session, g.actor, person_ids=list(unmet), today=today)
    return [Missing(row, unmet[row.id]) for row in rows]


def _ready(today: date) -> Ready:
    """Of the officers without a certificate, as far as the board looks at them, those who meet every rule."""
    ids = [one for one, unmet in _unmet(today).items() if not unmet]
    return Ready(len(ids), people.some(g.session, g.actor, person_ids=ids[:READY_NAMED], today=today))


def _unmet(today: date) -> dict[int, list[Finding]]:
    """The rules that officers without a certificate do not meet, by unit and name."""
    ids = boards.uncertified_ids(g.session, g.actor, today=today)
    found = certificates.explain_many(g.session, g.actor, person_ids=ids, kind=CertificateKind.ENFORCEMENT, today=today)
    return {one: [finding for finding in found[one] if not finding.met] for one in ids if one in found}


def _certified(today: date) -> people.PersonPage:
    chosen = PersonFilter(duty=Duty.ENFORCEMENT, is_certified=True)
    return people.search(g.session, g.actor, chosen=chosen, today=today)


@bp.get("/figures")
@requires(Action.FIGURES_VIEW)
def figures() -> ResponseReturnValue:
    recorded = {*training.years(g.session), *exams.years(g.session)}
    year = asked.year() or max(recorded, default=clock.today().year)
    counted = reports.figures(g.session, g.actor, year=year)
    lines = [(title, getattr(counted, name), what) for name, title, what in FIGURES]
    years = sorted({*recorded, year, clock.today().year}, reverse=True)
    return render_template(
        "reports/figures.html", year=year, years=[(one, one) for one in years], lines=lines, counted=counted
    )
