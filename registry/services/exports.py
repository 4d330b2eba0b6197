"""Lists as spreadsheets: exactly what is listed, for whoever may see it."""

from datetime import date

from sqlalchemy.orm import Session

from registry.labels import label
from registry.rules.permissions import Action, Actor
from registry.services import people as people_service
from registry.services.people import PersonFilter, PersonRow
from registry.sheets import Sheet, workbook

MOST = 200_000
HEADINGS = ("姓名", "身份证号", "单位", "所在机构", "职务", "岗位性质", "证件类型", "证件编号", "有效期至", "状态")


def people(session: Session, actor: Actor, *, chosen: PersonFilter, today: date) -> bytes:
    """The people listed, as .xlsx with masked numbers."""
    actor.require(Action.PERSON_EXPORT)
    page = people_service.search(session, actor, chosen=chosen, today=today, size=MOST)
    rows = [line for row in page.rows for line in _lines(row)]
    return workbook([Sheet(title="人员", headings=HEADINGS, rows=rows)])


def _lines(row: PersonRow) -> list[list[str]]:
    """A line for each certificate; one without, for who has none."""
    who = [row.name, row.identity_masked, row.unit, row.section, row.post, label(row.duty)]
    cards = [[label(c.kind), c.number, c.valid_until.isoformat(), label(c.status)] for c in row.cards]
    return [[*who, *card] for card in cards] or [[*who, "", "", "", ""]]
