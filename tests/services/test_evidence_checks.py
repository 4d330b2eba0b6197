"""Whatever somebody sends as a bundle of evidence is checked or refused, and never fills the machine."""

import io
import json
import tracemalloc
import zipfile

import pytest
from sqlalchemy.orm import Session

from registry.rules import RuleBroken
from registry.rules.permissions import SYSTEM
from registry.services import evidence
from registry.services.evidence.packing import packed
from tests.factories import make_person
from tests.services.test_evidence import take, told

NO_INDEX = "The ZIP does not say which index it belongs to (about.json)."
SAID_SIZE, TRUE_SIZE = 1_000, 50_000_000


def refusal(session: Session, content: bytes) -> str:
    with pytest.raises(RuleBroken) as refused:
        evidence.check(session, SYSTEM, content=content)
    [violation] = refused.value.violations
    assert violation.code == "EVI-3"
    return violation.in_words()


@pytest.mark.nodb
@pytest.mark.parametrize(
    "about",
    [
        pytest.param(b"[" * 100_000, id="nested without end"),
        pytest.param(json.dumps({"index": "\ud800"}).encode(), id="half a character"),
        pytest.param(json.dumps({"index": "\0"}).encode(), id="a zero"),
        pytest.param(json.dumps({"index": ["1"]}).encode(), id="a list"),
        pytest.param(json.dumps({"index": "1" * 100}).encode(), id="longer than any number"),
    ],
)
def test_an_index_without_a_number_is_refused(session: Session, about: bytes) -> None:
    assert refusal(session, packed({"about.json": about})) == NO_INDEX


def test_a_file_that_says_it_is_small_is_not_unpacked_further(session: Session) -> None:
    content = _lying(zipfile.ZIP_DEFLATED)
    tracemalloc.start()

    said = refusal(session, content)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert said == "The file is no ZIP, or it is damaged."
    assert most < TRUE_SIZE / 10


def test_a_way_of_packing_that_knows_no_limit_is_refused(session: Session) -> None:
    assert refusal(session, _lying(zipfile.ZIP_BZIP2)) == "The ZIP is packed in a way that this register never packs."


def _lying(way: int) -> bytes:
    """A ZIP whose file is far larger than both its heads say."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", way) as archive:
        archive.writestr("about.json", bytes(TRUE_SIZE))
    return kept.getvalue().replace(TRUE_SIZE.to_bytes(4, "little"), SAID_SIZE.to_bytes(4, "little"))


@pytest.mark.parametrize("trail", ["序号\n1\n", "序号,内容\n1\n", "序号,内容\n99999999999,x,y,z\n"])
def test_a_file_of_the_trail_without_its_columns_differs(session: Session, trail: str) -> None:
    files = take(session, make_person(session))

    said = told(session, {**files, "data/trail.csv": trail.encode()})

    assert "data/trail.csv is not the file that the kept index lists." in said
    assert any("entry" in one for one in said)


def test_a_file_of_many_is_checked_bundle_by_bundle(session: Session) -> None:
    taken = take(session, make_person(session))
    inner = packed({name: content for name, content in taken.items() if name != "SHA256SUMS"})
    files = {"index.csv": b"", "bundles/001-1.zip": inner}

    good = evidence.check(session, SYSTEM, content=packed(files))
    found = evidence.check(session, SYSTEM, content=packed({**files, "bundles/002-2.zip": b"nonsense"}))

    assert [one.holds for one in found.bundles.values()] == [True, False]
    assert (found.holds, good.holds, list(found.differences)) == (False, True, [])
    assert (good.files, len(good.bundles)) == (3, 1)
