"""Reminders as letters: written in Chinese, sent outside any transaction, each noted once the server took it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.labels import label_of
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.policies import Office
from registry.models.reviews import ReviewCampaign, ReviewReminder
from registry.rules import RuleBroken
from registry.rules.campaigns import MAIL_ARRIVES, ReviewStep
from registry.services.mail import Letter, PostOffice, send
from registry.words import CHINESE, N_, translate

MAILED_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailed:
    """What became of a day's letters: taken, not taken (unit and why), and units that have no address."""

    sent: Sequence[str]
    refused: Sequence[tuple[str, str]]
    without_address: Sequence[str]


def mail_reminders(sessions: Sessions, *, reminded_on: date, post: PostOffice, public_url: str) -> Mailed:
    """Send the day's reminders that no server has taken yet. Run again, it sends what is left."""
    with sessions.reading() as session:
        waiting = session.execute(_waiting(reminded_on)).all()
        addresses = _addresses(session)
        office = session.scalar(select(Office.name).limit(1)) or ""
    letters = [
        _letter(row, addresses[row.department_id], office, public_url)
        for row in waiting
        if row.department_id in addresses
    ]
    units = {row.id: row.unit for row in waiting}
    sent, refused = [], []
    for letter, why_not in send(post, letters) if letters else ():
        if why_not:
            refused.append((units[letter.reference], why_not))
            continue
        sent.append(units[letter.reference])
        _note(sessions, letter)
    without = [row.unit for row in waiting if row.department_id not in addresses]
    return Mailed(sent=sent, refused=refused, without_address=without)


def mail_apart(
    sessions: Sessions,
    progress: Progress,
    *,
    campaign_id: int,
    reminded_on: str,
    post: PostOffice | None,
    public_url: str,
) -> dict[str, Any]:
    """As the worker does it; RuleBroken at the end with each unit whose letter was not taken, the rest have theirs."""
    if post is None:
        raise RuleBroken([MAIL_ARRIVES.broken(N_("No mail server is configured; the reminders stand on the boards."))])
    told = mail_reminders(sessions, reminded_on=date.fromisoformat(reminded_on), post=post, public_url=public_url)
    progress(len(told.sent), len(told.sent) + len(told.refused))
    if told.refused:
        not_taken = N_("The letter to %(unit)s was not taken: %(why)s")
        raise RuleBroken([MAIL_ARRIVES.broken(not_taken, unit=unit, why=why) for unit, why in told.refused])
    return {"mailed": len(told.sent), "without_address": len(told.without_address)}


def _waiting(reminded_on: date) -> Any:
    return (
        select(
            ReviewReminder.id,
            ReviewReminder.department_id,
            ReviewReminder.step,
            ReviewReminder.campaign_id,
            Department.name.label("unit"),
            ReviewCampaign.year,
            ReviewCampaign.kind,
            ReviewCampaign.attest_by_on,
            ReviewCampaign.make_up_by_on,
        )
        .join(Department, Department.id == ReviewReminder.department_id)
        .join(ReviewCampaign, ReviewCampaign.id == ReviewReminder.campaign_id)
        .where(ReviewReminder.reminded_on == reminded_on, ReviewReminder.mailed_to == "")
        .order_by(ReviewReminder.id)
    )


def _addresses(session: Session) -> Mapping[int, list[str]]:
    """The addresses of each unit's people who may sign in."""
    rows = session.execute(
        select(Account.department_id, Account.email)
        .where(Account.department_id.is_not(None), Account.is_active, Account.email != "")
        .order_by(Account.id)
    )
    found: dict[int, list[str]] = {}
    for department_id, email in rows:
        found.setdefault(department_id or 0, []).append(email)
    return found


def _letter(row: Any, to: Sequence[str], office: str, public_url: str) -> Letter:
    due_on = row.attest_by_on if row.step is ReviewStep.ATTEST else row.make_up_by_on
    said = {
        "unit": row.unit,
        "year": row.year,
        "kind": translate(label_of(row.kind), CHINESE),
        "step": translate(label_of(row.step), CHINESE),
        "day": due_on,
    }
    subject = N_("Reminder: annual review %(year)s, %(kind)s, due by %(day)s")
    text = N_("%(unit)s: the annual review %(year)s (%(kind)s) waits for a step: %(step)s, by %(day)s.")
    lines = (translate(text, CHINESE, said), f"{public_url}/reviews/{row.campaign_id}", "", office, "")
    return Letter(row.id, to, translate(subject, CHINESE, said), "\n".join(lines))


def _note(sessions: Sessions, letter: Letter) -> None:
    to = ", ".join(letter.to)[:MAILED_LENGTH]
    with transaction(sessions) as session:
        session.execute(update(ReviewReminder).where(ReviewReminder.id == letter.reference).values(mailed_to=to))
