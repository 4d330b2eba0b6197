"""The gate explained for anybody on record: rule by rule, when it could open, and what would be if …"""

from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from registry import clock
from registry.rules.certificates import SUBJECTS, TRAINED, CertificateKind, Supposition
from registry.rules.permissions import Action
from registry.services import certificates, people
from registry.web import asked
from registry.web.access import requires

bp = Blueprint("gates", __name__, url_prefix="/people")


@bp.get("/<int:person_id>/gate/<kind>")
@requires(Action.CERTIFICATE_VIEW)
def explain(person_id: int, kind: str) -> ResponseReturnValue:
    """Every rule, met or not; what is supposed stands in the address. Nothing is written."""
    if kind not in set(CertificateKind):
        abort(404)
    person, today, wanted = people.get(g.session, g.actor, person_id), clock.today(), CertificateKind(kind)
    if person.withdrawn_on is not None and (onward := people.merged_into(g.session, person_id)) is not None:
        return redirect(url_for(".explain", person_id=onward, kind=kind))
    explained = certificates.explain_supposing(
        g.session, g.actor, person_id=person_id, kind=wanted, supposition=_supposed(wanted, today), today=today
    )
    return render_template(
        "people/gate.html",
        person=person,
        explained=explained,
        supposition=explained.supposition,
        subjects=SUBJECTS[wanted],
        asks_training=any(finding.rule is TRAINED for finding in explained.findings),
    )


def _supposed(kind: CertificateKind, today: date) -> Supposition:
    """What the address supposes. A day that is past is not asked about: that is what the pages as of a day are for."""
    passes = {subject: day for subject in SUBJECTS[kind] if (day := asked.day(subject.value)) is not None}
    on = asked.day("on")
    if on is not None and on < today:
        flash(_("%(day)s is past; these are the rules of today.", day=on), "warning")
        on = None
    return Supposition(on=on, passes=passes, trained_on=asked.day("trained"))
