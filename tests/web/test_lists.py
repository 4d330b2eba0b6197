"""Lists as somebody wants them: columns, views put by, acts for the people ticked, each looked at first."""

import pytest
from sqlalchemy import select

from registry import clock
from registry.models.exams import Candidate
from registry.models.lists import SavedView
from registry.models.people import AnnualAssessment
from registry.models.trail import TrailEntry
from registry.models.training import Attendance
from registry.rules.exams import ExamSubject
from registry.rules.lists import COLUMNS, NAMED_BY, ListName
from registry.rules.people import Assessment, Establishment
from registry.rules.permissions import Role
from registry.services.tables import CELLS
from tests.factories import make_certificate, make_department, make_person, make_sitting, make_training
from tests.web.conftest import Office
from tests.web.test_people import rows_of

YEAR = clock.today().year


@pytest.fixture
def crew(office: Office) -> dict[str, int]:
    """王小明 fits everything, 李红 has a grade already, 赵六 is no member of the establishment."""
    with office.transaction() as session:
        unit = make_department(session)
        wang, li = make_person(session, unit, name="王小明"), make_person(session, unit, name="李红")
        zhao = make_person(session, unit, name="赵六", establishment=Establishment.TEMPORARY)
        session.add(AnnualAssessment(person_id=li.id, year=YEAR - 1, grade=Assessment.EXCELLENT))
        return {"unit": unit.id, "wang": wang.id, "li": li.id, "zhao": zhao.id}


def test_the_columns_of_the_address_are_shown_and_kept(office: Office, crew: dict[str, int]) -> None:
    page = office.client(Role.BUREAU_CLERK).get("/people?columns=rank&columns=born&serving=yes").text

    assert 'data-label="Rank"' in page
    assert 'data-label="Identity number"' not in page
    assert "columns=rank&amp;columns=born" in page  # the address of the chip that takes the filter away


def test_a_view_is_put_by_found_again_and_dropped(office: Office, crew: dict[str, int]) -> None:
    clerk, auditor = office.client(Role.BUREAU_CLERK), office.client(Role.AUDITOR)
    asked = {"asked": "serving=yes&columns=rank&columns=born&after=3", "name": "在岗", "is_shared": "yes"}

    page = clerk.post("/views/people", data=asked, follow_redirects=True)
    link = "/people?columns=rank&amp;columns=born&amp;serving=yes"
    assert link in page.text
    assert link in auditor.get("/people").text
    with office.transaction() as session:
        view_id = session.scalars(select(SavedView.id)).one()
    assert auditor.post(f"/views/{view_id}/dropping").status_code == 403
    assert link not in clerk.post(f"/views/{view_id}/dropping", follow_redirects=True).text


def test_a_view_without_a_name_is_refused_with_a_sentence(office: Office) -> None:
    page = office.client(Role.BUREAU_CLERK).post("/views/people", data={"asked": ""}, follow_redirects=True)

    assert "Give the view a name." in page.text


def test_grades_are_recorded_for_those_who_have_none_and_nobody_elses_is_written_over(
    office: Office, crew: dict[str, int]
) -> None:
    client = office.client(Role.BUREAU_CLERK)
    asked = {"act": "assess", "person": [crew["wang"], crew["li"]], "asked": "", "year": YEAR - 1, "grade": "competent"}

    shown = client.post("/people/selection", data=asked)
    assert f"Another grade is on record for {YEAR - 1}, and is not written over." in shown.text
    assert "Do it for 1 person" in shown.text
    done = client.post("/people/selection", data=asked | {"step": "do"}, follow_redirects=True)

    assert "Done for 1 people; 0 were so already, 1 were left out." in done.text
    with office.transaction() as session:
        grades = dict(session.execute(select(AnnualAssessment.person_id, AnnualAssessment.grade)).all())
    assert grades == {crew["wang"]: Assessment.COMPETENT, crew["li"]: Assessment.EXCELLENT}


def test_everybody_of_a_list_is_entered_for_an_exam_but_whom_the_law_stops(
    office: Office, crew: dict[str, int]
) -> None:
    with office.transaction() as session:
        sitting = make_sitting(session, ExamSubject.COMMON_LAW, clock.today()).id
    client = office.client(Role.BUREAU_CLERK)
    asked = {"act": "enter", "everybody": "yes", "asked": f"department={crew['unit']}", "sitting_id": sitting}

    shown = client.post("/people/selection", data=asked)
    assert "《河南省行政执法条例》第二十条" in shown.text
    client.post("/people/selection", data=asked | {"step": "do"})

    with office.transaction() as session:
        assert set(session.scalars(select(Candidate.person_id))) == {crew["wang"], crew["li"]}


