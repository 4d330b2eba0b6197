"""Acts on certificates as a fit office does them: every field that the table asks for, each as the law wants it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.rules.certificates import ACTS, ActEntry, Asked, CertificateAct, CertificateKind, Organ
from registry.rules.permissions import SYSTEM, Actor
from registry.services import certificates

PAPER, CITY, WHY = "郏司监〔2026〕1号", "平顶山市司法局", "出借证件"
DECIDERS = {Organ.BUREAU: CITY, Organ.ISSUER: "河南省人民政府"}


def fit_entry(act: CertificateAct, kind: CertificateKind, day: date, **values: Any) -> ActEntry:
    """What a lawful act says; `values` change one thing of it."""
    terms = ACTS[act]
    entry = ActEntry(
        day=day,
        document_number=PAPER,
        decided_by=DECIDERS.get(terms.decides[kind], "") if Asked.DECIDED_BY in terms.asks else "",
        basis=(terms.grounds or {}).get(kind, (None,))[-1],
        ordered_until=day + timedelta(days=29) if Asked.ORDERED_UNTIL in terms.asks else None,
        reason=WHY,
    )
    return replace(entry, **values)


def act_upon(
    session: Session,
    card: Certificate,
    act: CertificateAct,
    day: date,
    *,
    actor: Actor = SYSTEM,
    today: date | None = None,
    **values: Any,
) -> Certificate:
    """Do one act on a certificate on a day."""
    entry = fit_entry(act, card.kind, day, **values)
    return certificates.perform(
        session, actor, certificate_id=card.id, act=act, entry=entry, today=max(day, today or day)
    )
