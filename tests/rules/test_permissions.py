"""Who may do what, and in whose unit."""

import pytest

from registry.rules import Denied
from registry.rules.permissions import ACCOUNT_ROLES, ALLOWED, UNIT_ROLES, Action, Actor, Role

pytestmark = pytest.mark.nodb

NORTH, SOUTH = 1, 2
CHANGES_THE_REGISTER = {
    Action.CERTIFICATE_ISSUE,
    Action.CERTIFICATE_MOVE,
    Action.EXAM_MANAGE,
    Action.IMPORT_PERFORM,
    Action.PERSON_MANAGE,
    Action.REVIEW_DECIDE,
    Action.REVIEW_LOCK,
    Action.TRAINING_MANAGE,
    Action.DEPARTMENT_MANAGE,
}


def _seat(role: Role) -> Actor:
    unit = NORTH if role in UNIT_ROLES else None
    return Actor(account_id=1, name=role.value, role=role, department_id=unit)


def test_every_role_has_its_line() -> None:
    assert set(ALLOWED) == set(Role)


def test_actions_are_nouns_and_verbs_in_order() -> None:
    assert [action.value for action in Action] == sorted(action.value for action in Action)
    assert all(action.value.count(":") == 1 for action in Action)


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.UNIT_CLERK, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_the_bureau_changes_the_register(role: Role) -> None:
    assert not ALLOWED[role] & CHANGES_THE_REGISTER


def test_only_the_chief_locks_a_review_and_adopts_a_policy() -> None:
    for action in (Action.REVIEW_LOCK, Action.POLICY_ADOPT):
        assert [role for role in ACCOUNT_ROLES if action in ALLOWED[role]] == [Role.BUREAU_CHIEF]


def test_only_the_administrator_opens_accounts() -> None:
    assert [role for role in ACCOUNT_ROLES if Action.ACCOUNT_MANAGE in ALLOWED[role]] == [Role.ADMINISTRATOR]


@pytest.mark.parametrize("role", sorted(UNIT_ROLES))
def test_a_units_people_act_in_their_unit_alone(role: Role) -> None:
    actor = _seat(role)

    assert actor.may(Action.PERSON_VIEW, department_id=NORTH)
    assert not actor.may(Action.PERSON_VIEW, department_id=SOUTH)
    with pytest.raises(Denied):
        actor.require_unit(Action.PERSON_VIEW, SOUTH)
    with pytest.raises(Denied):
        actor.require_unit(Action.PERSON_VIEW, None)


@pytest.mark.parametrize("role", [role for role in ACCOUNT_ROLES if role not in UNIT_ROLES])
def test_the_others_see_every_unit(role: Role) -> None:
    _seat(role).require_unit(Action.PERSON_VIEW, SOUTH)


def test_what_a_role_may_not_do_is_denied_by_name() -> None:
    with pytest.raises(Denied, match="certificate:issue"):
        _seat(Role.AUDITOR).require(Action.CERTIFICATE_ISSUE)
