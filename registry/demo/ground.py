"""The last days of November 2026: what a certificate rests on goes, so that somebody has something to look into."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from registry.demo import cast, year2021
from registry.demo.crowd import Fate, Figure
from registry.demo.stage import Stage
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import EndReason
from registry.rules.permissions import SYSTEM
from registry.services import certificates, exams, people
from registry.services.people import CareerEntry

DAY, RETIRED_ON, MOVED_ON = date(2026, 11, 23), date(2026, 11, 20), date(2026, 11, 23)


def play(
    stage: Stage, figures: Sequence[Figure], units: Sequence[cast.Unit], department_ids: Mapping[str, int]
) -> None:
    """In the unit whose people can sign in: one retires, one is transferred, and one result is counted anew."""
    gone = {figure.number for figure in year2021.leavers(figures)}
    own = [
        figure
        for figure in figures
        if figure.fate is Fate.CERTIFIED and figure.unit.code == units[0].code and figure.number not in gone
    ]
    retiring = min(own, key=lambda figure: figure.entry.identity_number[6:14])
    moving, failing = [figure for figure in own if figure is not retiring][:2]
    people.end_appointment(
        stage.session,
        SYSTEM,
        person_id=stage.id_of(retiring),
        until_on=RETIRED_ON,
        end_reason=EndReason.RETIREMENT,
        today=DAY,
        reason="到龄退休",
    )
    _transfer(stage, moving, department_ids[units[4].code])
    _count_anew(stage, failing)


def _transfer(stage: Stage, figure: Figure, department_id: int) -> None:
    entry = figure.entry
    values = {
        "department_id": department_id,
        "section": entry.section,
        "post": entry.post,
        "rank": entry.rank,
        "establishment": entry.establishment,
        "duty": entry.duty,
        "enforcement_field": "",
        "enforcement_area": "",
    }
    moved = CareerEntry(day=MOVED_ON, values=values, document_number="郏组干〔2026〕41号", reason="工作调动")
    people.perform(stage.session, SYSTEM, person_id=stage.id_of(figure), act=CareerAct.TRANSFER, entry=moved, today=DAY)


def _count_anew(stage: Stage, figure: Figure) -> None:
    """A pass in common law on which the certificate rests."""
    card = certificates.latest_of(stage.session, person_id=stage.id_of(figure), kind=CertificateKind.ENFORCEMENT)
    passes = certificates.passes_of(stage.session, [card])[card.id] if card else []
    common = next(one for one in passes if one.subject is ExamSubject.COMMON_LAW)
    exams.correct_result(
        stage.session,
        SYSTEM,
        result_id=common.id,
        score=Decimal(57),
        outcome=ExamOutcome.SCORED,
        reason="复核发现总分登记有误",
        today=DAY,
    )
