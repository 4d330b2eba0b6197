"""The public check: without signing in, by number and name, by the code of a QR, and by a file without any network."""

import base64
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, current_app, g, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.rules.card_codes import SENTENCES, CheckReason
from registry.rules.certificates import CertificateKind
from registry.services import policies, signing, verification
from registry.web.access import public
from registry.web.answers import attachment
from registry.web.forms import RegistryForm
from registry.web.limits import limiter
from registry.web.offline import offline_file as drawn
from registry.web.words import label

bp = Blueprint("verification", __name__)

ASKED_OFTEN = "30/minute"
KEPT_FOR = "public, max-age=3600"


class CheckForm(RegistryForm):
    number = StringField(_l("Certificate number"), [InputRequired(_l("Enter the certificate number.")), Length(max=40)])
    name = StringField(_l("Name of the holder"), [InputRequired(_l("Enter the holder's name.")), Length(max=60)])


@dataclass(frozen=True, slots=True)
class Told:
    """How an answer was given: for what reason, when, and at which address it may be believed."""

    reason: CheckReason
    at: datetime
    address: str


@bp.route("/check", methods=["GET", "POST"])
@public
@limiter.limit(ASKED_OFTEN, methods=["POST"])
def index() -> ResponseReturnValue:
    form, answer = CheckForm(), None
    if form.validate_on_submit():
        answer = verification.by_number(g.session, number=form.number.data, name=form.name.data, today=clock.today())
        if answer is None:
            unknown = _("No certificate of this register has this number and this holder. Check both and try again.")
            form.refusals.append(unknown)
    return render_template("verification/index.html", form=form, answer=answer, told=_told(answer)), form.status


@bp.get("/c/<code>")
@public
@limiter.limit(ASKED_OFTEN)
def code(code: str) -> ResponseReturnValue:
    """Where the QR leads. Suspended, ended, expired are answers (200); the signed part behind the # stays away."""
    answer = verification.by_code(g.session, code=code, today=clock.today())
    page = render_template(
        "verification/code.html",
        answer=answer,
        told=_told(answer),
        keys=_public_keys(),
        kinds=list(CertificateKind),
        reasons={reason.value: _(sentence) for reason, sentence in SENTENCES.items()},
        words={reason.value: label(reason) for reason in CheckReason},
    )
    return page, 200 if answer else 404


@bp.get("/check/offline")
@public
def offline() -> ResponseReturnValue:
    """What the file for checks without network does, and where it is saved from."""
    return render_template("verification/offline.html")


@bp.get("/check/offline.html")
@public
@limiter.limit(ASKED_OFTEN)
def offline_file() -> Response:
    """The file itself; an attachment, since no page of this address may run scripts that stand in it."""
    office = policies.office(g.session).name
    page = drawn(_public_keys(), office=office, address=_address(), today=clock.today())
    return attachment(page.encode(), _("card check") + ".html", "text/html")


@bp.get("/check/keys.json")
@public
def keys() -> Response:
    """The public keys for other programs, as a JSON Web Key Set (RFC 7517, RFC 8037), retired ones included."""
    answer = jsonify(keys=[_jwk(one, public_key) for one, public_key in signing.public_keys(g.session).items()])
    answer.headers["Cache-Control"] = KEPT_FOR
    return answer


def _told(answer: verification.Answer | None) -> Told | None:
    if answer is None:
        return None
    return Told(verification.reason(answer, clock.today()), clock.now(), _address())


def _address() -> str:
    address: str = current_app.extensions["settings"].public_url
    return address


def _public_keys() -> dict[str, str]:
    return {one: public_key.hex() for one, public_key in signing.public_keys(g.session).items()}


def _jwk(key_id: str, public_key: bytes) -> dict[str, str]:
    x = base64.urlsafe_b64encode(public_key).decode().rstrip("=")
    return {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": key_id, "x": x}
