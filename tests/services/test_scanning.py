"""Cards scanned against a locked roster: each answer, what is kept, what the trail says."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.auditing import Scan
from registry.models.certificates import Certificate
from registry.models.departments import DepartmentName
from registry.models.rosters import Roster
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateStatus
from registry.rules.permissions import SYSTEM, Action, Actor, Role
from registry.rules.scanning import ScanOutcome
from registry.services import auditing, signing
from registry.services.auditing import SampleChoice
from registry.services.auditing.sessions import hash_of
from tests.factories import identity_number, make_certificate
from tests.services.test_rosters import URL, lock, open_review

TODAY = date(2022, 3, 1)
AUDITOR = Actor(account_id=None, name="auditor", role=Role.AUDITOR)


@dataclass
class Desk:
    """A scanning of the first unit's roster, and the signed addresses of its three cards."""

    session: Session
    id: int
    roster: Roster
    cards: list[Certificate]
    codes: list[str]

    def scan(self, typed: str, today: date = TODAY, key: str = "") -> Scan:
        return auditing.scan(self.session, AUDITOR, session_id=self.id, typed=typed, key=key, today=today)

    def take_back(self, one: Scan) -> Scan | None:
        return auditing.take_back(self.session, AUDITOR, session_id=self.id, scan_id=one.id)


@pytest.fixture
def desk(session: Session) -> Desk:
    campaign, _ = open_review(session, "欧阳持证")
    _, unit, _ = lock(session, campaign)
    ids = [line["certificate_id"] for line in unit.data["sections"][0]["lines"]]
    signing.establish(session)
    cards = [session.get_one(Certificate, one) for one in ids]
    begun = auditing.begin(session, AUDITOR, roster_id=unit.id, choice=SampleChoice())
    texts = signing.addresses(session, ids, public_url=URL)
    return Desk(session, begun.id, unit, cards, [texts[one] for one in ids])


def follow(desk: Desk) -> Certificate:
    """A card that takes the place of the first."""
    old = desk.cards[0]
    names = set(Certificate.__table__.columns.keys()) - {"id", "created_at"}
    old.status = CertificateStatus.REPLACED
    desk.session.flush()
    changed = {"number": "16042599999", "check_code": "CODE99999999", "status": CertificateStatus.ACTIVE}
    new = Certificate(**{**{name: getattr(old, name) for name in names}, **changed, "predecessor_id": old.id})
    desk.session.add(new)
    desk.session.flush()
    return new


def test_a_card_as_on_the_roster_agrees_however_it_is_typed(desk: Desk) -> None:
    swallowed = f"很透漂松#{desk.codes[1].partition('#')[2]}"
    for typed in (desk.codes[0], swallowed, desk.cards[2].number):
        assert desk.scan(typed).outcome is ScanOutcome.AGREES

    told = auditing.standing(desk.session, AUDITOR, session_id=desk.id)
    assert (told.scanned, told.agreeing, told.mismatched, told.came) == (3, 3, 0, 3)
    assert told.missing == []


@pytest.mark.parametrize(
    ("code_of", "outcome"),
    [
        pytest.param(lambda desk: make_certificate(desk.session).number, ScanOutcome.NOT_LISTED, id="elsewhere"),
        pytest.param(lambda desk: desk.codes[0][:-3] + "777", ScanOutcome.ALTERED, id="altered"),
        pytest.param(
            lambda desk: desk.codes[0].partition("#")[0] + "#" + desk.codes[1].partition("#")[2],
            ScanOutcome.ALTERED,
            id="the signed part of another card",
        ),
        pytest.param(lambda desk: "16042577777", ScanOutcome.UNKNOWN, id="no such number"),
        pytest.param(lambda desk: f"{URL}/c/NOSUCHCODE", ScanOutcome.UNKNOWN, id="no such code"),
        pytest.param(lambda desk: identity_number(9), ScanOutcome.UNREADABLE, id="an identity card"),
        pytest.param(lambda desk: "扫一扫", ScanOutcome.UNREADABLE, id="nonsense"),
        pytest.param(
            lambda desk: f"{URL}/rosters/code/{desk.roster.check_code}", ScanOutcome.ROSTER_ITSELF, id="roster"
        ),
        pytest.param(lambda desk: follow(desk).number, ScanOutcome.SUCCEEDS, id="a successor"),
    ],
)
def test_every_other_code_has_its_reason(desk: Desk, code_of: Callable[[Desk], str], outcome: ScanOutcome) -> None:
    kept = desk.scan(code_of(desk))

    assert kept.outcome is outcome
    assert desk.codes[0].partition("#")[2][:40] not in str((kept.typed, kept.told))


def test_the_register_of_today_speaks_too(desk: Desk) -> None:
    first, second, third = desk.cards
    new = follow(desk)
    second.status = CertificateStatus.SUSPENDED
    desk.session.flush()

    replaced, suspended = desk.scan(desk.codes[0]), desk.scan(desk.codes[1])
    expired = desk.scan(desk.codes[2], date(2031, 1, 1))

    assert (replaced.outcome, replaced.told["successor"]) == (ScanOutcome.REPLACED, new.number)
    assert (suspended.outcome, suspended.told["status"]) == (ScanOutcome.SUSPENDED_OR_ENDED, "suspended")
    assert expired.outcome is ScanOutcome.EXPIRED
    assert {one.listed_id for one in (replaced, suspended, expired)} == {first.id, second.id, third.id}


