"""What a scanner types, and what is said of it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.labels import LABELS
from registry.rules.card_codes import CardFacts, CheckReason, payload_of, text_of
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.scanning import (
    CAME,
    LONGEST_KEPT,
    NO_MISMATCH,
    SENTENCES,
    Form,
    Listed,
    Said,
    ScanOutcome,
    outcomes,
    read,
    unlike,
)
from tests.factories import identity_number

pytestmark = pytest.mark.nodb

FACTS = CardFacts(
    number="16042500123",
    name="欧阳丽丽",
    unit="郏县水利局",
    kind=CertificateKind.ENFORCEMENT,
    issued_on=date(2024, 3, 1),
    valid_from=date(2024, 3, 1),
    valid_until=date(2029, 2, 28),
)
DIGITS = text_of(payload_of(FACTS, "0badcafe"), bytes(range(64)))
CODE = "ABCD2345EFGH6789"
PAGE = f"https://zfzj.example.cn/c/{CODE}"
LINE = Said(number="16042500123", name="欧阳丽丽", unit="郏县水利局", valid_until="2029-02-28")


@pytest.mark.parametrize(
    ("text", "form", "code", "is_signed"),
    [
        pytest.param(f"{PAGE}#{DIGITS}", Form.CARD, CODE, True, id="a card"),
        pytest.param(PAGE, Form.CARD, CODE, False, id="a card without its signed part"),
        pytest.param(f"{PAGE}＃{DIGITS}\r\n", Form.CARD, CODE, True, id="full-width mark"),
        pytest.param(f"https：、、zfzj。example。cn、c、{CODE}#{DIGITS}", Form.CARD, CODE, True, id="IME punctuation"),
        pytest.param(f"{PAGE.lower()}#{DIGITS}", Form.CARD, CODE, True, id="small letters"),
        pytest.param(f"很透漂松#{DIGITS}", Form.SIGNED, "", True, id="letters swallowed by an input method"),
        pytest.param(DIGITS, Form.SIGNED, "", True, id="the signed part alone"),
        pytest.param("http://x/rosters/code/AB12-CD34-EF56-GH78", Form.ROSTER, "AB12CD34EF56GH78", False, id="roster"),
        pytest.param("１６０４２５００１２３", Form.NUMBER, "", False, id="full-width number"),
        pytest.param(" 16042500123 ", Form.NUMBER, "", False, id="number"),
        pytest.param("很透漂松", Form.NONE, "", False, id="nothing but what an input method made"),
        pytest.param("", Form.NONE, "", False, id="nothing"),
        pytest.param("http://elsewhere.example/pay?to=me", Form.NONE, "", False, id="another address"),
    ],
)
def test_what_was_typed_is_known(text: str, form: Form, code: str, is_signed: bool) -> None:
    typed = read(text)

    assert (typed.form, typed.code, typed.digits) == (form, code, DIGITS if is_signed else "")
    assert DIGITS not in typed.kept
    if form is Form.NUMBER:
        assert typed.number == "16042500123"


@given(st.text())
def test_anything_can_be_typed_and_little_is_kept(text: str) -> None:
    assert len(read(text).kept) <= LONGEST_KEPT + 20


def test_no_identity_number_is_taken_or_kept() -> None:
    number = identity_number(77)
    for text in (number, f"身份证{number}", number[:-1] + ("1" if number[-1] != "1" else "2"), f"{number}，{number}"):
        typed = read(text)
        assert number[4:14] not in typed.kept
    assert read(number).form is Form.NONE


def test_a_card_differs_fact_by_fact_and_a_units_other_names_are_its_own() -> None:
    card = Said(number=LINE.number, name="欧阳莉莉", unit="郏县水务局", valid_until="2030-01-01")

    assert [(one.key, one.card) for one in unlike(LINE, card, {"郏县水务局"})] == [
        ("name", "欧阳莉莉"),
        ("valid_until", "2030-01-01"),
    ]
    assert [one.key for one in unlike(LINE, card, set())] == ["name", "valid_until", "unit"]
    assert unlike(LINE, LINE, set()) == []


OK, ON = CheckReason.GENUINE_AND_VALID, Listed.EXPECTED
ACTIVE = CertificateStatus.ACTIVE


@pytest.mark.parametrize(
    ("check", "listed", "status", "said"),
    [
        pytest.param(OK, ON, ACTIVE, [ScanOutcome.AGREES], id="as on the roster"),
        pytest.param(None, ON, ACTIVE, [ScanOutcome.AGREES], id="by number"),
        pytest.param(CheckReason.ALTERED, ON, ACTIVE, [ScanOutcome.ALTERED], id="nothing of it is believed"),
        pytest.param(CheckReason.NOT_OURS, ON, None, [ScanOutcome.NOT_OURS], id="another key"),
        pytest.param(CheckReason.UNREADABLE, ON, ACTIVE, [ScanOutcome.UNREADABLE], id="damaged"),
        pytest.param(None, Listed.ABSENT, None, [ScanOutcome.UNKNOWN], id="no such number"),
        pytest.param(
            CheckReason.EXPIRED, ON, CertificateStatus.EXPIRED, [ScanOutcome.EXPIRED], id="its last day is over"
        ),
        pytest.param(OK, ON, CertificateStatus.REPLACED, [ScanOutcome.REPLACED], id="replaced"),
        pytest.param(OK, ON, CertificateStatus.LOST, [ScanOutcome.SUSPENDED_OR_ENDED], id="lost"),
        pytest.param(OK, Listed.NOT_DRAWN, ACTIVE, [ScanOutcome.NOT_DRAWN], id="not drawn"),
        pytest.param(OK, Listed.PREDECESSOR_EXPECTED, ACTIVE, [ScanOutcome.SUCCEEDS], id="a successor"),
        pytest.param(
            OK,
            Listed.ABSENT,
            CertificateStatus.REVOKED,
            [ScanOutcome.NOT_LISTED, ScanOutcome.SUSPENDED_OR_ENDED],
            id="everything at once",
        ),
    ],
)
def test_what_matters_most_is_said_first(
    check: CheckReason | None, listed: Listed, status: CertificateStatus | None, said: list[ScanOutcome]
) -> None:
    assert outcomes(check, listed, [], status) == said


@pytest.mark.parametrize("status", [None, *CertificateStatus])
@pytest.mark.parametrize("check", [None, *CheckReason])
def test_only_a_card_without_any_fault_agrees(check: CheckReason | None, status: CertificateStatus | None) -> None:
    said = outcomes(check, Listed.EXPECTED, [], status)

    assert (ScanOutcome.AGREES in said) == (said == [ScanOutcome.AGREES])
    if ScanOutcome.AGREES in said:
        assert status is ACTIVE
    assert len(set(said)) == len(said)


def test_every_answer_has_its_words() -> None:
    assert SENTENCES.keys() == set(ScanOutcome) == LABELS[ScanOutcome].keys()
    assert not NO_MISMATCH - {ScanOutcome.ROSTER_ITSELF} - CAME
