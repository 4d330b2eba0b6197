"""What is on record of people beside the day on which a late certificate was issued to them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.qualifications import Disqualification
from registry.rules import Violation
from registry.rules.certificates import LIVE, Bar, CertificateKind, Later, Loss, Span, against_late
from registry.services.certificates.dossiers import bars_of
from registry.services.changes import in_chunks

Spans: TypeAlias = Mapping[tuple[int, CertificateKind], Sequence[Span]]


@dataclass(frozen=True, slots=True)
class LaterFacts:
    """The facts of many people, by person."""

    spans: Spans
    losses: Mapping[int, Sequence[Loss]]
    bars: Mapping[int, Sequence[Bar]]

    def against(
        self, person_id: int, kind: CertificateKind, term: tuple[date, date], follows: int | None, today: date
    ) -> list[Violation]:
        """Everything since that keeps a certificate of that term from being entered today."""
        later = Later(
            held=self.spans.get((person_id, kind), ()),
            losses=self.losses.get(person_id, ()),
            bars=self.bars.get(person_id, ()),
            follows=follows,
        )
        return against_late(kind, *term, later, today)


def later_facts(session: Session, person_ids: Iterable[int]) -> LaterFacts:
    """Certificates, lost qualifications and bars of these people; three queries for a thousand."""
    ids = sorted(set(person_ids))
    bars: dict[int, list[Bar]] = {}
    for chunk in in_chunks(ids):
        bars |= bars_of(session, chunk)
    return LaterFacts(spans_of(session, ids), _losses(session, ids), bars)


def spans_of(session: Session, person_ids: Sequence[int]) -> Spans:
    """The days on which certificates counted as held, by person and kind: until the term or an act ended them."""
    ended = func.min(case((CertificatePeriod.status.not_in(LIVE), CertificatePeriod.from_on)))
    found: dict[tuple[int, CertificateKind], list[Span]] = defaultdict(list)
    for chunk in in_chunks(person_ids):
        rows = session.execute(
            select(
                Certificate.id,
                Certificate.number,
                Certificate.person_id,
                Certificate.kind,
                Certificate.valid_from,
                Certificate.valid_until,
                ended.label("ended"),
                func.max(CertificatePeriod.from_on).label("since"),
            )
            .join(CertificatePeriod, CertificatePeriod.certificate_id == Certificate.id)
            .where(Certificate.person_id.in_(chunk))
            .group_by(Certificate.id)
            .order_by(Certificate.id)
        )
        for row in rows:
            found[row.person_id, row.kind].append(_span(row))
    return found


def _span(row: Any) -> Span:
    last = row.valid_until if row.ended is None else min(row.valid_until, row.ended - timedelta(days=1))
    return Span(card_id=row.id, number=row.number, first=row.valid_from, last=last, since=row.since)


def _losses(session: Session, person_ids: Sequence[int]) -> dict[int, list[Loss]]:
    found: dict[int, list[Loss]] = defaultdict(list)
    for chunk in in_chunks(person_ids):
        own = select(Disqualification).where(Disqualification.person_id.in_(chunk)).order_by(Disqualification.id)
        for one in session.scalars(own):
            loss = Loss(decided_on=one.decided_on, decided_by=one.decided_by, document_number=one.document_number)
            found[one.person_id].append(loss)
    return found