def test_a_card_whose_facts_differ_says_which_and_a_renamed_unit_is_none(desk: Desk) -> None:
    card, earlier = desk.cards[0], "郏县旧名局"
    old_name = DepartmentName(
        department_id=card.department_id, name=earlier, from_on=date(2010, 1, 1), until_on=date(2018, 12, 31)
    )
    desk.session.add(old_name)
    signer, same = (
        signing.signer(desk.session, public_url=URL),
        signing.check(signing.public_keys(desk.session), desk.codes[0], TODAY),
    )
    assert same.facts is not None
    other = replace(same.facts, name="张改名", unit="别的单位")

    differs = desk.scan(signer.address(card.check_code, other))
    renamed = desk.scan(signer.address(card.check_code, replace(same.facts, unit=earlier)))

    assert (differs.outcome, renamed.outcome) == (ScanOutcome.DIFFERS, ScanOutcome.AGREES)
    assert [(one["key"], one["card"]) for one in differs.told["unlike"]] == [("name", "张改名"), ("unit", "别的单位")]


def test_twice_is_told_and_taken_back_as_if_it_had_never_been(desk: Desk) -> None:
    first = desk.scan(desk.codes[0])
    twice = desk.scan(desk.cards[0].number)
    assert twice.outcome is ScanOutcome.SCANNED_TWICE

    taken = [desk.take_back(one) for one in (first, twice, twice, first, first)]  # none in the place of another

    assert taken == [None, twice, None, first, None]
    assert auditing.standing(desk.session, AUDITOR, session_id=desk.id).scanned == 0
    assert desk.scan(desk.codes[0]).outcome is ScanOutcome.AGREES
    assert len(desk.session.scalars(select(Scan)).all()) == 3


def test_a_scan_whose_answer_was_lost_on_the_way_is_the_one_that_was_kept(desk: Desk) -> None:
    kept = desk.scan(desk.codes[0], key="a" * 32)
    again = desk.scan(desk.codes[0], key="a" * 32)
    another = desk.scan(desk.codes[0], key="b" * 32)

    assert (again, again.outcome, another.outcome) == (kept, ScanOutcome.AGREES, ScanOutcome.SCANNED_TWICE)
    begun = auditing.begin(desk.session, AUDITOR, roster_id=desk.roster.id, choice=SampleChoice(seed="7", size="100%"))
    desk.id = begun.id  # of another scanning the keys are others
    assert desk.scan(desk.codes[0], key="a" * 32).outcome is ScanOutcome.AGREES


def test_a_sample_expects_its_lines_alone(desk: Desk) -> None:
    choice = SampleChoice(seed="七", size="1")
    [drawn] = auditing.draw(desk.session, AUDITOR, roster_id=desk.roster.id, choice=choice).drawn
    desk.id = auditing.begin(desk.session, AUDITOR, roster_id=desk.roster.id, choice=choice).id

    said = {card.number: desk.scan(card.number).outcome for card in desk.cards}

    assert said.pop(drawn.line.number) is ScanOutcome.AGREES
    assert set(said.values()) == {ScanOutcome.NOT_DRAWN}
    assert auditing.begin(desk.session, AUDITOR, roster_id=desk.roster.id, choice=choice).id == desk.id


def test_beginning_and_ending_stand_in_the_trail_and_nothing_comes_after(desk: Desk) -> None:
    desk.scan(desk.codes[0])
    desk.scan("16042577777")
    auditing.end(desk.session, AUDITOR, session_id=desk.id)

    about = TrailEntry.action == Action.ROSTER_SCAN
    begun, ended = desk.session.scalars(select(TrailEntry).where(about).order_by(TrailEntry.id))
    assert begun.facts == {"number": desk.roster.number, "expected": 3}
    assert {name: ended.facts[name] for name in ("scanned", "agreeing", "mismatched", "missing")} == {
        "scanned": 2,
        "agreeing": 1,
        "mismatched": 1,
        "missing": 2,
    }
    desk.session.expire_all()
    assert ended.facts["sha256"] == hash_of(desk.session, desk.id)
    with pytest.raises(RuleBroken, match="AUD-4"):
        desk.scan(desk.codes[1])
    content = auditing.take_report(desk.session, AUDITOR, session_id=desk.id)
    sums, scans, missing = (sheet.to_python() for sheet in _sheets(content))
    assert ["相符", "1"] in [row[:2] for row in sums]
    assert (len(scans), len(missing)) == (3, 3)


def _sheets(content: bytes) -> list[object]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_name(name) for name in book.sheet_names]  # type: ignore[misc]


def test_units_scan_their_own_roster_and_learn_nothing_of_others(desk: Desk) -> None:
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=desk.cards[0].department_id)
    other = desk.session.scalars(select(Roster).where(Roster.id != desk.roster.id, Roster.department_id.is_not(None)))
    stranger = make_certificate(desk.session)

    with pytest.raises(Denied):
        auditing.begin(desk.session, head, roster_id=other.one().id, choice=SampleChoice())
    with pytest.raises(Denied):
        auditing.standing(desk.session, head, session_id=desk.id)  # the auditor's
    begun = auditing.begin(desk.session, SYSTEM, roster_id=desk.roster.id, choice=SampleChoice())
    assert begun.account_id is None
    assert stranger.department_id != head.department_id


def test_every_mismatch_stays_on_top_however_many_there_are(desk: Desk) -> None:
    for serial in range(60):
        desk.scan(f"160425777{serial:02}")
    told = auditing.standing(desk.session, AUDITOR, session_id=desk.id)
    assert len(told.mismatches) == told.mismatched == 60
