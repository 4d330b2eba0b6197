"""Evidence as pages: what will be enclosed, the ZIP for a reason, a ZIP checked, bundles about many by the worker."""

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry import clock
from registry.models.accounts import Account
from registry.models.evidence import EvidenceBatch, EvidenceBundle
from registry.models.jobs import Job
from registry.models.papers import Paper
from registry.models.people import Person
from registry.rules.evidence import KEPT_DAYS
from registry.rules.jobs import JobKind
from registry.rules.papers import PaperKind
from registry.rules.permissions import SYSTEM, Role
from registry.services import evidence
from registry.services.evidence.packing import packed
from tests.factories import make_certificate, make_department, make_person
from tests.web.conftest import Office

SAID = {"recipient": "郏县人民法院", "purpose": "（2026）豫0425行初1号案件审理"}


@pytest.fixture
def holder(office: Office) -> tuple[int, int]:
    """The ids of somebody with a certificate and of the unit."""
    with office.transaction() as session:
        card = make_certificate(session)
        return card.person_id, card.department_id


def sent(content: bytes, name: str = "bundle.zip") -> dict[str, object]:
    return {"data": {"file": (io.BytesIO(content), name)}, "content_type": "multipart/form-data"}


def worked(office: Office) -> dict[str, object]:
    with office.transaction() as session:
        job = session.scalars(select(Job).where(Job.kind == JobKind.BUNDLE_EVIDENCE)).one()
        arguments = dict(job.arguments)
    return evidence.work(office.app.extensions["sessions"], lambda done, total, phase=None: None, **arguments)


def test_the_page_shows_what_will_be_enclosed_and_gives_the_zip_for_a_reason(
    office: Office, holder: tuple[int, int]
) -> None:
    person, _ = holder
    auditor, address = office.client(Role.AUDITOR), f"/people/{person}/evidence"

    page, taken = auditor.get(address), auditor.post(address, data=SAID)

    assert "data/certificates.csv" in page.text
    assert address in auditor.get(f"/people/{person}").text
    assert (taken.status_code, taken.mimetype) == (200, "application/zip")
    with office.transaction() as session:
        paper = session.scalars(select(Paper).where(Paper.kind == PaperKind.EVIDENCE)).one()
        assert (paper.person_id, paper.department_id) == (person, None)
    checked = auditor.post("/evidence/check", **sent(taken.data))
    assert "It holds" in checked.text
    altered = auditor.post("/evidence/check", **sent(_altered(taken.data)))
    assert "data/exams.csv is not the file that the kept index lists." in altered.text


def _altered(content: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"?" if name == "data/exams.csv" else old.read(name))
    return kept.getvalue()


@pytest.mark.parametrize("missing", ["recipient", "purpose"])
def test_no_bundle_is_given_for_nothing(office: Office, holder: tuple[int, int], missing: str) -> None:
    answer = office.client(Role.AUDITOR).post(f"/people/{holder[0]}/evidence", data={**SAID, missing: " "})

    assert (answer.status_code, answer.mimetype) == (422, "text/html")


def test_each_unit_takes_its_own(office: Office, holder: tuple[int, int]) -> None:
    person, unit = holder
    with office.transaction() as session:
        other = make_department(session).id
    own, others = office.client(Role.UNIT_HEAD, unit), office.client(Role.UNIT_HEAD, other)

    assert own.get(f"/people/{person}/evidence").status_code == 200
    assert [others.open(f"/people/{person}/evidence", method=how).status_code for how in ("GET", "POST")] == [403, 403]
    assert office.client(Role.ADMINISTRATOR).get(f"/people/{person}/evidence").status_code == 403
    assert own.get("/evidence/check").status_code == 403


def test_nonsense_is_refused_with_a_sentence(office: Office, holder: tuple[int, int]) -> None:
    auditor = office.client(Role.AUDITOR)

    answer = auditor.post("/evidence/check", **sent(b"no zip", "a.zip"))

    assert (answer.status_code, "The file is no ZIP, or it is damaged." in answer.text) == (422, True)
    assert auditor.post("/evidence/check").status_code == 422
    assert auditor.get(f"/people/{holder[0]}/evidence?review=nonsense").status_code == 200
    assert auditor.get(f"/people/{holder[0]}/evidence?review=999999").status_code == 404
    assert auditor.post("/evidence/people", data={"person": "nobody"}).status_code == 303


