"""Papers: what was frozen is what is printed, once and for ever, whoever is renamed meanwhile."""

import signal
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from sqlalchemy import inspect, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from registry.db import transaction
from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.jobs import Job
from registry.models.papers import Paper, PaperCertificate, PaperCopy
from registry.models.people import Person
from registry.rules import Denied, RuleBroken
from registry.rules.applications import ApplicationStatus
from registry.rules.card_codes import CheckReason
from registry.rules.certificates import CertificateStatus
from registry.rules.jobs import JobKind, JobStatus
from registry.rules.papers import LONGEST_WAIT, PaperKind
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import departments, papers, people, signing
from registry.services.papers import CardChoice, CardLayout, PaperFilter, Place
from registry.services.papers.forms import FORMS
from registry.services.papers.issuing import hash_of
from registry.services.papers.printing import photos_on
from tests.factories import make_certificate, make_department, make_qualified_person
from tests.pictures import picture
from tests.queries import counted
from tests.test_jobs import finished, until, worker_process, working

TODAY = date(2026, 11, 30)
URL = "https://zfjd.jiaxian.example.gov.cn"
LINE = {
    "number": "16042500001",
    "name": "张三",
    "sex": "男",
    "unit": "郏县市场监督管理局",
    "field": "市场监管",
    "area": "郏县",
    "post": "执法员",
    "kind": "enforcement",
    "issued_on": "2026-11-01",
    "valid_from": "2026-11-01",
    "valid_until": "2031-10-31",
    "predecessor": "",
    "qr_text": "http://registry.example/check",
    "photo": "",
}


def issued(session: Session, **line: str) -> Paper:
    data = {"cards": [LINE | line], "photos": {}}
    return papers.issue(session, SYSTEM, kind=PaperKind.CERTIFICATE, title="行政执法证", data=data, today=TODAY)


def test_each_kind_counts_its_papers_of_a_year(session: Session) -> None:
    first, second = issued(session), issued(session)
    assert [first.number, second.number] == ["郏司证件〔2026〕1号", "郏司证件〔2026〕2号"]
    assert first.data["head"]["number"] == first.number
    assert hash_of(first.data) == first.data_sha256 != second.data_sha256


def test_a_further_copy_is_the_same_bytes_and_a_new_line_in_the_ledger(session: Session) -> None:
    paper = issued(session)
    first = papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="")
    session.expire_all()
    assert papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="存档").content == first.content
    lines = session.scalars(select(PaperCopy).where(PaperCopy.paper_id == paper.id).order_by(PaperCopy.copy_number))
    assert [(line.copy_number, line.reason, line.sha256) for line in lines] == [
        (1, "", paper.pdf_sha256),
        (2, "存档", paper.pdf_sha256),
    ]


def test_a_second_copy_says_what_it_is_for(session: Session) -> None:
    paper = issued(session)
    papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="")
    with pytest.raises(RuleBroken, match="PAP-1"):
        papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="  ")


def test_a_name_that_no_font_can_print_stops_with_the_name(session: Session) -> None:
    paper = issued(session, name="李\U000323aa")
    with pytest.raises(RuleBroken, match="PAP-2: 李\U000323aa: no font has the character"):
        papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="")


def make_card(session: Session, unit: Department | None = None, **values: object) -> Certificate:
    """A certificate in force on the day of these tests; its holder has a photo."""
    person = make_qualified_person(session, unit or make_department(session))
    card = make_certificate(session, person, issued_on=date(2026, 6, 1), valid_until=date(2031, 5, 31), **values)  # type: ignore[arg-type]
    people.set_photo(session, SYSTEM, person_id=person.id, content=picture(color=(person.id % 256, 90, 90)))
    return card


def single(session: Session, card: Certificate, kind: PaperKind = PaperKind.CERTIFICATE) -> Paper:
    return papers.single(session, SYSTEM, certificate_id=card.id, kind=kind, public_url=URL, today=TODAY)


def batch(session: Session, cards: list[Certificate], choice: CardChoice = CardChoice()) -> Paper:
    ids = [card.id for card in cards]
    return papers.print_cards(session, SYSTEM, certificate_ids=ids, choice=choice, public_url=URL, today=TODAY)


