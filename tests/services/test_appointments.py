"""Whatever is entered in whatever order, a person's posts follow one another."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.people import Appointment
from registry.rules import RuleBroken
from registry.rules.people import Duty, EndReason, Establishment, Rank
from registry.rules.permissions import SYSTEM
from registry.services import people
from tests.factories import make_department, make_person

TODAY = date(2026, 6, 15)
FIRST = date(2019, 3, 1)
DAYS = st.dates(date(2018, 1, 1), TODAY + timedelta(days=30))
ACTS = st.lists(st.tuples(st.sampled_from(["move", "leave"]), DAYS, st.integers(0, 1)), max_size=8)


def act(session: Session, person_id: int, verb: str, day: date, department_id: int, post: str) -> None:
    """One act of the office; refused ones leave everything as it was."""
    values = {
        "name": "王强",
        "department_id": department_id,
        "from_on": day,
        "section": "",
        "post": post,
        "rank": Rank.STAFF,
        "establishment": Establishment.ADMINISTRATIVE,
        "duty": Duty.ENFORCEMENT,
        "ethnicity": "",
        "political_status": None,
        "education": None,
        "major": "",
        "phone": "",
        "has_law_qualification": False,
    }
    try:
        if verb == "move":
            people.change(session, SYSTEM, person_id=person_id, values=values, reason="", today=TODAY)
        else:
            people.end_appointment(
                session, SYSTEM, person_id=person_id, until_on=day, end_reason=EndReason.RESIGNATION, today=TODAY
            )
    except RuleBroken:
        pass


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_posts_never_overlap_and_never_lie_in_the_future(session: Session, acts: list[tuple[str, date, int]]) -> None:
    with session.begin_nested() as savepoint:
        units = [make_department(session) for _ in range(2)]
        person = make_person(session, units[0], since=FIRST)

        for place, (verb, day, unit) in enumerate(acts):
            act(session, person.id, verb, day, units[unit].id, f"岗位{place}")

        own = select(Appointment).where(Appointment.person_id == person.id).order_by(Appointment.from_on)
        posts = session.scalars(own).all()
        assert all(before.until_on is not None and before.until_on < after.from_on for before, after in pairwise(posts))
        assert all(post.from_on <= TODAY and (post.until_on or TODAY) <= TODAY for post in posts)
        savepoint.rollback()
