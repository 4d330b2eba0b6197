"""Papers for a court and for who is refused: numbered, kept, Chinese, read back from the PDF."""

import pypdfium2
import pytest
from sqlalchemy import select

from registry import clock
from registry.models.papers import Paper, PaperCopy
from registry.rules.certificates import CertificateKind
from registry.rules.papers import PaperKind
from registry.rules.people import Establishment
from registry.rules.permissions import SYSTEM, Role
from registry.services import certificates, papers
from tests.acting import CITY
from tests.factories import make_person, make_result, make_sitting
from tests.web.conftest import Office
from tests.web.test_past import DOCUMENT, expired_while_suspended, suspended

FOR = {"recipient": "郏县人民法院", "purpose": "（2026）豫0425行初1号案件审理"}


def read(content: bytes) -> str:
    """The text of a paper without the spaces and breaks of the layout."""
    with pypdfium2.PdfDocument(content) as document:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def proof(office: Office, person: int, day: str) -> bytes:
    answer = office.client(Role.BUREAU_CLERK).post(f"/people/{person}/proof", data=FOR | {"day": day})
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return answer.data


def refused(office: Office) -> int:
    with office.transaction() as session:
        person = make_person(session, establishment=Establishment.CONTRACT_WORKER)
        make_result(session, person, make_sitting(session), 59)
        outcome = certificates.issue(
            session, SYSTEM, person_id=person.id, kind=CertificateKind.ENFORCEMENT, today=clock.today()
        )
        assert outcome.refusal is not None
        return outcome.refusal.id


@pytest.mark.parametrize(
    ("day", "words", "absent"),
    [
        pytest.param("2021-12-01", ["持有有效的行政执法证。", "郏县工商局", "85分"], DOCUMENT, id="valid"),
        pytest.param(
            "2022-03-14",
            ["未持有有效的", "不计为持证", DOCUMENT, "2022年3月1日起至2022年3月31日"],
            "持有有效的行政执法证。",
            id="suspended",
        ),
        pytest.param("2021-05-31", ["未持有有效的", "没有向其核发证件的记载"], "16042", id="nothing yet"),
    ],
)
def test_a_proof_says_what_was_held_on_the_day(office: Office, day: str, words: list[str], absent: str) -> None:
    _, person, _ = suspended(office)

    said = read(proof(office, person, day))

    assert all(
        word in said for word in [*words, "郏县人民法院：", "持证情况证明", "郏司证明〔", "存证链：", "（盖章）"]
    )
    assert absent not in said.replace("未持有有效的", "")
    assert "4104**********" in said


@pytest.mark.parametrize(("day", "rests"), [("2026-05-31", True), ("2026-06-15", False)])
def test_a_proof_names_the_act_of_the_status_alone_and_the_name_on_the_card(
    office: Office, day: str, rests: bool
) -> None:
    _, person = expired_while_suspended(office)

    said = read(proof(office, person, day))

    assert (DOCUMENT in said, CITY in said, "状态依据" in said) == (rests, rests, rests)
    assert ("过期" in said) is not rests
    assert ("证载姓名王甲" in said, "王乙" in said) == (True, True)


def test_a_proof_is_kept_with_its_certificates_and_its_copy(office: Office) -> None:
    _, person, _ = suspended(office)

    content = proof(office, person, "2021-12-01")

    with office.transaction() as session:
        paper, copy = session.scalars(select(Paper)).one(), session.scalars(select(PaperCopy)).one()
        assert (paper.kind, paper.person_id, copy.reason) == (PaperKind.PROOF, person, FOR["purpose"])
        number, paper_id = paper.number, paper.id
    page = office.client(Role.AUDITOR).get(f"/papers/{paper_id}").text
    assert number in page
    assert number in read(content)


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param({"day": "2999-01-01"}, "has not come yet", id="a day to come"),
        pytest.param({"recipient": " "}, "Say for whom the proof is.", id="for nobody"),
        pytest.param({"purpose": ""}, "Say what the proof is for.", id="for nothing"),
        pytest.param({"day": "soon"}, "Not a valid date", id="no day"),
    ],
)
def test_a_proof_of_nothing_is_refused(office: Office, changed: dict[str, str], words: str) -> None:
    _, person, _ = suspended(office)

    answer = office.client(Role.BUREAU_CLERK).post(
        f"/people/{person}/proof", data=FOR | {"day": "2021-12-01"} | changed
    )

    assert (answer.status_code, words in answer.text) == (422, True)


def test_a_notice_says_what_was_met_and_which_policy_was_asked(office: Office) -> None:
    number = refused(office)
    client = office.client(Role.BUREAU_CLERK)

    client.post(f"/certificates/refusals/{number}/notice")

    with office.transaction() as session:
        paper = session.scalars(select(Paper)).one()
        policy, met = paper.data["policy"], paper.data["met"]
        said = read(papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="存档").content)
    assert f"依据本机关自2023年9月1日起施行的核发规则参数（第{policy}号）审查" in said
    assert met
    assert f"其余{len(met)}项条件已经符合：{'；'.join(met)}。" in said


def test_units_and_auditors_issue_no_proof(office: Office) -> None:
    _, person, unit = suspended(office)

    for client in (office.client(Role.UNIT_HEAD, unit), office.client(Role.AUDITOR)):
        assert client.get(f"/people/{person}/proof").status_code == 403
        assert "/proof" not in client.get(f"/people/{person}?as_of=2021-12-01").text


def test_the_notice_of_a_refusal_is_a_paper_in_chinese(office: Office) -> None:
    number, client = refused(office), office.client(Role.BUREAU_CLERK)

    answer = client.post(f"/certificates/refusals/{number}/notice")

    said = read(answer.data)
    for words in (
        "不予核发行政执法证告知书",
        "郏司不予〔",
        "下列3项条件",
        "59分",
        "第二十条",
        "收件人（签名）",
        "（盖章）",
    ):
        assert words in said, words
    assert "Passed" not in said
    page = client.get(f"/certificates/refusals/{number}").text
    assert ("郏司不予〔" in page, "Print the notice" in page) == (True, False)


def test_the_second_copy_of_a_notice_is_taken_from_its_paper(office: Office) -> None:
    number, client = refused(office), office.client(Role.BUREAU_CLERK)
    first = client.post(f"/certificates/refusals/{number}/notice")

    again = client.post(f"/certificates/refusals/{number}/notice")
    copy = client.post(f"{again.location}/copies", data={"reason": "存档"})

    assert (again.status_code, copy.data) == (303, first.data)
    assert office.client(Role.AUDITOR).post(f"/certificates/refusals/{number}/notice").status_code == 403
