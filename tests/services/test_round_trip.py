"""What leaves as a list comes back as an import and changes nothing, whatever stands in its cells."""

from datetime import date
from io import BytesIO
from zipfile import ZipFile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from registry.rules.imports import ImportKind
from registry.rules.people import EndReason, Establishment
from registry.rules.permissions import SYSTEM
from registry.services import exports, people
from registry.services.certificates import CertificateFilter
from registry.services.people import PersonFilter
from tests.factories import make_certificate, make_department, make_person, make_qualified_person
from tests.services.importing import TODAY, bring_in, told

DANGEROUS = st.sampled_from(["=1+1", "+86", "-5", "@SUM(A1)", "=HYPERLINK(1)", "'=x", "普通"])


def test_people_come_back_unchanged_those_who_left_included(session: Session) -> None:
    unit = make_department(session, name="郏县水利局")
    make_certificate(session, make_qualified_person(session, unit, name="王小明"))
    make_person(session, unit, establishment=Establishment.CONTRACT_WORKER, name="李红", major="=1+1")
    gone = make_person(session, unit, name="赵六")
    people.end_appointment(
        session, SYSTEM, person_id=gone.id, until_on=date(2021, 6, 1), end_reason=EndReason.RETIREMENT, today=TODAY
    )

    content = exports.people(session, SYSTEM, chosen=PersonFilter(), today=TODAY)

    assert told(bring_in(session, ImportKind.PEOPLE, content)) == (0, 0, 3)


def test_certificates_come_back_unchanged(session: Session) -> None:
    make_certificate(session)
    make_certificate(session, number="016042500001")

    content = exports.certificates(session, SYSTEM, chosen=CertificateFilter(), today=TODAY)

    assert told(bring_in(session, ImportKind.CERTIFICATES, content)) == (0, 0, 2)


@given(text=DANGEROUS)
@settings(max_examples=7, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_cell_of_an_export_is_ever_a_formula(session: Session, text: str) -> None:
    with session.begin_nested() as savepoint:
        make_person(session, post=text, section=text)

        content = exports.people(session, SYSTEM, chosen=PersonFilter(), today=TODAY)

        assert b"<f>" not in _sheet(content)
        savepoint.rollback()


def _sheet(content: bytes) -> bytes:
    assert CalamineWorkbook.from_filelike(BytesIO(content)).sheet_names == ["人员"]
    return ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml")
