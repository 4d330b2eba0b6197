"""Training as pages: sessions of a year and who attended; a unit's people see their own."""

from datetime import date

import pytest

from registry.rules.permissions import Role
from tests.factories import make_department, make_person, make_training
from tests.web.conftest import Office


def held(office: Office) -> tuple[int, int, str, str]:
    """A session with one attendee of each of two units: its id, the first unit, the two names."""
    with office.transaction() as session:
        unit, other = make_department(session), make_department(session)
        own, stranger = make_person(session, unit), make_person(session, other)
        return make_training(session, own, stranger, hours="1.5").id, unit.id, own.name, stranger.name


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.AUDITOR])
def test_an_empty_register_says_where_records_come_from(office: Office, locale: str, role: Role) -> None:
    page = office.client(role, locale=locale).get("/training")

    assert page.status_code == 200
    assert (b"/imports?kind=training" in page.data) is (role is Role.BUREAU_CLERK)


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_sessions_of_a_year_are_listed_with_their_hours_and_counts(office: Office, locale: str) -> None:
    session_id, *_ = held(office)
    with office.transaction() as session:
        late = make_training(session, held_on=date(2024, 5, 1)).id
    client = office.client(Role.AUDITOR, locale=locale)

    page = client.get("/training?year=2021").text

    assert f'href="/training/{session_id}"' in page
    assert f'href="/training/{late}"' not in page
    assert 'class="number">1.5</td>' in page
    assert page.count('class="number">2</td>') == 2
    assert f'href="/training/{late}"' in client.get("/training").text
    assert f'href="/training/{session_id}"' in client.get(f"/training?after={late}").text
    assert client.get("/training?year=2022&after=nonsense").status_code == 200


@pytest.mark.parametrize("locale", ["en", "zh_CN"])
def test_a_session_lists_who_attended(office: Office, locale: str) -> None:
    session_id, _, own, stranger = held(office)

    page = office.client(Role.BUREAU_CLERK, locale=locale).get(f"/training/{session_id}").text

    assert f">{own}</a>" in page
    assert f">{stranger}</a>" in page


def test_an_attendance_that_was_not_completed_says_so(office: Office) -> None:
    with office.transaction() as session:
        session_id = make_training(session, make_person(session), completed=False).id

    page = office.client(Role.AUDITOR).get(f"/training/{session_id}").text

    assert "not completed" in page


def test_a_units_people_see_their_attendance_alone(office: Office) -> None:
    session_id, unit, own, stranger = held(office)
    with office.transaction() as session:
        empty = make_department(session).id

    page = office.client(Role.UNIT_CLERK, unit).get(f"/training/{session_id}").text

    assert f">{own}</a>" in page
    assert stranger not in page
    assert '<div class="stat-value">2</div>' not in page
    other = office.client(Role.UNIT_HEAD, empty).get(f"/training/{session_id}").text
    assert "Nobody of your unit attended this session." in other


def test_the_attendance_goes_on_over_the_page(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session)
        people = [make_person(session, unit) for _ in range(51)]
        session_id, last = make_training(session, *people).id, people[-1].name
    client = office.client(Role.AUDITOR)

    first = client.get(f"/training/{session_id}").text
    after = first.split(f'href="/training/{session_id}?after=')[1].split('"')[0]
    second = client.get(f"/training/{session_id}?after={after}").text

    assert f">{last}</a>" not in first
    assert f">{last}</a>" in second
    assert f'href="/training/{session_id}"' in second


def test_an_unknown_session_is_not_found(office: Office) -> None:
    assert office.client(Role.BUREAU_CLERK).get("/training/4040").status_code == 404
