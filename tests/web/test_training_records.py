"""Training as an office records it: courses, sessions, pasted lists, lines taken back, and who still lacks what."""

import re
from collections.abc import Sequence
from html import unescape

import pytest
from sqlalchemy import select

from registry import clock
from registry.models.training import Attendance, TrainingCourse, TrainingSession
from registry.rules.people import Duty
from registry.rules.permissions import Role
from registry.services.training import totalling
from tests.factories import make_department, make_person, make_training
from tests.web.conftest import Office

TODAY = clock.today()
SESSION = {
    "course_id": "",
    "kind": "legal",
    "mode": "in_person",
    "hours": "6",
    "ended_on": "",
    "place": "",
    "organiser": "",
}


def test_a_course_is_added_once_and_a_session_begun_from_it(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)
    course = {
        "title": "习近平法治思想",
        "code": "XF",
        "kind": "legal",
        "hours": "8",
        "is_compulsory": "y",
        "is_active": "y",
    }

    client.post("/training/courses/new", data=course | {"note": ""})
    again = client.post("/training/courses/new", data=course | {"note": ""})
    with office.transaction() as session:
        made = session.scalars(select(TrainingCourse)).one()

    assert again.status_code == 422
    assert "习近平法治思想" in client.get(f"/training/new?course={made.id}").text
    assert "习近平法治思想" in client.get(f"/training/courses/{made.id}").text


def test_a_pasted_list_is_read_first_and_recorded_then(office: Office) -> None:
    with office.transaction() as session:
        unit = make_department(session, name="郏县水利局")
        wang = make_person(session, unit, name="王小明").id
    client = office.client(Role.BUREAU_CLERK)
    client.post("/training/new", data=SESSION | {"title": "专题辅导", "held_on": TODAY.isoformat()})
    with office.transaction() as session:
        held = session.scalars(select(TrainingSession)).one().id
    address, lines = f"/training/{held}/attendance", "王小明\t郏县水利局\n无名氏"

    read = client.post(address, data={"lines": lines})
    with office.transaction() as session:
        assert session.scalars(select(Attendance)).all() == []
    boxes = dict(re.findall(r'name="(who-[0-9]+)" value="([0-9]+)"', read.text))
    client.post(address, data={"lines": lines, "record": "yes", **boxes})

    with office.transaction() as session:
        assert session.scalars(select(Attendance.person_id)).all() == [wang]


def test_a_line_taken_back_counts_nowhere_and_its_reason_is_kept(office: Office) -> None:
    with office.transaction() as session:
        person = make_person(session)
        held = make_training(session, person, held_on=TODAY).id
        line = session.scalars(select(Attendance.id)).one()
    client = office.client(Role.BUREAU_CLERK)

    silent = client.post(f"/training/attendance/{line}/take-back", data={"reason": " "})
    client.post(f"/training/attendance/{line}/take-back", data={"reason": "误登"})

    assert silent.status_code == 422
    page = client.get(f"/training/{held}").text
    assert "误登" in page
    with office.transaction() as session:
        assert session.get_one(Attendance, line).withdrawn_on == TODAY


def test_the_obligation_tells_who_lacks_what_and_units_see_their_own(office: Office) -> None:
    with office.transaction() as session:
        unit, other = make_department(session), make_department(session)
        make_training(session, make_person(session, unit, name="学满了"), held_on=TODAY, hours=60)
        make_person(session, unit, name="没学过")
        make_person(session, other, name="别家的")

    page = office.client(Role.UNIT_HEAD, unit.id).get(f"/training/obligations?year={TODAY.year}").text
    totals = office.client(Role.BUREAU_CLERK, locale="zh_CN").get("/training/obligations/units")

    assert ("学满了" in page, "没学过" in page, "别家的" in page) == (True, True, False)
    assert totals.status_code == 200


@pytest.mark.parametrize(
    ("posts", "names", "pages"),
    [
        pytest.param(2, ("甲局", "乙局"), 2, id="of several large units one at a time"),
        pytest.param(4, ("甲局", "乙局"), 1, id="both where their posts are few enough"),
        pytest.param(1, ("甲局", "乙局"), 2, id="a unit that is larger by itself"),
    ],
)
def test_the_units_are_added_up_as_far_as_so_many_posts_at_a_time(
    office: Office, monkeypatch: pytest.MonkeyPatch, posts: int, names: Sequence[str], pages: int
) -> None:
    monkeypatch.setattr(totalling, "ADDED_UP", posts)
    with office.transaction() as session:
        for name in names:
            unit = make_department(session, name=name)
            for _ in range(2):
                make_person(session, unit)
    client, read = office.client(Role.BUREAU_CLERK), []
    further: str | None = f"/training/obligations/units?year={TODAY.year}"
    while further:
        read.append(client.get(further).text)
        found = re.search(r'rel="next" href="([^"]+)"', read[-1])
        further = unescape(found[1]) if found else None

    assert len(read) == pages
    assert ["".join(name for name in names if name in page) for page in read] in (["乙局", "甲局"], ["甲局乙局"])
    assert [('class="stats"' in page) for page in read] == [True] * pages
    assert all('<div class="stat-value">4</div>' in page for page in read)


def test_of_too_many_posts_the_sum_of_all_units_is_left_to_the_yearly_summary(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totalling, "ADDED_UP", 1)
    monkeypatch.setattr(totalling, "GONE_THROUGH", 1)
    with office.transaction() as session:
        for name in ("甲局", "乙局"):
            make_person(session, make_department(session, name=name))

    page = office.client(Role.BUREAU_CLERK).get("/training/obligations/units").text

    assert ('class="stats"' in page, "stand in the yearly summary" in page) == (False, True)


def test_a_page_of_units_without_anybody_obliged_says_so_of_its_units_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totalling, "ADDED_UP", 1)
    with office.transaction() as session:
        for name, duty in (("A", Duty.OTHER), ("B", Duty.ENFORCEMENT), ("C", Duty.OTHER)):
            make_person(session, make_department(session, name=name), duty=duty)
    client, told = office.client(Role.BUREAU_CLERK), []
    further: str | None = f"/training/obligations/units?year={TODAY.year}"
    while further:
        page = client.get(further).text
        told.append(("Nobody in the units of this page is obliged" in page, "Nobody is obliged in" in page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        further = unescape(found[1]) if found else None

    assert told == [(True, False), (False, False), (True, False)]
