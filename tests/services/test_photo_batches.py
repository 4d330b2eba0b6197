"""Many photos at once: each file finds its person or says why not, and only what was rehearsed is put on file."""

import io
from collections.abc import Callable
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.people import Person, Photo
from registry.models.photos import PhotoBatch, PhotoLine
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.photos import MOST_PICTURES, PhotoBatchStatus, PhotoFate
from registry.services import people, photos
from registry.services.photos import unpacking
from tests.factories import identity_number, make_certificate, make_department, make_person, make_qualified_person
from tests.pictures import encoded, picture

TODAY = date(2026, 6, 15)
NUMBER = identity_number(977)
FACE, BLUE = picture(), encoded(Image.new("RGB", (400, 500), "blue"))


def zipped(**files: bytes) -> bytes:
    """A ZIP of these files; names as keys."""
    kept = io.BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return kept.getvalue()


def sent(session: Session, *names: str, content: bytes = FACE, **files: bytes) -> PhotoBatch:
    """A ZIP of these names, all with one picture, sent and rehearsed."""
    every = dict.fromkeys(names, content) | files
    return photos.send(session, SYSTEM, filename="照片.zip", content=zipped(**every), today=TODAY)


def lines_of(session: Session, batch: PhotoBatch) -> list[PhotoLine]:
    return list(session.scalars(select(PhotoLine).where(PhotoLine.batch_id == batch.id).order_by(PhotoLine.place)))


def put_on_file(session: Session, batch: PhotoBatch) -> PhotoBatch:
    return photos.confirm(session, SYSTEM, batch_id=batch.id, digest=batch.digest)


@pytest.fixture
def wang(session: Session) -> Person:
    """王小明 of 水利局, with a number and a certificate; another 王小明 serves elsewhere."""
    unit = make_department(session, name="郏县水利局", short_name="水利局")
    make_person(session, make_department(session, name="郏县林业局"), name="王小明")
    person = make_qualified_person(session, unit, identity=NUMBER, name="王小明")
    make_certificate(session, person, number="16041199001")
    return person


@pytest.mark.parametrize(
    "name",
    [
        f"{NUMBER}.jpg",
        f"王小明_{NUMBER}.JPG",
        f"随便什么/{NUMBER}.png",
        "16041199001.jpeg",
        "16041199001 王小明.jpg",
        "郏县水利局/王小明.jpg",
        "照片/水利局/2026/王小明.jpg",
    ],
)
def test_a_picture_finds_its_person_by_what_it_is_called(session: Session, wang: Person, name: str) -> None:
    line = lines_of(session, sent(session, name))[0]

    assert (line.person_id, line.fate) == (wang.id, PhotoFate.NEW)
    assert NUMBER not in line.name


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        pytest.param("李不在.jpg", FACE, "Nobody called 李不在 is registered.", id="nobody"),
        pytest.param("王小明.jpg", FACE, "2 people are called 王小明", id="several"),
        pytest.param("水力局/王小明.jpg", FACE, "No unit of the register is called 水力局.", id="no such unit"),
        pytest.param(
            "郏县林业局/李不在.jpg", FACE, "Nobody called 李不在 is registered in 郏县林业局.", id="not there"
        ),
        pytest.param(f"{identity_number(978)}.jpg", FACE, "Nobody with this identity number", id="unknown number"),
        pytest.param("IMG2026.jpg", FACE, "No certificate has this number", id="a camera's name"),
        pytest.param(f"李红{NUMBER}.jpg".replace("红", "红_"), FACE, "is that of 王小明, not of 李红", id="other name"),
        pytest.param(f"{NUMBER}.jpg", b"no picture", "no JPEG, PNG or WebP picture", id="no picture"),
        pytest.param(f"{NUMBER}.jpg", picture(size=(40, 50)), "too small to print", id="too small"),
    ],
)
def test_what_fits_nobody_or_is_no_picture_says_why(
    session: Session, wang: Person, name: str, content: bytes, sentence: str
) -> None:
    batch = sent(session, **{name: content, "其他/说明.txt": b"-"})
    line = next(one for one in lines_of(session, batch) if not one.name.endswith(".txt"))

    assert line.fate is PhotoFate.REFUSED
    assert sentence in line.message % line.params


def test_two_pictures_of_one_person_are_both_left_out(session: Session, wang: Person) -> None:
    batch = sent(session, f"{NUMBER}.jpg", "16041199001.jpg")

    assert {line.fate for line in lines_of(session, batch)} == {PhotoFate.REFUSED}


