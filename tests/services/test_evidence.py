"""Bundles of evidence: what is in them, that it holds, that nobody else is in them, and that an altered one is told."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.models.papers import Paper, PaperCopy
from registry.models.people import Person
from registry.models.reviews import ReviewItem
from registry.models.rosters import Roster
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateAct
from registry.rules.conduct import ConductMeasure
from registry.rules.evidence import LeftOut
from registry.rules.exams import ExamOutcome
from registry.rules.papers import PaperKind
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.services import evidence, exams, people, proofs, reviews, training
from registry.services import papers as paper_service
from registry.services.evidence import Checked
from registry.services.evidence.packing import packed
from tests.acting import PAPER, act_upon
from tests.factories import make_department, make_person, make_training
from tests.queries import counted
from tests.services.test_rosters import open_review, text_of

REVIEWED, TODAY = date(2022, 1, 10), date(2022, 3, 1)
COURT, CASE = "平顶山市中级人民法院", "（2022）豫04行终12号案件审理"
QUERIES = 90


@pytest.fixture
def officer(session: Session) -> Person:
    """The first of a locked review's three, suspended afterwards, with a proof on paper and a corrected exam."""
    campaign, _ = open_review(session)
    reviews.accept_proposals(session, SYSTEM, campaign_id=campaign.id, today=REVIEWED)
    reviews.close(session, SYSTEM, campaign_id=campaign.id, today=REVIEWED)
    reviews.lock(session, SYSTEM, campaign_id=campaign.id, today=REVIEWED)
    item = session.scalars(select(ReviewItem).order_by(ReviewItem.id)).first()
    assert item is not None
    act_upon(session, item.certificate, CertificateAct.SUSPEND, date(2022, 2, 1), today=TODAY)
    proof = proofs.issue_proof(
        session, SYSTEM, person_id=item.person_id, day=TODAY, recipient=COURT, purpose=CASE, today=TODAY
    )
    paper_service.take_copy(session, SYSTEM, paper_id=proof.id, reason="")
    return item.person


def take(session: Session, person: Person, actor: Actor = SYSTEM, **values: object) -> dict[str, bytes]:
    made = evidence.bundle(
        session, actor, person_id=person.id, **{"recipient": COURT, "purpose": CASE, "today": TODAY, **values}
    )
    return opened(made.content)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def told(session: Session, files: Mapping[str, bytes]) -> list[str]:
    return [one.in_words() for one in checked(session, files).differences]


def checked(session: Session, files: Mapping[str, bytes]) -> Checked:
    kept = {name: content for name, content in files.items() if name != "SHA256SUMS"}
    return evidence.check(session, SYSTEM, content=packed(kept))


def of_role(role: Role, department_id: int | None = None) -> Actor:
    return Actor(account_id=None, name="谁", role=role, department_id=department_id)


def test_the_hashes_of_all_files_hold_and_stand_on_the_index(session: Session, officer: Person) -> None:
    files = take(session, officer)

    said = text_of(files["index.pdf"])
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: sha256(content).hexdigest() for name, content in files.items() if name != "SHA256SUMS"}
    for name in sums.keys() - {"index.pdf", "about.json"}:
        assert name in said
        assert sums[name] in said
    for words in (
        "证据目录",
        officer.name,
        COURT,
        CASE,
        officer.identity_masked,
        PAPER,
        "郏司证据〔2022〕1号",
        "（盖章）",
    ):
        assert words in said, words


def test_the_papers_of_the_person_are_enclosed_as_they_were_frozen_with_a_copy_in_the_ledger(
    session: Session, officer: Person
) -> None:
    proof = session.scalars(select(Paper).where(Paper.kind == PaperKind.PROOF)).one()

    files = take(session, officer)

    assert sha256(files[f"papers/proof-{proof.id}.pdf"]).hexdigest() == proof.pdf_sha256
    copies = select(PaperCopy.reason).where(PaperCopy.paper_id == proof.id).order_by(PaperCopy.copy_number)
    assert session.scalars(copies).all() == ["", f"证据材料：{CASE}"]


