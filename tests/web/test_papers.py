"""Papers in the browser: cards of one and of many, the ledger of copies, and nothing that a GET could print."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from registry import clock
from registry.models.certificates import Certificate
from registry.models.exams import ExamSitting
from registry.models.papers import Paper, PaperCopy
from registry.rules.certificates import CertificateStatus
from registry.rules.jobs import JobStatus
from registry.rules.permissions import SYSTEM, Role
from registry.services import people
from registry.vault import vault_of
from tests.factories import make_certificate, make_department, make_qualified_person
from tests.pictures import picture
from tests.test_jobs import finished, working
from tests.web.conftest import Office
from tests.web.test_reviews import words

CLERK = Role.BUREAU_CLERK
UNTIL = clock.today() + timedelta(days=900)


@pytest.fixture
def cards(office: Office) -> list[Certificate]:
    """Three certificates of one unit; the last holder has no photo."""
    with office.transaction() as session:
        unit = make_department(session)
        made = [make_certificate(session, make_qualified_person(session, unit), valid_until=UNTIL) for _ in range(3)]
        for card in made[:2]:
            people.set_photo(session, SYSTEM, person_id=card.person_id, content=picture())
        return made


def ids(cards: list[Certificate]) -> list[int]:
    return [card.id for card in cards]


def kept(office: Office) -> list[Paper]:
    with office.transaction() as session:
        return list(session.scalars(select(Paper).order_by(Paper.id)))


def test_a_card_is_printed_at_once_and_a_further_copy_says_what_for(office: Office, cards: list[Certificate]) -> None:
    clerk, address = office.client(CLERK), f"/papers/certificates/{cards[0].id}/card"
    assert "Nothing of this certificate has been printed yet." in words(clerk.get(f"/certificates/{cards[0].id}"))
    first = clerk.post(address)
    assert (first.status_code, first.mimetype, first.data[:4]) == (200, "application/pdf", b"%PDF")
    page = clerk.post(address, follow_redirects=True)
    [paper] = kept(office)
    for text in (
        paper.number,
        "It was printed before",
        paper.data_sha256,
        "data and hash agree",
        "file and hash agree",
    ):
        assert text in words(page)
    refused = clerk.post(f"/papers/{paper.id}/copies", data={"reason": " "})
    assert (refused.status_code, "Say what copy 2 is for." in words(refused)) == (422, True)
    assert clerk.post(f"/papers/{paper.id}/copies", data={"reason": "存档"}).data == first.data
    with office.transaction() as session:
        assert session.scalars(select(PaperCopy.reason).order_by(PaperCopy.copy_number)).all() == ["", "存档"]
    assert paper.number in words(clerk.get(f"/certificates/{cards[0].id}"))


@pytest.mark.parametrize("status", sorted(set(CertificateStatus)))
def test_a_page_offers_to_print_what_the_rule_lets_be_printed(
    office: Office, cards: list[Certificate], status: CertificateStatus
) -> None:
    with office.transaction() as session:
        session.execute(update(Certificate).where(Certificate.id == cards[0].id).values(status=status))
    clerk, address = office.client(CLERK), f"/papers/certificates/{cards[0].id}/card"
    offered = address in clerk.get(f"/certificates/{cards[0].id}").text
    printed = clerk.post(address)
    assert offered is (printed.mimetype == "application/pdf") is (status is CertificateStatus.ACTIVE)
    if not offered:
        page = words(clerk.get(printed.location))
        assert "no new card or page of it is printed" in page
        assert "It is not in force" in page


def test_a_get_prints_nothing(office: Office, cards: list[Certificate]) -> None:
    clerk = office.client(CLERK)
    assert clerk.get(f"/papers/certificates/{cards[0].id}/card").status_code == 405
    chosen = "&".join(f"certificate={one}" for one in ids(cards))
    assert "Print 2 cards" in words(clerk.get(f"/papers/cards?{chosen}&step=do"))
    assert kept(office) == []


def test_many_are_looked_at_printed_by_the_worker_and_found_on_their_page(
    office: Office, cards: list[Certificate]
) -> None:
    clerk, asked = office.client(CLERK), {"certificate": ids(cards), "layout": "sheet"}
    shown = words(clerk.post("/papers/cards", data=asked))
    for text in ("3 certificates are chosen", "left out: no photo", "Print 2 cards"):
        assert text in shown
    assert "Print 3 cards" in words(clerk.post("/papers/cards", data=asked | {"with_empty_frames": "y"}))
    page = clerk.post("/papers/cards", data=asked | {"step": "do"}, follow_redirects=True)
    [paper] = kept(office)
    assert f"2 cards are being printed as {paper.number}." in words(page)
    with working(office.app):
        assert finished(office.app, paper.job_id or 0).status is JobStatus.DONE
    done = words(clerk.get(f"/jobs/{paper.job_id}"))
    assert f"/papers/{paper.id}" in clerk.get(f"/jobs/{paper.job_id}").text
    assert "Cards on the paper" in done
    assert "left out: printed before" in words(clerk.post("/papers/cards", data=asked))


def test_a_second_card_says_why_and_a_batch_of_nothing_is_refused(office: Office, cards: list[Certificate]) -> None:
    clerk, asked = office.client(CLERK), {"certificate": ids(cards[:1]), "layout": "single", "step": "do"}
    assert clerk.post("/papers/cards", data=asked).status_code == 303
    nothing = clerk.post("/papers/cards", data=asked)
    assert (nothing.status_code, "None of these certificates goes on paper" in words(nothing)) == (422, True)
    silent = clerk.post("/papers/cards", data=asked | {"again": "y"})
    assert (silent.status_code, "Say why cards are printed again." in words(silent)) == (422, True)
    assert clerk.post("/papers/cards", data=asked | {"again": "y", "reason": "损坏"}).status_code == 303


def test_a_card_that_stands_on_sheets_is_printed_alone_for_a_reason(office: Office, cards: list[Certificate]) -> None:
    clerk, chosen = office.client(CLERK), {"certificate": ids(cards[:1]), "layout": "single", "step": "do"}
    clerk.post("/papers/cards", data=chosen | {"layout": "sheet"})
    [sheets] = kept(office)
    page = words(clerk.post(f"/papers/certificates/{cards[0].id}/card", follow_redirects=True))
    assert f"The card was printed as {sheets.number}; say why" in page
    assert "Why cards are printed again" in page
    clerk.post("/papers/cards", data=chosen | {"again": "y", "reason": "损坏"})
    again = words(clerk.get(f"/papers/{kept(office)[-1].id}"))
    assert ("In place of paper" in again, sheets.number in again) == (True, True)


def test_a_whole_list_and_a_sitting_s_day_are_printed(office: Office, cards: list[Certificate]) -> None:
    clerk, day = office.client(CLERK), cards[0].issued_on
    asked = {"everybody": "yes", "asked": f"q={cards[0].number}"}
    assert "1 certificate is chosen" in words(clerk.post("/papers/cards", data=asked))
    with office.transaction() as session:
        sitting = session.scalars(select(ExamSitting.id).order_by(ExamSitting.id)).first()
    page = clerk.get(f"/certificates/issued/{sitting}/enforcement?day={day}")
    link = f"/papers/cards?sitting={sitting}&kind=enforcement&day={day}"
    assert link.replace("&", "&amp;") in page.text
    assert "1 certificate is chosen" in words(clerk.get(link))


@pytest.mark.nodb
@pytest.mark.parametrize("query", ["", "certificate=x", "applications=approved", "sitting=9999999&kind=enforcement"])
def test_nothing_chosen_is_told(office: Office, query: str) -> None:
    page = office.client(CLERK).get(f"/papers/cards?{query}", follow_redirects=True)
    assert "Tick at least one certificate first." in words(page)


def test_the_list_is_narrowed_by_its_address(office: Office, cards: list[Certificate]) -> None:
    clerk = office.client(CLERK)
    assert "Nothing has been printed yet" in words(clerk.get("/papers"))
    clerk.post(f"/papers/certificates/{cards[0].id}/card")
    [paper] = kept(office)
    unit = paper.department_id
    for query in ("", "?kind=card", f"?department={unit}", f"?kind=card&department={unit}", "?q=证卡〔"):
        assert paper.number in words(clerk.get(f"/papers{query}"))
    for query in ("?kind=proof", "?q=没有"):
        assert "No paper matches" in words(clerk.get(f"/papers{query}"))


def test_a_unit_s_people_read_their_papers_and_take_none(office: Office, cards: list[Certificate]) -> None:
    office.client(CLERK).post(f"/papers/certificates/{cards[0].id}/certificate")
    [paper] = kept(office)
    with office.transaction() as session:
        other = make_department(session).id
    own = office.client(Role.UNIT_CLERK, cards[0].department_id)
    page = words(own.get(f"/papers/{paper.id}"))
    assert (paper.number in page, "Take the PDF" in page) == (True, False)
    assert own.post(f"/papers/{paper.id}/copies").status_code == 403
    assert own.post(f"/papers/certificates/{cards[0].id}/card").status_code == 403
    foreign = office.client(Role.UNIT_HEAD, other)
    assert foreign.get(f"/papers/{paper.id}").status_code == 403
    assert paper.number not in words(foreign.get("/papers"))


def test_bytes_that_somebody_exchanged_are_told_and_never_handed_out(office: Office, cards: list[Certificate]) -> None:
    clerk = office.client(CLERK)
    clerk.post(f"/papers/certificates/{cards[0].id}/card")
    with office.transaction() as session:
        _exchange(session, b"somebody wrote here, much longer than a nonce")
    [paper] = kept(office)
    page = words(clerk.get(f"/papers/{paper.id}"))
    assert ("What is kept no longer agrees" in page, "file and hash differ" in page) == (True, True)
    refused = clerk.post(f"/papers/{paper.id}/copies", data={"reason": "存档"})
    assert (refused.status_code, "no copy of them is handed out" in words(refused)) == (422, True)


def test_other_sealed_bytes_are_told_as_well(office: Office, cards: list[Certificate]) -> None:
    clerk = office.client(CLERK)
    clerk.post(f"/papers/certificates/{cards[0].id}/card")
    with office.transaction() as session:
        _exchange(session, vault_of(session).seal_bytes(b"%PDF of somebody who has the key"))
    [paper] = kept(office)
    assert clerk.post(f"/papers/{paper.id}/copies", data={"reason": "存档"}).status_code == 422


def _exchange(session: Session, sealed: bytes) -> None:
    """What somebody with the database's own tools could do: take the trigger away and write over the bytes."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(sql(f"DROP TRIGGER tr_papers_stay_as_printed{'' if on_sqlite else ' ON papers'}"))
    session.execute(update(Paper).values(pdf_sealed=sealed))


def test_a_name_that_no_font_can_print_is_told_and_no_number_is_lost(office: Office, cards: list[Certificate]) -> None:
    clerk = office.client(CLERK)
    with office.transaction() as session:
        rare = make_qualified_person(session, name="李\U000323aa")
        card_id = make_certificate(session, rare, valid_until=UNTIL).id
    refused = clerk.post(f"/papers/certificates/{card_id}/card")
    assert (refused.status_code, "李\U000323aa: no font has the character" in words(refused)) == (422, True)
    clerk.post(f"/papers/certificates/{cards[1].id}/card")
    assert [paper.number[-3:] for paper in kept(office)] == ["〕1号"]
