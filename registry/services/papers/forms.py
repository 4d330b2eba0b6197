"""How papers of each kind come out of their frozen data: one line a kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry import printing
from registry.printing.cards import TEMPLATE_VERSION
from registry.rules.papers import PaperKind
from registry.services.papers.issuing import hash_of

Told = Callable[[int], None]
Draw = Callable[[Mapping[str, Any], Mapping[str, bytes], Told], bytes]


@dataclass(frozen=True, slots=True)
class Form:
    """The version of a template, and what lays a paper out: its data, its photos by id, who hears how much is done."""

    version: str
    draw: Draw


def _face(line: Mapping[str, Any], data: Mapping[str, Any], photos: Mapping[str, bytes]) -> printing.CardFace:
    is_supervision, authority = line["kind"] == "supervision", data["head"]["authority"]
    return printing.CardFace(
        number=line["number"],
        name=line["name"],
        sex=line["sex"],
        unit=line["unit"],
        title=printing.supervision_title(authority) if is_supervision else printing.ENFORCEMENT_TITLE,
        english=printing.SUPERVISION_ENGLISH if is_supervision else printing.ENFORCEMENT_ENGLISH,
        field=line["field"],
        area=line["area"],
        post=line["post"],
        issuer=f"{authority}监制",
        valid_from=line["valid_from"],
        valid_until=line["valid_until"],
        qr_text=line["qr_text"],
        photo=photos.get(line["photo"]),
        mark="演示数据" if data["head"]["is_demonstration"] else "",
    )


def _faces(data: Mapping[str, Any], photos: Mapping[str, bytes]) -> Sequence[printing.CardFace]:
    return [_face(line, data, photos) for line in data["cards"]]


def _card(data: Mapping[str, Any], photos: Mapping[str, bytes], told: Told) -> bytes:
    return printing.print_cards(_faces(data, photos), layout=printing.CardLayout.SINGLE, told=told)


def _sheets(data: Mapping[str, Any], photos: Mapping[str, bytes], told: Told) -> bytes:
    return printing.print_cards(_faces(data, photos), layout=data["layout"], told=told)


def _certificate(data: Mapping[str, Any], photos: Mapping[str, bytes], _told: Told) -> bytes:
    [line] = data["cards"]
    face, organ = _face(line, data, photos), data["head"]["authority"]
    return printing.print_certificate(face, organ=organ, issued_on=line["issued_on"], predecessor=line["predecessor"])


def _notice(data: Mapping[str, Any], _photos: Mapping[str, bytes], _told: Told) -> bytes:
    return printing.print_refusal(data, data_sha256=hash_of(data))


def _proof(data: Mapping[str, Any], _photos: Mapping[str, bytes], _told: Told) -> bytes:
    return printing.print_proof(data, data_sha256=hash_of(data))


def _errata(data: Mapping[str, Any], _photos: Mapping[str, bytes], _told: Told) -> bytes:
    return printing.print_errata(data, data_sha256=hash_of(data))


def _summary(data: Mapping[str, Any], _photos: Mapping[str, bytes], _told: Told) -> bytes:
    return printing.print_summary(data, data_sha256=hash_of(data))


def _evidence(data: Mapping[str, Any], _photos: Mapping[str, bytes], _told: Told) -> bytes:
    return printing.print_evidence(data, data_sha256=hash_of(data))


def _sample(data: Mapping[str, Any], _photos: Mapping[str, bytes], _told: Told) -> bytes:
    return printing.print_sample(data, data_sha256=hash_of(data))


FORMS: Mapping[PaperKind, Form] = {
    PaperKind.CARD: Form(TEMPLATE_VERSION, _card),
    PaperKind.CARD_SHEETS: Form(TEMPLATE_VERSION, _sheets),
    PaperKind.CERTIFICATE: Form(printing.CERTIFICATE_VERSION, _certificate),
    PaperKind.PROOF: Form(printing.NOTICE_VERSION, _proof),
    PaperKind.REFUSAL: Form(printing.NOTICE_VERSION, _notice),
    PaperKind.ERRATA: Form(printing.ERRATA_VERSION, _errata),
    PaperKind.SUMMARY: Form(printing.SUMMARY_VERSION, _summary),
    PaperKind.SAMPLE: Form(printing.SAMPLE_VERSION, _sample),
    PaperKind.EVIDENCE: Form(printing.EVIDENCE_VERSION, _evidence),
}
