"""Photos: any usable picture becomes the card's and nothing else is kept of it; every other file gets a sentence."""

import io
from collections.abc import Callable
from datetime import date
from zipfile import ZipFile

import pytest
from PIL import Image, ImageFile
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from registry.models.people import Photo
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import people
from registry.services.people.portraits import SIZE, portrait
from tests.factories import make_person
from tests.pictures import encoded, photographed, picture, seen


def zipped() -> bytes:
    kept = io.BytesIO()
    with ZipFile(kept, "w") as archive:
        archive.writestr("photo.jpg", "no picture")
    return kept.getvalue()


@pytest.mark.nodb
def test_a_photo_is_upright_of_the_card_s_size_and_tells_nothing_else() -> None:
    kept = portrait(photographed())

    image = Image.open(io.BytesIO(kept))
    assert (image.format, image.size, image.getexif().get_ifd(0x8825), dict(image.getexif())) == ("JPEG", SIZE, {}, {})
    assert b"taken at home" not in kept
    assert b"hidden remark" not in kept
    top, bottom = seen(kept).getpixel((180, 20)), seen(kept).getpixel((180, 420))
    assert top == pytest.approx((254, 0, 0), abs=4)
    assert bottom == pytest.approx((255, 255, 255), abs=4)


@pytest.mark.nodb
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(picture(mode="CMYK"), id="cmyk"),
        pytest.param(picture(mode="L"), id="grey"),
        pytest.param(picture("PNG", "RGBA"), id="png, transparent"),
        pytest.param(picture("PNG", "P", transparency=0), id="png, palette"),
        pytest.param(picture("WEBP", "RGBA"), id="webp, transparent"),
    ],
)
def test_every_colour_space_becomes_plain_colours_and_what_was_transparent_white(content: bytes) -> None:
    image = Image.open(io.BytesIO(portrait(content)))

    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", SIZE)
    assert image.getpixel((5, 5)) in {(255, 255, 255), (0, 0, 0)}
    assert (image.getpixel((5, 5)) == (0, 0, 0)) == (content == picture(mode="L"))


@pytest.mark.nodb
@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        pytest.param(zipped, "no JPEG, PNG or WebP picture", id="a zip called jpg"),
        pytest.param(bytes, "no JPEG, PNG or WebP picture", id="nothing"),
        pytest.param(lambda: picture("GIF"), "no JPEG, PNG or WebP picture", id="gif"),
        pytest.param(lambda: photographed()[:900], "no JPEG, PNG or WebP picture", id="cut off"),
        pytest.param(lambda: picture("PNG", "1", (8_000, 8_000)), "more than 50 million dots", id="more dots than fit"),
        pytest.param(lambda: picture("PNG", "1", (14_000, 14_000)), "more than 50 million dots", id="a bomb"),
        pytest.param(lambda: picture(size=(40, 50)), "too small to print", id="a thumbnail"),
        pytest.param(lambda: b"\xff\xd8" + bytes(5 * 1024 * 1024), "larger than 5 MB", id="a large file"),
    ],
)
def test_what_is_no_usable_picture_gets_a_sentence(
    made: Callable[[], bytes], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it

    with pytest.raises(RuleBroken) as refused:
        portrait(made())

    assert sentence in refused.value.violations[0].in_words()


def test_the_newest_photo_counts_and_the_old_one_stays_sealed(session: Session) -> None:
    person = make_person(session)
    for colour in ("red", "blue", "blue"):
        people.set_photo(
            session, SYSTEM, person_id=person.id, content=encoded(Image.new("RGB", (400, 500), colour), "PNG")
        )

    shown = people.photo_of(session, SYSTEM, person.id)

    assert shown is not None
    assert seen(shown).getpixel((9, 9)) == pytest.approx((0, 0, 254), abs=4)
    kept = session.scalars(select(Photo.content_sealed).where(Photo.person_id == person.id)).all()
    assert len(kept) == 2  # the same picture again is no new one
    assert all(sealed and b"JFIF" not in sealed for sealed in kept)


def test_a_removed_photo_leaves_the_outline_and_says_why(session: Session) -> None:
    person = make_person(session)
    people.set_photo(session, SYSTEM, person_id=person.id, content=picture())

    people.remove_photo(session, SYSTEM, person_id=person.id, reason="不是本人")

    assert people.photo_of(session, SYSTEM, person.id) is None
    last = session.scalars(select(TrailEntry).order_by(TrailEntry.id.desc()).limit(1)).one()
    assert (last.reason, last.facts["photo"][1]) == ("不是本人", None)
    with pytest.raises(RuleBroken):
        people.remove_photo(session, SYSTEM, person_id=person.id, reason="再删")


def test_photos_of_another_unit_are_neither_shown_nor_handed_out(session: Session) -> None:
    mine, other = make_person(session), make_person(session)
    for person in (mine, other):
        people.set_photo(session, SYSTEM, person_id=person.id, content=picture())
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=mine.department_id)

    assert list(people.photos_of(session, head, [mine.id, other.id])) == [mine.id]
    with pytest.raises(Denied):
        people.photo_of(session, head, other.id)
    with pytest.raises(Denied):
        people.set_photo(session, head, person_id=mine.id, content=picture())


@pytest.mark.parametrize("statement", ["DELETE FROM photos", "UPDATE photos SET sha256 = 'x'"])
def test_no_photo_is_changed_or_deleted_by_whatever_program(session: Session, statement: str) -> None:
    people.set_photo(session, SYSTEM, person_id=make_person(session).id, content=picture())

    with pytest.raises(DBAPIError):
        session.execute(text(statement))


def test_a_file_without_a_photo_has_that_of_the_file_merged_into_it_until_it_gets_its_own(session: Session) -> None:
    kept, merged, third = (make_person(session, name="王小明") for _ in range(3))
    for one in (merged, third):
        one.born_on = kept.born_on
    people.set_photo(session, SYSTEM, person_id=third.id, content=picture())
    digest = people.sums_of(session, [third.id])[third.id]
    for stays, goes in ((merged, third), (kept, merged)):
        people.merge(
            session,
            SYSTEM,
            kept_id=stays.id,
            merged_id=goes.id,
            taken=frozenset(),
            reason="同一人",
            today=date(2026, 3, 15),
        )

    lent = people.present_photo(session, kept.id)

    assert lent is not None
    assert lent.sha256 == digest == people.sums_of(session, [kept.id])[kept.id]
    assert list(people.photos_of(session, SYSTEM, [kept.id])) == [kept.id]
    people.remove_photo(session, SYSTEM, person_id=kept.id, reason="不是本人")
    session.flush()
    assert people.present_photo(session, kept.id) is None
    assert people.photos_of(session, SYSTEM, [kept.id]) == people.sums_of(session, [kept.id]) == {}
