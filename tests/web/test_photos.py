"""Many photos at once as pages: sent, looked at beside their people, put on file; many of them by the worker."""

import io
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from registry.models.jobs import Job
from registry.models.photos import PhotoBatch
from registry.rules.permissions import Role
from registry.rules.photos import PhotoBatchStatus
from registry.services import photos
from registry.services.photos import rehearsing
from tests.factories import identity_number, make_person
from tests.pictures import picture
from tests.web.conftest import Office

NUMBER = identity_number(981)


def zipped(*names: str) -> tuple[io.BytesIO, str]:
    kept = io.BytesIO()
    with ZipFile(kept, "w") as archive:
        for name in names:
            archive.writestr(name, picture())
    return io.BytesIO(kept.getvalue()), "photos.zip"


@pytest.fixture
def person_id(office: Office) -> int:
    with office.transaction() as session:
        return make_person(session, identity=NUMBER, name="王小明").id


def digest_of(office: Office) -> str:
    with office.transaction() as session:
        return session.scalars(select(PhotoBatch.digest).order_by(PhotoBatch.id.desc())).first() or ""


def test_photos_are_seen_beside_their_people_and_then_put_on_file(office: Office, person_id: int) -> None:
    client = office.client(Role.BUREAU_CLERK)

    shown = client.post("/people/photos", data={"file": zipped(f"{NUMBER}.jpg", "查无此人.jpg")}, follow_redirects=True)
    here = shown.request.path
    assert (f'href="/people/{person_id}"' in shown.text, NUMBER in shown.text) == (True, False)
    assert "Nobody called 查无此人 is registered." in shown.text
    assert "Put 1 photo on file" in shown.text
    assert client.get(f"{here}/1.jpg").mimetype == "image/jpeg"
    assert client.get(f"/people/{person_id}/photo").status_code == 404
    done = client.post(f"{here}/confirmation", data={"digest": digest_of(office)}, follow_redirects=True)

    assert "The photos are on file." in done.text
    assert client.get(f"/people/{person_id}/photo").mimetype == "image/jpeg"
    assert client.get(f"{here}/1.jpg").status_code == 404


def test_a_digest_that_was_not_rehearsed_puts_nothing_on_file(office: Office, person_id: int) -> None:
    client = office.client(Role.BUREAU_CLERK)
    here = client.post("/people/photos", data={"file": zipped(f"{NUMBER}.jpg")}).location

    page = client.post(f"{here}/confirmation", data={"digest": "x"}, follow_redirects=True)

    assert "This is not the file that was rehearsed." in page.text
    assert client.get(f"/people/{person_id}/photo").status_code == 404
    assert "none of them is kept" in client.post(f"{here}/discarding", follow_redirects=True).text


def test_what_is_no_zip_is_told_at_its_form(office: Office) -> None:
    client = office.client(Role.BUREAU_CLERK)

    answer = client.post("/people/photos", data={"file": (io.BytesIO(picture()), "a.jpg")})
    nothing = client.post("/people/photos")

    assert (answer.status_code, "This is no ZIP file" in answer.text) == (422, True)
    assert "Choose a file." in nothing.text


def test_many_photos_are_left_to_the_worker(office: Office, person_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsing, "MOST_AT_ONCE", 1)
    client = office.client(Role.BUREAU_CLERK)
    waiting = client.post("/people/photos", data={"file": zipped(f"{NUMBER}.jpg", "x.jpg")}, follow_redirects=True)
    with office.transaction() as session:
        job = session.scalars(select(Job)).one()
        arguments, job_id = dict(job.arguments), job.id
    told: list[tuple[int, int]] = []

    photos.work(
        office.app.extensions["sessions"], lambda done, total, _phase=None: told.append((done, total)), **arguments
    )

    assert "the registry looks at them by itself" in waiting.text
    assert told[-1] == (2, 2)
    assert "Put 1 photo on file" in client.get(waiting.request.path).text
    assert f'href="{waiting.request.path}"' in client.get(f"/jobs/{job_id}").text
    with office.transaction() as session:
        assert session.scalars(select(PhotoBatch.status)).one() is PhotoBatchStatus.REHEARSED