def places(session: Session, cards: list[Certificate], **chosen: object) -> dict[int, Place]:
    choice, ids = CardChoice(**chosen), [card.id for card in cards]  # type: ignore[arg-type]
    planned = papers.plan(session, SYSTEM, certificate_ids=ids, choice=choice, today=TODAY)
    return {one.subject.certificate_id: one.place for one in planned}


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = ["".join(document[place].get_textpage().get_text_range().split()) for place in range(len(document))]
    document.close()
    return "".join(pages)


def test_the_paper_says_what_stood_on_the_day_of_issue_whoever_is_renamed_since(session: Session) -> None:
    card = make_card(session)
    unit, name = card.department.name, card.holder_name
    renamed = {"name": "郏县新名局", "from_on": TODAY, "document_number": "1号", "reason": "机构改革"}
    departments.rename(session, SYSTEM, department_id=card.department_id, today=TODAY, **renamed)  # type: ignore[arg-type]
    paper = single(session, card)
    content = papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="").content
    for words in (name, unit, card.number, "执法员", "市场监管", "2026年06月01日—2031年05月31日"):
        assert words in text_of(content)
    assert "郏县新名局" not in text_of(content)


def test_the_longest_that_the_register_takes_is_printed_and_its_code_read_from_paper(session: Session) -> None:
    signing.establish(session)
    person = make_qualified_person(session, make_department(session, name="郏" * 100), name="王" * 50)
    card = make_certificate(session, person, valid_until=date(2031, 5, 31), number="1" * 40)
    content = papers.take_copy(session, SYSTEM, paper_id=single(session, card, PaperKind.CARD).id, reason="").content

    front = pypdfium2.PdfDocument(content)[0].render(scale=300 / 72).to_pil().convert("RGB")
    [code] = zxingcpp.read_barcodes(front, formats=zxingcpp.BarcodeFormat.QRCode)

    checked = signing.check(signing.public_keys(session), code.text, TODAY)
    assert checked.reason is CheckReason.GENUINE_AND_VALID
    assert checked.facts is not None
    assert (checked.facts.unit, checked.facts.name, checked.facts.number) == ("郏" * 100, "王" * 50, "1" * 40)
    for words in ("郏" * 100, "王" * 50, "1" * 40):
        assert words in text_of(content)


def test_neither_a_new_name_nor_a_new_photo_changes_what_was_issued(session: Session) -> None:
    card = make_card(session)
    paper = single(session, card, PaperKind.CARD)
    frozen, photo = dict(paper.data), photos_on(session, paper.data)
    session.execute(update(Person).where(Person.id == card.person_id).values(name="改名"))
    people.set_photo(session, SYSTEM, person_id=card.person_id, content=picture(color="blue"))
    session.expire_all()
    assert single(session, card, PaperKind.CARD).id == paper.id
    assert papers.get(session, SYSTEM, paper_id=paper.id).data == frozen
    assert photos_on(session, paper.data) == photo
    assert (
        FORMS[paper.kind].draw(frozen, photo, lambda _done: None)
        == papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="").content
    )


def test_the_database_keeps_what_was_issued(session: Session) -> None:
    paper = single(session, make_card(session))
    with pytest.raises(DatabaseError, match="a paper stays as it was issued"), session.begin_nested():
        session.execute(update(Paper).where(Paper.id == paper.id).values(title="别的"))


@pytest.mark.parametrize(
    "changed",
    [
        {"pdf_sealed": b"other bytes under the same hash"},
        {"pdf_sha256": "0" * 64},
        {"template_version": "other"},
        {"printed_at": None, "pdf_sealed": None, "pdf_sha256": None, "template_version": None},
    ],
)
def test_the_database_keeps_what_was_printed(session: Session, changed: dict[str, object]) -> None:
    paper = issued(session)
    papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="")
    with pytest.raises(DatabaseError, match="a paper stays as it was printed"), session.begin_nested():
        session.execute(update(Paper).where(Paper.id == paper.id).values(changed))


def test_lists_of_papers_read_past_no_bytes(session: Session) -> None:
    """SQLite reads through whatever stands before a column: of a long paper many megabytes."""
    assert [column["name"] for column in inspect(session.connection()).get_columns("papers")][-2:] == [
        "data",
        "pdf_sealed",
    ]


