"""Evidence about many people: asked for at once, put together one by one on the worker, fetched in one file."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import chain
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from registry import audit, clock, jobs
from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.models.evidence import EvidenceBatch, EvidenceBundle
from registry.models.jobs import Job
from registry.models.people import Person
from registry.rules import Denied, RuleBroken
from registry.rules.evidence import FETCHED_IN_TIME, KEPT_DAYS, MOST_PEOPLE, SAYS_WHAT_FOR, SOMEBODY_CHOSEN
from registry.rules.jobs import JobKind
from registry.rules.permissions import Action, Actor
from registry.services import accounts
from registry.services.changes import in_chunks
from registry.services.evidence.bundling import Bundle, bundle
from registry.services.evidence.packing import packed_in_turn
from registry.sheets import csv_file
from registry.vault import vault_of
from registry.words import CHINESE, N_

HEADINGS = ("序号", "姓名", "登记簿人员号", "文件名", "字节数", "SHA-256", "证据目录编号", "未制作的原因")
LIST, FOLDER = "index.csv", "bundles/"
REFUSED_LENGTH = 500
# Between two bundles, so that others come to write: whoever waits for SQLite's lock looks every tenth of a second.
PAUSE_SECONDS = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A file of many bundles to hand over."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Evidence about many: what was asked for, how far it is, and each person's bundle."""

    batch: EvidenceBatch
    bundles: Sequence[EvidenceBundle]
    job: Job | None
    kept: int
    is_over: bool

    @property
    def made(self) -> int:
        return sum(one.paper_id is not None for one in self.bundles)

    @property
    def is_done(self) -> bool:
        return all(one.paper_id is not None or one.refused for one in self.bundles)

    @property
    def is_there(self) -> bool:
        """The file can be fetched."""
        return self.is_done and self.made > 0 and self.kept == self.made and not self.is_over


def own(session: Session, actor: Actor, person_ids: Sequence[int]) -> list[Person]:
    """Those of these people about whom the actor may take evidence, in their order; others are left out."""
    actor.require(Action.EVIDENCE_TAKE)
    ids, found = list(dict.fromkeys(person_ids)), dict[int, Person]()
    for chunk in in_chunks(ids):
        found |= {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(chunk)))}
    people = [found[one] for one in ids if one in found]
    return [one for one in people if actor.may(Action.EVIDENCE_TAKE, department_id=one.department_id)]


def order(session: Session, actor: Actor, *, person_ids: Sequence[int], recipient: str, purpose: str) -> EvidenceBatch:
    """Ask the worker for a bundle about each of these people.

    RuleBroken (EVI-1) unless it is said for whom and what for, (EVI-2) for nobody or too many.
    """
    recipient, purpose, people = recipient.strip(), purpose.strip(), own(session, actor, person_ids)
    broken = []
    if not recipient or not purpose:
        broken.append(SAYS_WHAT_FOR.broken(N_("Say for whom the evidence is, and what for.")))
    if not people:
        broken.append(SOMEBODY_CHOSEN.broken(N_("Nobody is chosen about whom you may take evidence.")))
    if len(people) > MOST_PEOPLE:
        many = N_("A file holds bundles of at most %(most)s people; choose fewer.")
        broken.append(SOMEBODY_CHOSEN.broken(many, most=MOST_PEOPLE))
    if broken:
        raise RuleBroken(broken)
    batch = EvidenceBatch(
        recipient=recipient,
        purpose=purpose,
        person_count=len(people),
        account_id=actor.account_id,
        department_id=actor.department_id if actor.is_unit_bound else None,
    )
    session.add(batch)
    session.flush()
    session.add_all(
        EvidenceBundle(batch_id=batch.id, place=place, person_id=one.id) for place, one in enumerate(people, 1)
    )
    unit, asked = batch.department_id, {"batch_id": batch.id, "account_id": actor.account_id}
    batch.job_id = jobs.enqueue(session, actor, JobKind.BUNDLE_EVIDENCE, department_id=unit, **asked).id
    told: dict[str, Any] = {"recipient": recipient, "people": [one.id for one in people]}
    audit.record(session, actor, Action.EVIDENCE_TAKE, batch, department_id=unit, reason=purpose, **told)
    return batch


def work(sessions: Sessions, progress: Progress, *, batch_id: int, account_id: int | None) -> dict[str, Any]:
    """Make what is not made yet, each bundle in a transaction of its own; done again after a crash, nothing twice."""
    with transaction(sessions) as session:
        waiting = _waiting(session, batch_id)
        total = session.get_one(EvidenceBatch, batch_id).person_count
    for done, bundle_id in enumerate(waiting, total - len(waiting) + 1):
        _make(sessions, bundle_id, account_id)
        time.sleep(PAUSE_SECONDS)
        progress(done, total)
    with sessions.reading() as session:
        refused = select(EvidenceBundle.id).where(EvidenceBundle.batch_id == batch_id, EvidenceBundle.refused != "")
        left = len(session.scalars(refused).all())
    return {"bundles": total - left, **({"problems": left} if left else {})}


