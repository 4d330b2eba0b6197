"""Views of lists, put by under a name: somebody's own, and those shared with everybody. No act of the office."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry.models.lists import SavedView
from registry.rules import Denied, RuleBroken
from registry.rules.lists import LONGEST_VIEW_NAME, MOST_VIEWS, VIEW_HAS_A_NAME, ListName
from registry.rules.permissions import Action, Actor
from registry.words import N_

NEEDED: Mapping[ListName, Action] = {
    ListName.PEOPLE: Action.PERSON_VIEW,
    ListName.CERTIFICATES: Action.CERTIFICATE_VIEW,
    ListName.DEPARTMENTS: Action.DEPARTMENT_VIEW,
    ListName.TRAINING: Action.TRAINING_VIEW,
    ListName.EXAMS: Action.EXAM_VIEW,
}


def views_of(session: Session, actor: Actor, of: ListName) -> Sequence[SavedView]:
    """The actor's own views of a list and the shared ones, by name."""
    actor.require(NEEDED[of])
    mine = or_(SavedView.account_id == actor.account_id, SavedView.is_shared)
    return session.scalars(select(SavedView).where(SavedView.of == of, mine).order_by(SavedView.name)).all()


def put_by(
    session: Session, actor: Actor, *, of: ListName, name: str, asked: Mapping[str, Any], is_shared: bool = False
) -> SavedView:
    """Keep a view under a name; the actor's own one of that name is written over. Units share nothing with others."""
    actor.require(NEEDED[of])
    if actor.account_id is None:
        raise Denied(NEEDED[of].value)
    own = (SavedView.account_id == actor.account_id, SavedView.of == of)
    view = session.scalar(select(SavedView).where(*own, SavedView.name == name.strip()))
    count = session.scalar(select(func.count()).select_from(SavedView).where(*own)) or 0
    if wrong := _wrong(name.strip(), count if view is None else 0):
        raise RuleBroken([VIEW_HAS_A_NAME.broken(wrong, longest=LONGEST_VIEW_NAME, most=MOST_VIEWS)])
    if view is None:
        view = SavedView(account_id=actor.account_id, of=of, name=name.strip())
        session.add(view)
    view.asked, view.is_shared = dict(asked), is_shared and not actor.is_unit_bound
    session.flush()
    return view


def forget(session: Session, actor: Actor, *, view_id: int) -> SavedView:
    """Drop one of the actor's own views; NoResultFound when there is none, Denied for somebody else's."""
    view = session.get_one(SavedView, view_id)
    if view.account_id != actor.account_id:
        raise Denied(NEEDED[view.of].value)
    session.delete(view)
    session.flush()
    return view


def _wrong(name: str, count: int) -> str | None:
    if not name:
        return N_("Give the view a name.")
    if len(name) > LONGEST_VIEW_NAME:
        return N_("The name of a view has at most %(longest)s characters.")
    if count >= MOST_VIEWS:
        return N_("There are %(most)s views of this list already; drop one first.")
    return None