def test_a_sheet_with_the_cards_of_others_is_named_and_stays_in_the_register(session: Session, officer: Person) -> None:
    cards = session.scalars(select(Certificate.id).order_by(Certificate.id)).all()
    own = session.scalar(select(Certificate.id).where(Certificate.person_id == officer.id))
    for ids in (cards, [own]):
        paper_service.issue(
            session,
            SYSTEM,
            kind=PaperKind.CARD_SHEETS,
            title="证卡",
            data={"cards": [], "photos": {}},
            certificate_ids=ids,
            today=TODAY,
        )

    holds = evidence.contents(session, SYSTEM, person_id=officer.id, today=TODAY)

    kept = [one.left_out for one in holds.kept if getattr(one.row, "kind", None) is PaperKind.CARD_SHEETS]
    assert kept == [LeftOut.OTHERS_ON_IT, LeftOut.NOT_PRINTED]


def test_the_same_state_gives_the_same_files(session: Session, officer: Person) -> None:
    first, second = take(session, officer), take(session, officer)

    again = {"index.pdf", "about.json", "SHA256SUMS"}
    assert {name: first[name] for name in first.keys() - again} == {
        name: second[name] for name in second.keys() - again
    }


def test_who_took_it_for_whom_and_what_for_is_in_the_trail(session: Session, officer: Person) -> None:
    take(session, officer)

    entry = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.reason) == (Action.EVIDENCE_TAKE.value, CASE)
    assert (entry.facts["person_id"], entry.facts["recipient"]) == (officer.id, COURT)


def test_nobody_else_is_in_a_bundle(session: Session, officer: Person) -> None:
    others = session.scalars(select(Person).where(Person.id != officer.id)).all()
    make_training(session, officer, *others)
    entries = [training.AttendanceEntry(person_id=one.id) for one in (officer, *others)]
    training.attend(session, SYSTEM, training=make_training(session), entries=entries)

    files = take(session, officer)

    whole = text_of(files["index.pdf"]) + "".join(
        content.decode() for name, content in files.items() if not name.endswith(".pdf")
    )
    for other in others:
        assert other.name not in whole
        assert other.identity_masked not in whole
    assert not any(name.startswith("papers/roster") for name in files)
    assert '""attended""' not in whole
    roster = session.scalars(select(Roster).where(Roster.department_id == officer.department_id)).one()
    assert roster.number in files["data/roster_lines.csv"].decode()


def test_a_correction_stands_beside_the_result_it_takes_the_place_of(session: Session, officer: Person) -> None:
    wrong = next(one for one in people.file_of(session, SYSTEM, officer.id, TODAY).results)
    exams.correct_result(
        session,
        SYSTEM,
        result_id=wrong.id,
        score=wrong.pass_mark + 1,
        outcome=ExamOutcome.SCORED,
        reason="登分有误",
        today=TODAY,
    )

    files = take(session, officer)

    assert f"更正第{wrong.id}号" in files["data/exams.csv"].decode()
    assert f"更正第{wrong.id}号" in text_of(files["index.pdf"])
    assert "登分有误" in files["data/trail.csv"].decode()


def test_somebody_without_anything_gets_a_bundle_that_says_so(session: Session) -> None:
    files = take(session, make_person(session))

    said = text_of(files["index.pdf"])
    assert "登记簿中没有向其核发证件的记载。" in said
    assert "登记簿中没有考试成绩。" in said
    assert told(session, files) == []


def test_an_untouched_bundle_holds(session: Session, officer: Person) -> None:
    found = checked(session, take(session, officer))

    assert (found.holds, found.number) == (True, "郏司证据〔2022〕1号")
    assert found.entries > 0


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        pytest.param(
            "data/exams.csv",
            lambda old: old + b"1",
            ["data/exams.csv is not the file that the kept index lists."],
            id="a file",
        ),
        pytest.param(
            "index.pdf",
            lambda old: old + b"\n",
            ["index.pdf is not the kept paper 郏司证据〔2022〕1号."],
            id="the index",
        ),
        pytest.param("data/posts.csv", lambda old: None, ["data/posts.csv is missing."], id="a file left out"),
    ],
)
def test_what_was_altered_is_told(
    session: Session, officer: Person, name: str, change: object, words: list[str]
) -> None:
    files = take(session, officer)
    content = change(files[name])  # type: ignore[operator]  # a parameter

    altered = {**files, name: content} if content is not None else {k: v for k, v in files.items() if k != name}

    assert told(session, altered) == words


