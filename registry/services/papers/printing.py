"""Printing papers, once each: when the first copy is asked for, or on the worker for many cards."""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry import clock, printing
from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.models.accounts import Account
from registry.models.papers import Paper
from registry.models.people import Photo
from registry.rules import RuleBroken
from registry.rules.papers import BYTES_STAY, EVERY_CHARACTER_PRINTS
from registry.rules.permissions import SYSTEM, Actor
from registry.services import accounts
from registry.services.changes import in_chunks
from registry.services.papers.forms import FORMS
from registry.services.papers.making import cards_made
from registry.vault import vault_of
from registry.words import N_

PHOTOS_AT_ONCE = 200


class PhotoChanged(Exception):
    """A photo is not the one that was frozen: somebody wrote around the registry."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper's bytes as they are kept."""

    sealed: bytes
    sha256: str
    version: str


def print_paper(session: Session, actor: Actor, paper_id: int) -> bytes:
    """The paper's PDF: printed and kept the first time, the kept bytes ever after.

    RuleBroken (PAP-2) names the person whose name no font can print, (PAP-7) when the kept bytes are others now.
    """
    paper = _held(session, paper_id)
    if paper.pdf_sha256 is not None:
        return kept_bytes(session, paper)
    content = _drawn(paper, photos_on(session, paper.data))
    _keep(session, actor, paper, _sealed(session, paper, content))
    return content


def print_apart(
    sessions: Sessions, progress: Progress, *, paper_id: int, account_id: int | None = None
) -> dict[str, Any]:
    """Print on the worker, for whoever asked; nothing is done twice when this is run again after a crash.

    The data are frozen: whichever run comes to its end, the bytes are the same.
    """
    printed = _printed_apart(sessions, progress, paper_id)  # before the transaction: what it took is let go by then
    with transaction(sessions) as session:
        held = _held(session, paper_id)
        if held.pdf_sha256 is None and printed is not None:
            _keep(session, _actor(session, account_id), held, printed)
        return {"cards": held.line_count}


def kept_bytes(session: Session, paper: Paper) -> bytes:
    """The bytes of a printed paper; RuleBroken (PAP-7) when somebody wrote others around the registry."""
    try:
        content = vault_of(session).open_bytes(paper.pdf_sealed or b"")
    except (InvalidTag, ValueError):
        content = b""
    if sha256(content).hexdigest() != paper.pdf_sha256:
        said = N_(
            "The bytes that are kept of %(number)s no longer agree with their hash; no copy of them is handed out."
        )
        raise RuleBroken([BYTES_STAY.broken(said, number=paper.number)])
    return content


def photos_on(session: Session, data: Mapping[str, Any]) -> dict[str, bytes]:
    """The photos that were frozen with a paper, by id as text; PhotoChanged when one is another picture now."""
    named, vault, found = data.get("photos", {}), vault_of(session), dict[str, bytes]()
    for chunk in in_chunks([int(photo_id) for photo_id in named], PHOTOS_AT_ONCE):
        rows = session.execute(select(Photo.id, Photo.content_sealed).where(Photo.id.in_(chunk)))
        found |= {str(photo_id): vault.open_bytes(sealed) for photo_id, sealed in rows if sealed is not None}
    changed = [photo_id for photo_id, digest in named.items() if sha256(found.get(photo_id, b"")).hexdigest() != digest]
    if changed:
        raise PhotoChanged(f"Photo {changed[0]} is not the one that the paper was issued with.")
    return found


def _held(session: Session, paper_id: int) -> Paper:
    chosen = select(Paper).where(Paper.id == paper_id).with_for_update()
    return session.scalars(chosen.options(undefer(Paper.data))).one()


def _printed_apart(sessions: Sessions, progress: Progress, paper_id: int) -> Printed | None:
    """None when it is printed already."""
    with sessions.reading() as session:
        paper = session.get_one(Paper, paper_id, options=[undefer(Paper.data)])
        if paper.pdf_sha256 is not None:
            return None
        photos = photos_on(session, paper.data)
    content = _drawn(paper, photos, lambda done: progress(done, paper.line_count))
    photos.clear()
    gc.collect()  # the fonts of a PDF lie in circles, and whoever lays one out puts the looking for circles off
    return _sealed(session, paper, content)


def _drawn(paper: Paper, photos: Mapping[str, bytes], told: Callable[[int], None] = lambda done: None) -> bytes:
    try:
        return FORMS[paper.kind].draw(paper.data, photos, told)
    except printing.Unprintable as unprintable:
        raise _refusal_of(unprintable) from unprintable


def _sealed(session: Session, paper: Paper, content: bytes) -> Printed:
    return Printed(vault_of(session).seal_bytes(content), sha256(content).hexdigest(), FORMS[paper.kind].version)


def _actor(session: Session, account_id: int | None) -> Actor:
    return SYSTEM if account_id is None else accounts.actor_of(session.get_one(Account, account_id))


def _keep(session: Session, actor: Actor, paper: Paper, printed: Printed) -> None:
    paper.pdf_sealed, paper.pdf_sha256 = printed.sealed, printed.sha256
    paper.template_version, paper.printed_at = printed.version, clock.now()
    session.flush()
    cards_made(session, actor, paper, today=clock.today())


def _refusal_of(unprintable: printing.Unprintable) -> Exception:
    """What the printer complains of as a refusal that names the person; itself when nobody is to blame."""
    who, character = unprintable.who, unprintable.character
    if character:
        said = N_("%(who)s: no font has the character %(character)s (%(code)s).")
        code = f"U+{ord(character):04X}"
        return RuleBroken([EVERY_CHARACTER_PRINTS.broken(said, who=who, character=character, code=code)])
    if who:
        said = N_("%(who)s: the printer says: %(said)s")
        return RuleBroken([EVERY_CHARACTER_PRINTS.broken(said, who=who, said=str(unprintable))])
    return unprintable