def test_a_card_without_a_photo_gives_way_to_one_with_it_that_names_it(session: Session) -> None:
    card = make_certificate(session, valid_until=date(2031, 5, 31))
    first = single(session, card, PaperKind.CARD)
    assert single(session, card, PaperKind.CARD).id == first.id
    people.set_photo(session, SYSTEM, person_id=card.person_id, content=picture())
    second = single(session, card, PaperKind.CARD)
    assert (second.id != first.id, second.data["predecessor"]) == (True, first.number)


def test_a_certificate_in_place_of_another_names_its_number_on_a4(session: Session) -> None:
    old = make_certificate(session, status=CertificateStatus.REPLACED)
    new = make_certificate(session, predecessor_id=old.id, valid_until=date(2031, 5, 31))
    paper = single(session, new)
    content = papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="").content
    assert paper.data["cards"][0]["predecessor"] == old.number
    assert f"原证号{old.number}" in text_of(content)


def test_nothing_new_is_printed_of_a_certificate_that_is_not_in_force(session: Session) -> None:
    card = make_card(session)
    paper = single(session, card)
    card.status = CertificateStatus.REVOKED
    session.flush()
    assert single(session, card).id == paper.id
    with pytest.raises(RuleBroken, match="PAP-5"):
        single(session, card, PaperKind.CARD)


def test_a_batch_says_what_becomes_of_each_before_it_is_printed(session: Session) -> None:
    fit, bare, printed, gone = (make_card(session) for _ in range(4))
    people.remove_photo(session, SYSTEM, person_id=bare.person_id, reason="不清晰")
    gone.status = CertificateStatus.CANCELLED
    papers.take_copy(session, SYSTEM, paper_id=single(session, printed, PaperKind.CARD).id, reason="")
    every = [fit, bare, printed, gone]
    left_out = [Place.PRINTED, Place.NO_PHOTO, Place.PRINTED_BEFORE, Place.NOT_IN_FORCE]
    taken_in = [Place.PRINTED, Place.EMPTY_FRAME, Place.AGAIN, Place.NOT_IN_FORCE]
    assert [places(session, every)[card.id] for card in every] == left_out
    chosen = places(session, every, with_empty_frames=True, again=True)
    assert [chosen[card.id] for card in every] == taken_in


def test_one_name_without_a_font_does_not_stop_the_others(session: Session) -> None:
    rare = make_qualified_person(session, name="李\U000323aa")
    cards = [make_card(session), make_certificate(session, rare, valid_until=date(2031, 5, 31))]
    assert places(session, cards, with_empty_frames=True)[cards[1].id] is Place.UNPRINTABLE
    assert batch(session, cards, CardChoice(with_empty_frames=True)).line_count == 1


def test_what_could_not_be_printed_does_not_count_as_printed(session: Session) -> None:
    card = make_card(session)
    paper = batch(session, [card])
    assert places(session, [card]) == {card.id: Place.PRINTED_BEFORE}
    session.get_one(Job, paper.job_id).status = JobStatus.FAILED
    assert places(session, [card]) == {card.id: Place.PRINTED}


def test_a_batch_goes_by_unit_and_number_and_belongs_to_its_unit_if_that_is_one(session: Session) -> None:
    units = [make_department(session) for _ in range(2)]
    late, early, own = (make_card(session, unit) for unit in (units[1], units[0], units[0]))
    mixed, alone = batch(session, [late, own, early]), batch(session, [own], CardChoice(again=True, reason="损坏"))
    order = select(PaperCertificate.certificate_id).order_by(PaperCertificate.position)
    assert session.scalars(order.where(PaperCertificate.paper_id == mixed.id)).all() == [early.id, own.id, late.id]
    assert (mixed.department_id, alone.department_id) == (None, units[0].id)
    assert alone.data["head"]["reason"] == "损坏"


def test_a_batch_of_nothing_and_a_second_card_without_a_reason_are_refused(session: Session) -> None:
    card = make_card(session)
    batch(session, [card], CardChoice(layout=CardLayout.SINGLE))
    with pytest.raises(RuleBroken, match="PAP-4"):
        batch(session, [card])
    with pytest.raises(RuleBroken, match="PAP-1"):
        batch(session, [card], CardChoice(again=True))