def test_an_entry_that_says_something_else_is_told_by_its_number(session: Session, officer: Person) -> None:
    files = take(session, officer)
    place = session.scalar(select(func.min(TrailEntry.id)).where(TrailEntry.reason == "出借证件"))

    said = told(
        session, {**files, "data/trail.csv": files["data/trail.csv"].replace("出借证件".encode(), "未带证件".encode())}
    )

    assert f"What the bundle says of entry {place} is not what was hashed." in said


def test_a_file_that_was_changed_without_its_sum_is_told_by_the_sums(session: Session, officer: Person) -> None:
    files = take(session, officer)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in {**files, "data/exams.csv": b"", "more.txt": b"?"}.items():
            archive.writestr(name, content)

    said = [one.in_words() for one in evidence.check(session, SYSTEM, content=kept.getvalue()).differences]

    assert "data/exams.csv is not the file that SHA256SUMS lists." in said
    assert "more.txt does not stand in SHA256SUMS." in said
    assert "more.txt does not stand in the kept index." in said


@pytest.mark.parametrize("content", [b"", b"PK nonsense", packed({"a.txt": b""}), packed({"about.json": b"[]"})])
def test_what_is_no_bundle_is_refused(session: Session, content: bytes) -> None:
    with pytest.raises(RuleBroken) as refused:
        evidence.check(session, SYSTEM, content=content)

    assert [one.code for one in refused.value.violations] == ["EVI-3"]


@pytest.mark.parametrize("silent", ["recipient", "purpose"])
def test_no_bundle_is_taken_for_nothing(session: Session, officer: Person, silent: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        take(session, officer, **{silent: " "})

    assert [one.code for one in refused.value.violations] == ["EVI-1"]


def test_conduct_is_for_those_who_may_see_it(session: Session, officer: Person) -> None:
    entry = people.ConductEntry(
        measure=ConductMeasure.WARNING,
        decided_by="郏县监察委员会",
        document_number="郏监〔2021〕9号",
        decided_on=date(2021, 5, 6),
        content="酒后执法",
    )
    people.record_conduct(session, SYSTEM, person_id=officer.id, entry=entry, today=TODAY)

    auditors, units = (
        take(session, officer, of_role(*who)) for who in ((Role.AUDITOR,), (Role.UNIT_HEAD, officer.department_id))
    )

    assert "酒后执法" in auditors["data/conduct.csv"].decode()
    assert "郏监〔2021〕9号" in text_of(auditors["index.pdf"])
    assert "data/conduct.csv" not in units
    assert "郏监〔2021〕9号" not in text_of(units["index.pdf"]) + units["data/trail.csv"].decode()
    assert "奖惩记录依权限不在本证据包内。" in text_of(units["index.pdf"])


def test_a_units_people_take_evidence_of_their_own_alone(session: Session, officer: Person) -> None:
    with pytest.raises(Denied):
        take(session, officer, of_role(Role.UNIT_CLERK, make_department(session).id))
    with pytest.raises(Denied):
        take(session, officer, of_role(Role.ADMINISTRATOR))


def test_one_review_may_be_asked_for_alone(session: Session, officer: Person) -> None:
    item = session.scalars(select(ReviewItem).where(ReviewItem.person_id == officer.id)).one()

    of_it = evidence.contents(session, SYSTEM, person_id=officer.id, campaign_id=item.campaign_id, today=TODAY)
    of_none = evidence.contents(session, SYSTEM, person_id=make_person(session).id, today=TODAY)

    lines = {table.file: len(table.rows) for table in of_it.tables}
    assert (lines["reviews"], lines["roster_lines"]) == (1, 1)
    assert [table.rows for table in of_none.tables if table.file == "reviews"] == [[]]


def test_a_longer_career_asks_no_more_of_the_database(session: Session, officer: Person) -> None:
    with counted(session.connection()) as before:
        evidence.contents(session, SYSTEM, person_id=officer.id, today=TODAY)
    for month in range(1, 12):
        make_training(session, officer, held_on=date(2021, month, 3))
    with counted(session.connection()) as after:
        evidence.contents(session, SYSTEM, person_id=officer.id, today=TODAY)

    assert len(after) <= len(before) + 1
    assert len(after) <= QUERIES
