"""What stands on a certificate: plain facts, and how its days are written."""

import re
from dataclasses import dataclass
from datetime import date

ENFORCEMENT_TITLE = ("中华人民共和国", "行政执法证")
ENFORCEMENT_ENGLISH = ("Administrative Law Enforcement", "CHINA")
SUPERVISION_ENGLISH = ("Supervision of Administrative Law Enforcement", "CHINA")
ISSUER = "河南省人民政府监制"
_PROVINCE = re.compile(r".+?(?:省|自治区|市)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """The facts printed on one certificate, and no others.

    `title` and `english` are lines, the last Chinese one the great one. Days are ISO dates. `photo` is a JPEG picture;
    without one an empty frame is drawn. `mark` is a word against misuse, such as 演示数据, on both sides.
    """

    number: str
    name: str
    sex: str
    unit: str
    title: tuple[str, ...] = ENFORCEMENT_TITLE
    english: tuple[str, ...] = ENFORCEMENT_ENGLISH
    field: str
    area: str
    post: str
    issuer: str = ISSUER
    valid_from: str
    valid_until: str
    qr_text: str
    photo: bytes | None = None
    mark: str = ""

    @property
    def validity(self) -> str:
        """2021年01月01日—2025年12月31日, as the card writes its term."""
        return f"{written(self.valid_from)}—{written(self.valid_until)}"

    @property
    def texts(self) -> dict[str, str]:
        """Every text of the certificate, the holder's name among them, as `fonts.refuse_missing` reads it."""
        names = ("number", "name", "sex", "unit", "field", "area", "post", "issuer", "mark")
        lines = {"title": "".join(self.title), "english": " ".join(self.english)}
        return {**{name: getattr(self, name) for name in names}, **lines}


def supervision_title(authority: str) -> tuple[str, ...]:
    """The title of a supervision certificate under the name of the province whose authority issues it.

    省政府令第180号第三条 has 《河南省行政执法监督证》; the enforcement certificate is titled by the national style.
    """
    province = _PROVINCE.match(authority)
    return (province[0], "行政执法监督证") if province else ("行政执法监督证",)


def written(iso: str) -> str:
    """2021年01月01日."""
    day = date.fromisoformat(iso)
    return f"{day.year}年{day.month:02}月{day.day:02}日"