def test_attendance_is_recorded_once(office: Office, crew: dict[str, int]) -> None:
    with office.transaction() as session:
        training = make_training(session, held_on=clock.today()).id
    client = office.client(Role.BUREAU_CLERK)
    asked = {"act": "attend", "person": [crew["wang"]], "session_id": training, "step": "do"}

    client.post("/people/selection", data=asked)
    again = client.post("/people/selection", data=asked | {"step": "preview"})

    assert "Is on the list already." in again.text
    with office.transaction() as session:
        assert session.scalars(select(Attendance.person_id)).all() == [crew["wang"]]


def test_nothing_ticked_is_told_and_nothing_done(office: Office) -> None:
    page = office.client(Role.BUREAU_CLERK).post("/people/selection", data={"act": "assess"}, follow_redirects=True)

    assert "Tick at least one person first." in page.text


def test_the_certificates_listed_leave_as_a_file_and_their_view_is_put_by(office: Office) -> None:
    with office.transaction() as session:
        number = make_certificate(session).number
    client = office.client(Role.BUREAU_CLERK)

    page = client.post(
        "/views/certificates", data={"asked": "kind=enforcement", "name": "执法证"}, follow_redirects=True
    )
    book = client.post("/certificates/export.xlsx?kind=enforcement")
    none = client.post("/certificates/export.xlsx?kind=supervision")

    assert "执法证" in page.text
    assert (number in rows_of(book)[1], len(rows_of(none))) == (True, 1)


def told(office: Office) -> dict[str, object]:
    """The facts of the latest entry of the trail."""
    with office.transaction() as session:
        return dict(session.scalars(select(TrailEntry.facts).order_by(TrailEntry.id.desc()).limit(1)).one())


@pytest.mark.parametrize(
    ("of", "asked", "headings", "taken"),
    [
        ("people", "serving=yes&columns=rank", ["姓名", "职级"], "exported"),
        ("certificates", "kind=enforcement&columns=area", ["编号", "持证人", "执法区域"], "exported_lines"),
        ("departments", "kind=administrative_organ&columns=parent", ["单位", "上级单位"], "exported_units"),
        ("training", "kind=online_common_law&columns=organiser", ["培训班次", "主办单位"], "exported_lines"),
        ("exams", "subject=common_law&columns=pass_mark", ["考试场次", "合格分数"], "exported_lines"),
    ],
)
def test_a_list_shows_the_columns_chosen_and_leaves_as_a_file_of_just_them(
    office: Office, of: str, asked: str, headings: list[str], taken: str
) -> None:
    with office.transaction() as session:
        make_certificate(session)
        make_training(session)
    client, narrowed, column = office.client(Role.BUREAU_CLERK), *asked.split("&columns=")

    page = client.get(f"/{of}?{asked}").text
    book = rows_of(client.post(f"/{of}/export.xlsx?{asked}"))

    assert f'value="{column}" checked' in page
    assert page.count(" checked>") == 1
    assert (book[0], len(book[1:])) == (headings, page.count('class="main'))
    assert told(office) == {taken: len(book) - 1}
    view = client.post(f"/views/{of}", data={"asked": asked, "name": "常用"}, follow_redirects=True).text
    assert any(
        f'href="/{of}?{link}"' in view
        for link in (f"columns={column}&amp;{narrowed}", f"{narrowed}&amp;columns={column}")
    )


@pytest.mark.parametrize("of", ListName)
def test_every_column_of_a_list_can_be_shown_and_written(office: Office, of: ListName) -> None:
    with office.transaction() as session:
        make_certificate(session)
        make_training(session)
    every = "&".join(f"columns={column.name}" for column in COLUMNS[of])
    client = office.client(Role.BUREAU_CLERK)

    page = client.get(f"/{of}?{every}").text
    book = rows_of(client.post(f"/{of}/export.xlsx?{every}"))

    assert set(CELLS[of]) == {column.name for column in (*NAMED_BY[of], *COLUMNS[of])}
    assert page.count("<th ") - page.count("data-check-all") == len(book[0])  # boxes to tick are nothing to take along
    assert len({len(row) for row in book}) == 1


def test_a_files_cell_is_never_a_formula(office: Office) -> None:
    with office.transaction() as session:
        make_training(session).title = "=1+1"

    book = rows_of(office.client(Role.BUREAU_CLERK).post("/training/export.xlsx"))

    assert book[1][0] == "=1+1"


def test_a_units_people_take_the_counts_of_their_own_unit(office: Office) -> None:
    with office.transaction() as session:
        own = make_department(session).id
        make_certificate(session)
    theirs = office.client(Role.UNIT_CLERK, own)

    counts = [row[-1] for row in rows_of(theirs.post("/exams/export.xlsx?columns=entered"))[1:]]

    assert set(counts) == {0}
