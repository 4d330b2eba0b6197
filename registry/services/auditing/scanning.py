"""One code scanned: which card it is, what the roster and the register say of it, and the answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from registry.models.auditing import Scan, ScanSession
from registry.models.certificates import Certificate
from registry.models.departments import Department, DepartmentName
from registry.models.reviews import ReviewItem
from registry.models.rosters import Roster
from registry.rules.card_codes import CardFacts, CheckReason, Unreadable, facts_in, signed_part
from registry.rules.certificates import CertificateStatus, status_on
from registry.rules.permissions import Actor
from registry.rules.scanning import BROKEN, Form, Listed, Said, ScanOutcome, Typed, Unlike, outcomes, read, unlike
from registry.services import signing
from registry.services.auditing.drawing import Line, lines_of
from registry.services.auditing.sessions import expected_of, load_open


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A certificate as the register has it now, with the number of the one that took its place."""

    id: int
    number: str
    check_code: str
    name: str
    unit: str
    department_id: int
    valid_until: date
    status: CertificateStatus
    predecessor_id: int | None
    successor: str | None

    @property
    def said(self) -> Said:
        return Said(number=self.number, name=self.name, unit=self.unit, valid_until=self.valid_until.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a card stands, seen from the list that is checked."""

    listed: Listed
    line: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is kept of a scan."""

    outcome: ScanOutcome
    kept: str
    certificate_id: int | None = None
    listed_id: int | None = None
    told: Mapping[str, Any]


def scan(session: Session, actor: Actor, *, session_id: int, typed: str, key: str = "", today: date) -> Scan:
    """Answer one code and keep the answer. What agrees with an earlier scan of the same card was scanned twice.

    A page gives each scan a key of its own; sent again because the answer was lost on the way, the scan is the one that
    was kept. RuleBroken (AUD-4) once the scanning is ended, (AUD-5) when somebody else began it.
    """
    held = load_open(session, actor, session_id=session_id)
    if key and (before := _kept_under(session, session_id, key)) is not None:
        return before
    answer = _answered(session, actor, held, read(typed), today)
    if answer.certificate_id is not None and _came_so(session, session_id, answer):
        answer = Answer(
            outcome=ScanOutcome.SCANNED_TWICE,
            kept=answer.kept,
            certificate_id=answer.certificate_id,
            told={**answer.told, "also": [answer.outcome]},
        )
    kept = Scan(
        session_id=session_id,
        key=key or None,
        typed=answer.kept,
        outcome=answer.outcome,
        certificate_id=answer.certificate_id,
        listed_id=answer.listed_id,
        told=dict(answer.told),
    )
    session.add(kept)
    session.flush()
    return kept


def _kept_under(session: Session, session_id: int, key: str) -> Scan | None:
    return session.scalars(select(Scan).where(Scan.session_id == session_id, Scan.key == key)).one_or_none()


def _answered(session: Session, actor: Actor, held: ScanSession, typed: Typed, today: date) -> Answer:
    if typed.form is Form.NONE:
        return Answer(outcome=ScanOutcome.UNREADABLE, kept=typed.kept, told={})
    if (roster := _roster_meant(session, held.roster, typed)) is not None:
        return Answer(outcome=roster, kept=typed.kept, told={})
    card, check, facts = _identified(session, typed, today)
    is_foreign = card is not None and actor.is_unit_bound and card.department_id != actor.department_id
    if card is None or check in BROKEN:
        [outcome] = outcomes(check, Listed.ABSENT, [], None if card is None else card.status)
        return Answer(outcome=outcome, kept=typed.kept, told={} if card is None or is_foreign else asdict(card.said))
    if is_foreign:  # nothing of another unit's people
        return Answer(outcome=ScanOutcome.NOT_LISTED, kept=typed.kept, told={})
    return _compared(session, held, card, facts, typed, check)


def _compared(
    session: Session, held: ScanSession, card: Card, facts: CardFacts | None, typed: Typed, check: CheckReason | None
) -> Answer:
    place = _place(session, held, card)
    said = card.said if facts is None else _said_by(facts)
    differing: list[Unlike] = []
    if place.line is not None and place.listed is not Listed.PREDECESSOR_EXPECTED:
        differing = unlike(_said_on(place.line), said, _names_of_unit(session, place.line))
    first, *others = outcomes(check, place.listed, differing, card.status)
    line = place.line
    told = {
        **asdict(said),
        "place": line.frozen["place"] if line else None,
        "finding": line.frozen["finding"] if line else "",
        "status": card.status.value,
        "successor": card.successor,
        "before": line.number if line and place.listed is Listed.PREDECESSOR_EXPECTED else None,
        "unlike": [asdict(one) for one in differing],
        "also": others,
    }
    listed_id = None if line is None or place.listed is Listed.NOT_DRAWN else line.frozen["certificate_id"]
    kept = card.number if typed.form is Form.NUMBER else typed.kept
    return Answer(outcome=first, kept=kept, certificate_id=card.id, listed_id=listed_id, told=told)


def _came_so(session: Session, session_id: int, answer: Answer) -> bool:
    """Whether the same card had the same answer before, and that scan still counts."""
    same = select(Scan.id).where(
        Scan.session_id == session_id,
        Scan.certificate_id == answer.certificate_id,
        Scan.outcome == answer.outcome,
        Scan.taken_back_at.is_(None),
    )
    return session.scalars(same.limit(1)).first() is not None


def _roster_meant(session: Session, roster: Roster, typed: Typed) -> ScanOutcome | None:
    """Whether a roster's code was scanned, and whose; a code typed by hand may be one too."""
    code = typed.code if typed.form is Form.ROSTER else typed.number.upper().replace("-", "")
    if code and code == roster.check_code:
        return ScanOutcome.ROSTER_ITSELF
    if typed.form is not Form.ROSTER:
        return None
    known = session.scalars(select(Roster.id).where(Roster.check_code == code)).first()
    return ScanOutcome.UNKNOWN if known is None else ScanOutcome.OTHER_ROSTER


def _identified(
    session: Session, typed: Typed, today: date
) -> tuple[Card | None, CheckReason | None, CardFacts | None]:
    """The certificate that a code names, whether its signature holds, and what is signed where it does.

    Where only the signed part arrived the certificate is found by the number in it; whether it is that card's own, the
    signature shows under the register's code of that certificate.
    """
    if typed.form is Form.NUMBER:
        plain = typed.number.upper().replace("-", "")
        return (
            _card(session, Certificate.number == typed.number, today)
            or _card(session, Certificate.check_code == plain, today),
            None,
            None,
        )
    if typed.form is Form.CARD:
        card, code = _card(session, Certificate.check_code == typed.code, today), typed.code
    else:
        card = _card(session, Certificate.number == _number_signed(typed.digits), today)
        code = card.check_code if card else "0"
    if not typed.digits:
        return card, None, None
    checked = signing.check(signing.public_keys(session), f"/c/{code}#{typed.digits}", today)
    return card, checked.reason, checked.facts


def _number_signed(digits: str) -> str:
    """The number in a signed part, not believed yet; empty when there is none."""
    try:
        return facts_in(signed_part(f"/c/0#{digits}").payload).number
    except Unreadable:
        return ""


def _card(session: Session, which: ColumnElement[bool], today: date) -> Card | None:
    follower = aliased(Certificate)
    row = session.execute(
        select(Certificate, Department.name, follower.number)
        .join(Department, Department.id == Certificate.department_id)
        .outerjoin(follower, follower.predecessor_id == Certificate.id)
        .where(which)
    ).one_or_none()
    if row is None:
        return None
    card, unit, successor = row
    return Card(
        id=card.id,
        number=card.number,
        check_code=card.check_code,
        name=card.holder_name,
        unit=unit,
        department_id=card.department_id,
        valid_until=card.valid_until,
        status=status_on(card.status, card.valid_until, today),
        predecessor_id=card.predecessor_id,
        successor=successor,
    )


def _place(session: Session, held: ScanSession, card: Card) -> Place:
    lines = lines_of(session, held.roster)
    expected = expected_of(held, lines)
    if card.id in expected:
        return Place(listed=Listed.EXPECTED, line=expected[card.id])
    if card.predecessor_id in expected:
        return Place(listed=Listed.PREDECESSOR_EXPECTED, line=expected[card.predecessor_id])
    every = {line.frozen["certificate_id"]: line for line in lines} if held.seed else {}
    if card.id in every:
        return Place(listed=Listed.NOT_DRAWN, line=every[card.id])
    return Place(listed=Listed.ABSENT)


def _said_on(line: Line) -> Said:
    told = line.frozen
    return Said(number=told["number"], name=told["name"], unit=line.unit, valid_until=told["valid_until"])


def _said_by(facts: CardFacts) -> Said:
    return Said(number=facts.number, name=facts.name, unit=facts.unit, valid_until=facts.valid_until.isoformat())


def _names_of_unit(session: Session, line: Line) -> set[str]:
    """Every name that the unit of a line ever bore."""
    unit = select(ReviewItem.department_id).where(ReviewItem.id == line.frozen["item_id"]).scalar_subquery()
    borne = session.scalars(select(DepartmentName.name).where(DepartmentName.department_id == unit))
    return set(borne)