def test_a_rehearsal_puts_nothing_on_file_and_confirming_puts_just_that(session: Session, wang: Person) -> None:
    batch = sent(session, f"{NUMBER}.jpg", "李不在.jpg")
    before = people.photo_of(session, SYSTEM, wang.id)
    rehearsed = photos.picture(session, SYSTEM, batch_id=batch.id, place=1)

    put_on_file(session, batch)
    put_on_file(session, batch)

    assert (before, people.photo_of(session, SYSTEM, wang.id)) == (None, rehearsed)
    assert len(session.scalars(select(Photo.id).where(Photo.person_id == wang.id)).all()) == 1
    of_this = session.scalars(select(TrailEntry).where(TrailEntry.batch == f"photos-{batch.id}")).all()
    assert [entry.subject_type for entry in of_this] == ["people", "photo_batches"]
    assert of_this[1].facts == {"created": 1, "updated": 0, "unchanged": 0, "left_out": 1}
    assert NUMBER not in str([entry.facts for entry in session.scalars(select(TrailEntry))])
    assert photos.picture(session, SYSTEM, batch_id=batch.id, place=1) is None


def test_the_same_photos_again_change_nothing_and_another_takes_the_place(session: Session, wang: Person) -> None:
    put_on_file(session, sent(session, f"{NUMBER}.jpg"))

    again, other = sent(session, "16041199001.jpg"), sent(session, f"{NUMBER}.jpg", content=BLUE)

    assert [lines_of(session, one)[0].fate for one in (again, other)] == [PhotoFate.UNCHANGED, PhotoFate.REPLACES]


def test_only_what_was_rehearsed_is_confirmed(session: Session, wang: Person) -> None:
    batch = sent(session, f"{NUMBER}.jpg")
    with pytest.raises(RuleBroken):
        photos.confirm(session, SYSTEM, batch_id=batch.id, digest="another")
    lines_of(session, batch)[0].picture_sealed = session.info["vault"].seal_bytes(b"another")
    session.flush()

    with pytest.raises(RuleBroken):
        put_on_file(session, batch)

    assert people.photo_of(session, SYSTEM, wang.id) is None


def test_what_is_put_aside_is_kept_no_longer(session: Session, wang: Person) -> None:
    batch = sent(session, f"{NUMBER}.jpg")

    photos.discard(session, SYSTEM, batch_id=batch.id)

    assert photos.picture(session, SYSTEM, batch_id=batch.id, place=1) is None
    with pytest.raises(RuleBroken):
        put_on_file(session, batch)


def test_a_file_closed_since_the_rehearsal_stops_the_photos(session: Session, wang: Person) -> None:
    batch = sent(session, f"{NUMBER}.jpg")
    wang.withdrawn_on = TODAY

    with pytest.raises(RuleBroken) as refused:
        put_on_file(session, batch)

    assert "closed since the rehearsal" in refused.value.violations[0].in_words()
    assert batch.status is PhotoBatchStatus.REHEARSED


def test_a_units_people_send_no_photos(session: Session, wang: Person) -> None:
    clerk = Actor(account_id=None, name="clerk", role=Role.UNIT_CLERK, department_id=wang.department_id)

    with pytest.raises(Denied):
        photos.send(session, clerk, filename="x.zip", content=zipped(a=FACE), today=TODAY)


def locked() -> bytes:
    """A ZIP that says its file is under a password."""
    content = bytearray(zipped(**{"王小明.jpg": FACE}))
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        pytest.param(bytes, "no ZIP file", id="nothing"),
        pytest.param(lambda: FACE, "no ZIP file", id="a picture"),
        pytest.param(
            lambda: zipped(**{"__MACOSX/._a.jpg": b"-", "Thumbs.db": b"-"}), "no pictures", id="what systems leave"
        ),
        pytest.param(lambda: zipped(**{f"{n}.jpg": b"-" for n in range(MOST_PICTURES + 1)}), "in parts", id="too many"),
        pytest.param(lambda: zipped(**dict.fromkeys(("1.jpg", "2.jpg"), bytes(201_000_000))), "too large", id="a bomb"),
        pytest.param(locked, "password", id="a password"),
    ],
)
def test_a_zip_that_cannot_be_used_is_refused_before_it_is_unpacked(made: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        unpacking.count(made())

    assert sentence in refused.value.violations[0].in_words()


@pytest.mark.nodb
def test_names_of_a_chinese_windows_are_read() -> None:
    kept = io.BytesIO()
    with ZipFile(kept, "w") as archive:
        info = ZipInfo("xxxx.jpg")
        archive.writestr(info, FACE)
    content = kept.getvalue().replace(b"xxxx.jpg", "王小.jpg".encode("gb18030"))

    found = list(unpacking.pictures(content, lambda _done, _total: None))

    assert str(found[0].path) == "王小.jpg"
    assert found[0].portrait is not None
