"""Papers: what was frozen is what is printed, once and for ever, whoever is renamed meanwhile."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.papers import Paper, PaperCopy
from registry.rules import RuleBroken
from registry.rules.papers import PaperKind
from registry.rules.permissions import SYSTEM
from registry.services import papers
from registry.services.papers.issuing import hash_of

TODAY = date(2026, 11, 30)
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
