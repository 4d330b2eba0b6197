"""The certificate as a page of A4: title, photo, every fact, the code and the place of the seal."""

from registry.printing import documents, fonts
from registry.printing.cards.faces import CardFace, written
from registry.printing.codes import picture_of

CERTIFICATE_VERSION = "certificate-2"


def print_certificate(
    face: CardFace, *, organ: str = "", issued_on: str = "", predecessor: str = "", identifier: str = ""
) -> bytes:
    """One certificate as PDF for the organ's seal; without a day the place for it is left open.

    A certificate in place of another names the number of its `predecessor`.
    The same values give the same bytes. Unprintable as for `print_cards`.
    """
    fonts.refuse_missing([{**face.texts, "organ": organ}])
    values = {
        "face": face,
        "titled": "".join(face.title),
        "state": face.title[0] if len(face.title) > 1 else "",
        "title": face.title[-1],
        "wide": (
            ("单　　位", face.unit),
            ("执法类别", face.field),
            ("执法区域", face.area),
            ("有效期", face.validity),
            *([("原证号", predecessor)] if predecessor else []),
        ),
        "code": picture_of(face.qr_text),
        "organ": organ,
        "issued": written(issued_on) if issued_on else "",
    }
    images = {"photo": face.photo} if face.photo else documents.NO_IMAGES
    return documents.print_page("certificate_a4.html", values, identifier=identifier, images=images)