def test_a_card_on_sheets_is_not_printed_alone_without_a_reason(session: Session) -> None:
    card = make_card(session)
    sheets = batch(session, [card])
    with pytest.raises(RuleBroken, match=f"PAP-1: The card was printed as {sheets.number}"):
        single(session, card, PaperKind.CARD)
    assert single(session, card).kind is PaperKind.CERTIFICATE


def test_cards_printed_again_name_the_paper_they_come_instead_of(session: Session) -> None:
    old, new = make_card(session), make_card(session)
    first = batch(session, [old])
    second = batch(session, [old, new], CardChoice(again=True, reason="损坏"))
    assert (first.data["instead_of"], second.data["instead_of"]) == ({}, {old.number: first.number})


def test_a_long_paper_waits_for_the_worker(session: Session) -> None:
    paper = batch(session, [make_card(session) for _ in range(2)])
    with pytest.raises(RuleBroken, match="PAP-3"):
        papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="", longest_wait=1)
    assert paper.line_count <= LONGEST_WAIT
    assert papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="").content.startswith(b"%PDF")


def test_a_unit_s_people_see_the_papers_of_their_own_unit_alone(session: Session) -> None:
    own, other = make_card(session), make_card(session)
    theirs, foreign, mixed = single(session, own), single(session, other), batch(session, [own, other])
    head = Actor(account_id=None, name="", role=Role.UNIT_HEAD, department_id=own.department_id)
    rows, _ = papers.search(session, head, chosen=PaperFilter())
    assert [row.paper.id for row in rows] == [theirs.id]
    assert [row.paper.id for row in papers.of_certificate(session, head, certificate_id=own.id)] == [theirs.id]
    assert papers.get(session, head, paper_id=theirs.id).is_intact
    for paper in (foreign, mixed):
        with pytest.raises(Denied):
            papers.get(session, head, paper_id=paper.id)
    with pytest.raises(Denied):
        papers.take_copy(session, head, paper_id=theirs.id, reason="")


def test_printing_a_card_is_the_making_of_it_on_the_road(session: Session) -> None:
    cards = [make_card(session) for _ in range(2)]
    road = [
        Application(
            kind=card.kind,
            person_id=card.person_id,
            department_id=card.department_id,
            status=ApplicationStatus.APPROVED,
            certificate_id=card.id,
            entered_on=card.issued_on,
        )
        for card in cards
    ]
    session.add_all(road)
    session.flush()
    assert papers.approved(session, SYSTEM) == [card.id for card in cards]
    page = single(session, cards[0])
    papers.take_copy(session, SYSTEM, paper_id=page.id, reason="")
    assert road[0].status is ApplicationStatus.APPROVED
    paper = batch(session, cards)
    papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="")
    assert {one.status for one in road} == {ApplicationStatus.MADE}


def test_a_batch_takes_as_many_queries_for_many_as_for_few(session: Session) -> None:
    few, many = [make_card(session) for _ in range(2)], [make_card(session) for _ in range(12)]
    asked = []
    for cards in (few, many):
        session.expire_all()
        ids = [card.id for card in cards]
        with counted(session.connection()) as queries:
            papers.print_cards(session, SYSTEM, certificate_ids=ids, choice=CardChoice(), public_url=URL, today=TODAY)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_a_worker_killed_in_the_middle_goes_on_and_ends_with_the_same_bytes(app: Flask) -> None:
    sessions = app.extensions["sessions"]
    with transaction(sessions) as session:
        paper = batch(session, [make_card(session) for _ in range(3)])
        job_id, expected = (
            paper.job_id or 0,
            FORMS[paper.kind].draw(paper.data, photos_on(session, paper.data), lambda _done: None),
        )
    with worker_process(app) as process:
        until(app, job_id, JobStatus.RUNNING)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with sessions.reading() as session:
        assert session.get_one(Paper, paper.id).pdf_sha256 is None
    with working(app):
        assert finished(app, job_id).result == {"cards": 3}
    with transaction(sessions) as session:
        assert session.scalars(select(Job.kind)).all() == [JobKind.PRINT_CARDS]
        taken = papers.take_copy(session, SYSTEM, paper_id=paper.id, reason="")
        assert taken.content == expected
        assert papers.get(session, SYSTEM, paper_id=paper.id).bytes_hold
