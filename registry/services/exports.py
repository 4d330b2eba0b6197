"""Lists as spreadsheets: exactly what is listed, for whoever may see it."""

from datetime import date

from sqlalchemy.orm import Session

from registry import audit
from registry.labels import label
from registry.models.people import Person
from registry.rules.permissions import Action, Actor
from registry.services import people as people_service
from registry.services.people import PersonFilter, PersonRow
from registry.sheets import Sheet, workbook

MOST = 200_000
HEADINGS = ("姓名", "身份证号", "单位", "所在机构", "职务", "岗位性质", "证件类型", "证件编号", "有效期至", "状态")


def people(session: Session, actor: Actor, *, chosen: PersonFilter, today: date) -> bytes:
    """The people listed, as .xlsx with masked numbers; the trail tells who took how many of which unit."""
    actor.require(Action.PERSON_EXPORT)
    page = people_service.search(session, actor, chosen=chosen, today=today, size=MOST)
    unit = actor.department_id if actor.is_unit_bound else chosen.department_id
    taken = audit.Act(
        subject_type=Person.__tablename__, subject_id=None, department_id=unit, facts={"exported": len(page.rows)}
    )
    audit.record_many(session, actor, Action.PERSON_EXPORT, [taken])
    rows = [line for row in page.rows for line in _lines(row)]
    return workbook([Sheet(title="人员", headings=HEADINGS, rows=rows)])


def _lines(row: PersonRow) -> list[list[str]]:
    """A line for each certificate; one without, for who has none."""
    who = [row.name, row.identity_masked, row.unit, row.section, row.post, label(row.duty)]
    cards = [[label(c.kind), c.number, c.valid_until.isoformat(), label(c.status)] for c in row.cards]
    return [[*who, *card] for card in cards] or [[*who, "", "", "", ""]]