def get(session: Session, actor: Actor, *, batch_id: int) -> Batch:
    """Evidence about many; NoResultFound when there is none, Denied for another unit's people."""
    batch = session.get_one(EvidenceBatch, batch_id)
    actor.require_unit(Action.EVIDENCE_TAKE, batch.department_id)
    of_it = select(EvidenceBundle).where(EvidenceBundle.batch_id == batch_id).order_by(EvidenceBundle.place)
    loaded = of_it.options(joinedload(EvidenceBundle.person), joinedload(EvidenceBundle.paper))
    kept = of_it.where(EvidenceBundle.content_sealed.is_not(None)).with_only_columns(EvidenceBundle.id)
    return Batch(
        batch=batch,
        bundles=session.scalars(loaded).all(),
        job=session.get(Job, batch.job_id) if batch.job_id else None,
        kept=len(session.scalars(kept).all()),
        is_over=batch.created_at < _begin_of_days(),
    )


def fetch(session: Session, actor: Actor, *, batch_id: int) -> Whole:
    """All bundles in one ZIP, with a list of them and their hashes; the trail tells who fetched it.

    RuleBroken (EVI-5) as long as it is not done, and when its days are over.
    """
    held = get(session, actor, batch_id=batch_id)
    if not held.is_there:
        said = N_("The bundles are not all there: they are still being made, or their days are over.")
        raise RuleBroken([FETCHED_IN_TIME.broken(said)])
    listed = (LIST, csv_file(HEADINGS, [_row(one) for one in held.bundles]))
    content = packed_in_turn(chain([listed], _opened(session, held)))
    audit.record(
        session,
        actor,
        Action.EVIDENCE_TAKE,
        held.batch,
        department_id=held.batch.department_id,
        reason=held.batch.purpose,
        recipient=held.batch.recipient,
        files=held.made,
        sha256=sha256(content).hexdigest(),
    )
    return Whole(filename=f"证据包-第{batch_id}批.zip", content=content)


def _make(sessions: Sessions, bundle_id: int, account_id: int | None) -> None:
    with transaction(sessions) as session:
        one = session.get_one(EvidenceBundle, bundle_id, with_for_update=True)
        if one.paper_id is not None or one.refused:
            return  # another run of the same job came first
        batch = session.get_one(EvidenceBatch, one.batch_id)
        said: dict[str, Any] = {"recipient": batch.recipient, "purpose": batch.purpose}
        try:
            with session.begin_nested():
                actor = accounts.who_asked(session, account_id, Action.EVIDENCE_TAKE)
                _keep(session, one, bundle(session, actor, person_id=one.person_id, **said, today=clock.today()))
        except RuleBroken as broken:
            one.refused = "；".join(found.in_words(CHINESE) for found in broken.violations)[:REFUSED_LENGTH]
        except Denied:
            one.refused = "无权调取：该人员已调离，或者申请人的账号已停用"


def _keep(session: Session, one: EvidenceBundle, made: Bundle) -> None:
    one.paper_id, one.sha256, one.byte_count = made.paper.id, made.sha256, len(made.content)
    one.content_sealed = vault_of(session).seal_bytes(made.content)


def _waiting(session: Session, batch_id: int) -> list[int]:
    waits = (EvidenceBundle.batch_id == batch_id, EvidenceBundle.paper_id.is_(None), EvidenceBundle.refused == "")
    return list(session.scalars(select(EvidenceBundle.id).where(*waits).order_by(EvidenceBundle.place)))


def let_go(session: Session) -> None:
    """Keep the bytes of earlier batches no longer than their days."""
    over = select(EvidenceBatch.id).where(EvidenceBatch.created_at < _begin_of_days())
    session.execute(
        update(EvidenceBundle)
        .where(EvidenceBundle.batch_id.in_(over), EvidenceBundle.content_sealed.is_not(None))
        .values(content_sealed=None)
    )


def _begin_of_days() -> datetime:
    """Whatever was asked for earlier is kept no more."""
    return clock.now() - timedelta(days=KEPT_DAYS)


def _opened(session: Session, held: Batch) -> Iterator[tuple[str, bytes]]:
    """The bundles of a batch by their names, one in memory at a time."""
    vault = vault_of(session)
    for one in held.bundles:
        kept = select(EvidenceBundle.content_sealed).where(EvidenceBundle.id == one.id)
        if (sealed := session.scalar(kept)) is not None:
            yield _name(one), vault.open_bytes(sealed)


def _name(one: EvidenceBundle) -> str:
    return f"{FOLDER}{one.place:03}-{one.person_id}.zip"


def _row(one: EvidenceBundle) -> tuple[Any, ...]:
    name = _name(one) if one.paper else ""
    number = one.paper.number if one.paper else ""
    return (one.place, one.person.name, one.person_id, name, one.byte_count, one.sha256, number, one.refused)
