"""What waits for whom: each desk finds its applications, the oldest first, and reads no more than it shows."""

from sqlalchemy.orm import Session

from registry.models.applications import Application
from registry.rules.applications import ApplicationStep
from registry.rules.permissions import Actor, Role
from registry.services import applications
from registry.services.applications import ApplicationFilter, listing
from registry.services.narrowing import Count
from tests.factories import make_department, make_qualified_person
from tests.queries import sorts, steps_of
from tests.services.test_applications import CHIEF, CLERK, apply, put_up, take, unit_seat


def test_each_desk_finds_what_waits_for_it(session: Session) -> None:
    unit = make_department(session)
    people = [make_qualified_person(session, unit) for _ in range(3)]
    seat, head = unit_seat(people[0]), unit_seat(people[0], Role.UNIT_HEAD)
    [applied] = apply(session, people[0])
    [confirmed] = apply(session, people[1], actor=head)
    [up] = put_up(session, people[2])

    def desk(actor: Actor) -> list[int]:
        found = applications.search(session, actor, chosen=ApplicationFilter(is_waiting=True)).rows
        assert applications.waiting_count(session, actor) == Count(len(found))
        return [row.id for row in found]

    assert (desk(seat), desk(head), desk(CLERK), desk(CHIEF)) == ([], [applied], [confirmed], [up])
    take(session, CLERK, ApplicationStep.RETURN, [confirmed])
    assert desk(seat) == [confirmed]


def test_what_waits_in_two_states_is_one_list_the_oldest_first(session: Session) -> None:
    unit = make_department(session)
    people = [make_qualified_person(session, unit) for _ in range(4)]
    seat, chosen = unit_seat(people[0]), ApplicationFilter(is_waiting=True)
    first, second = apply(session, *people[:2], actor=unit_seat(people[0], Role.UNIT_HEAD))
    third, fourth = put_up(session, *people[2:])
    take(session, CHIEF, ApplicationStep.APPROVE, [third])
    take(session, CLERK, ApplicationStep.MAKE, [third])
    take(session, CLERK, ApplicationStep.RETURN, [first])
    take(session, CHIEF, ApplicationStep.RETURN, [fourth])

    begun = applications.search(session, seat, chosen=chosen, size=2)
    rest = applications.search(session, seat, chosen=chosen, size=2, after=begun.after)

    assert [row.id for page in (begun, rest) for row in page.rows] == [first, third, fourth]
    assert (begun.count.number, rest.after) == (3, None)
    assert applications.ids_of(session, seat, chosen=chosen, most=2) == [first, third]
    assert second not in applications.ids_of(session, seat, chosen=chosen, most=9)


def test_a_desk_reads_what_waits_in_order_and_sorts_nothing(session: Session) -> None:
    [waiting] = listing._ids(CHIEF, ApplicationFilter(is_waiting=True))
    steps = steps_of(session, waiting.order_by(Application.id).limit(50))

    assert any("ix_applications_status_id" in step for step in steps), steps
    assert not sorts(steps), steps
