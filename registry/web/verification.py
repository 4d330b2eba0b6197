"""The public check: without signing in, for a number together with the holder's name, or for the code of a QR."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from registry import clock
from registry.services import verification
from registry.web.access import public
from registry.web.forms import RegistryForm
from registry.web.limits import limiter

bp = Blueprint("verification", __name__)

ASKED_OFTEN = "30/minute"


class CheckForm(RegistryForm):
    number = StringField(_l("Certificate number"), [InputRequired(_l("Enter the certificate number.")), Length(max=40)])
    name = StringField(_l("Name of the holder"), [InputRequired(_l("Enter the holder's name.")), Length(max=60)])


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
    return render_template("verification/index.html", form=form, answer=answer), form.status


@bp.get("/c/<code>")
@public
@limiter.limit(ASKED_OFTEN)
def code(code: str) -> ResponseReturnValue:
    answer = verification.by_code(g.session, code=code, today=clock.today())
    return render_template("verification/code.html", answer=answer), 200 if answer else 404