def test_many_are_put_together_by_the_worker_and_fetched_in_one_file(office: Office, holder: tuple[int, int]) -> None:
    person, _ = holder
    with office.transaction() as session:
        second = make_person(session).id
    auditor, whom = office.client(Role.AUDITOR), {"person": [person, second, 999_999]}

    shown = auditor.post("/evidence/people", data=whom)
    asked = auditor.post("/evidence/people", data=whom | SAID | {"step": "do"})
    early = auditor.post("/evidence/batches/1/bundles.zip")
    done, again = worked(office), worked(office)
    page, whole = auditor.get("/evidence/batches/1"), auditor.post("/evidence/batches/1/bundles.zip")

    assert "1 more is left out" in shown.text
    assert asked.status_code == 303
    assert (early.status_code, done, again) == (422, {"bundles": 2}, {"bundles": 2})
    assert "Fetch all as ZIP" in page.text
    with zipfile.ZipFile(io.BytesIO(whole.data)) as archive:
        assert archive.namelist() == [
            "index.csv",
            f"bundles/001-{person}.zip",
            f"bundles/002-{second}.zip",
            "SHA256SUMS",
        ]
        inner = archive.read(f"bundles/001-{person}.zip")
    assert "It holds" in auditor.post("/evidence/check", **sent(inner)).text
    with office.transaction() as session:
        assert evidence.check(session, SYSTEM, content=whole.data).holds
    spoilt = auditor.post("/evidence/check", **sent(packed({"index.csv": b"", "bundles/001-1.zip": b"?"})))
    assert "bundles/001-1.zip: 1 thing differs" in spoilt.text
    assert "Bundles of evidence" in auditor.get(asked.location).text


def test_somebody_whose_name_no_font_prints_holds_nobody_up(office: Office, holder: tuple[int, int]) -> None:
    with office.transaction() as session:
        unprintable = make_person(session, name="欧\U000323aa").id
    auditor = office.client(Role.AUDITOR)
    auditor.post("/evidence/people", data={"person": [unprintable, holder[0]]} | SAID | {"step": "do"})

    assert worked(office) == {"bundles": 1, "problems": 1}
    assert "U+323AA" in auditor.get("/evidence/batches/1").text
    assert auditor.post("/evidence/batches/1/bundles.zip").status_code == 200


def test_bundles_are_kept_for_some_days_and_their_indices_for_ever(
    office: Office, holder: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = office.client(Role.AUDITOR)
    auditor.post("/evidence/people", data={"person": [holder[0]]} | SAID | {"step": "do"})
    worked(office)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now.replace(year=now.year + 1))

    with office.transaction() as session:
        evidence.let_go(session)
        bundle = session.scalars(select(EvidenceBundle)).one()
        assert (bundle.content_sealed, bundle.paper is None) == (None, False)
    assert auditor.post("/evidence/batches/1/bundles.zip").status_code == 422
    assert KEPT_DAYS < 365


def test_nobody_fetches_what_ought_to_be_gone(
    office: Office, holder: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = office.client(Role.AUDITOR)
    auditor.post("/evidence/people", data={"person": [holder[0]]} | SAID | {"step": "do"})
    worked(office)
    later = clock.now() + timedelta(days=KEPT_DAYS, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)

    with office.transaction() as session:
        assert evidence.get(session, SYSTEM, batch_id=1).kept == 1
    assert auditor.post("/evidence/batches/1/bundles.zip").status_code == 422
    with office.transaction() as session:
        evidence.let_go(session)
        assert evidence.get(session, SYSTEM, batch_id=1).kept == 0


def test_whose_account_was_closed_meanwhile_gets_a_reason_and_no_bundle(
    office: Office, holder: tuple[int, int]
) -> None:
    auditor = office.client(Role.AUDITOR)
    auditor.post("/evidence/people", data={"person": [holder[0]]} | SAID | {"step": "do"})
    with office.transaction() as session:
        asked_by = session.scalars(select(EvidenceBatch.account_id)).one()
        session.get_one(Account, asked_by).is_active = False

    assert worked(office) == {"bundles": 0, "problems": 1}
    with office.transaction() as session:
        assert "账号已停用" in session.scalars(select(EvidenceBundle.refused)).one()


def test_a_units_people_find_bundles_of_their_own_alone(office: Office, holder: tuple[int, int]) -> None:
    person, unit = holder
    with office.transaction() as session:
        stranger = make_person(session)
        other, whom = stranger.department_id, stranger.id
    own, others = office.client(Role.UNIT_CLERK, unit), office.client(Role.UNIT_CLERK, other)

    shown = own.post("/evidence/people", data={"person": [person, whom]})
    own.post("/evidence/people", data={"person": [person, whom]} | SAID | {"step": "do"})

    assert "about 1 person" in shown.text
    with office.transaction() as session:
        assert session.scalars(select(EvidenceBundle.person_id)).all() == [person]
        assert session.get_one(Person, whom).name not in shown.text
    assert own.get("/evidence/batches/1").status_code == 200
    assert others.get("/evidence/batches/1").status_code == 403
