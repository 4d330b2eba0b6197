"""Policies as pages: which number holds since when and from which source; adopting the next one."""

import re
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, Field, Form, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Regexp, ValidationError

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.rules.policy import BASE_SOURCES, NAMES, TITLES, completed
from registry.services import policies
from registry.web.access import requires
from registry.web.forms import RegistryForm

bp = Blueprint("policies", __name__, url_prefix="/policies")

HIGHEST = 1_000
AT_LEAST_ONE = frozenset({"pass_mark", "full_marks", "exam_attempts", "minimum_age", "validity_years"})
NO_LEAP_YEAR = 2021
MONTH_AND_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
PATTERN = r"^[^{}]*(\{division\}[^{}]*)?\{serial:0[1-9]\}[^{}]*$"
PATTERN_LENGTH = 30  # with nine digits in place of its serial a number is never longer than the register takes


def _day_of_every_year(_form: Form, field: Field) -> None:
    try:
        found = MONTH_AND_DAY.fullmatch(field.data or "")
        date(NO_LEAP_YEAR, *map(int, found.groups() if found else (0, 0)))
    except ValueError:
        raise ValidationError(_("Enter month-day, such as 10-31.")) from None


def _value_field(name: str, example: Any) -> Any:
    title = _l(TITLES[name])
    if isinstance(example, bool):
        return BooleanField(title)
    if isinstance(example, int):
        lowest = 1 if name in AT_LEAST_ONE else 0
        return IntegerField(title, [InputRequired(_l("Enter a number.")), NumberRange(lowest, HIGHEST)])
    if name == "review_cutoff":
        return StringField(title, [InputRequired(_l("Enter month-day, such as 10-31.")), _day_of_every_year])
    if name == "higher_organs":
        return StringField(title, [Length(max=300)])
    once = Regexp(PATTERN, message=_l("The pattern holds {serial:05} once."))
    return StringField(title, [Length(max=PATTERN_LENGTH), once])


def _form_for(numbers: dict[str, Any]) -> type[RegistryForm]:
    fields: dict[str, Any] = {
        "from_on": DateField(_l("Holds from"), [InputRequired(_l("Enter a day."))]),
        "reason": StringField(_l("Document and reason"), [InputRequired(_l("Say why.")), Length(max=500)]),
    }
    for name in NAMES:
        fields[name] = _value_field(name, numbers[name])
        source = _l("Source: %(title)s", title=_l(TITLES[name]))
        fields[f"source_{name}"] = StringField(source, [InputRequired(_l("Name the source.")), Length(max=300)])
    return type("PolicyForm", (RegistryForm,), fields)


@bp.get("")
@requires(Action.POLICY_VIEW)
def index() -> ResponseReturnValue:
    today = clock.today()
    return render_template(
        "policies/index.html",
        current=policies.in_force(g.session, today),
        numbers=policies.standing(g.session, today),
        adoptions=policies.adoptions(g.session),
        titles=TITLES,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Action.POLICY_ADOPT)
def new() -> ResponseReturnValue:
    latest = policies.versions(g.session)[0]
    numbers, sources = completed(latest.numbers), {**BASE_SOURCES, **latest.sources}
    present = {**numbers, **{f"source_{name}": source for name, source in sources.items()}}
    form = _form_for(numbers)(data=present)
    if form.validate_on_submit():
        try:
            policies.adopt(
                g.session,
                g.actor,
                from_on=form["from_on"].data,
                numbers={name: form[name].data for name in NAMES},
                sources={name: form[f"source_{name}"].data for name in NAMES},
                reason=form["reason"].data,
            )
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The policy is adopted."), "success")
            return redirect(url_for(".index"))
    return render_template("policies/new.html", form=form, names=NAMES, latest=latest), form.status
