"""The photo on a person's file: seen, put in, taken away. It is personal data: no store keeps a copy on the way."""

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.services import people
from registry.web.access import requires
from registry.web.forms import RegistryForm, stripped

bp = Blueprint("person_photos", __name__, url_prefix="/people")

PICTURES = "image/jpeg,image/png,image/webp"


class PhotoForm(RegistryForm):
    picture = FileField(
        _l("Picture"), [FileRequired(_l("Choose a picture."))], render_kw={"accept": PICTURES, "required": False}
    )


class RemovalForm(RegistryForm):
    reason = StringField(
        _l("Reason"), [DataRequired(_l("Say why the photo is removed.")), Length(max=500)], filters=[stripped]
    )


@bp.get("/<int:person_id>/photo")
@requires(Action.PERSON_VIEW)
def show(person_id: int) -> ResponseReturnValue:
    """The picture itself; 404 when there is none."""
    picture = people.photo_of(g.session, g.actor, person_id)
    if picture is None:
        abort(404)
    return Response(picture, mimetype="image/jpeg", headers={"Cache-Control": "private, no-store"})


@bp.route("/<int:person_id>/photo/new", methods=["GET", "POST"])
@requires(Action.PERSON_MANAGE)
def new(person_id: int) -> ResponseReturnValue:
    form = PhotoForm()
    if form.validate_on_submit():
        try:
            people.set_photo(g.session, g.actor, person_id=person_id, content=form.picture.data.read())
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The photo is on file."), "success")
            return redirect(url_for("people.show", person_id=person_id), 303)
    return _page(person_id, form, RemovalForm(formdata=None))


@bp.post("/<int:person_id>/photo/removal")
@requires(Action.PERSON_MANAGE)
def remove(person_id: int) -> ResponseReturnValue:
    form = RemovalForm()
    if form.validate_on_submit():
        try:
            people.remove_photo(g.session, g.actor, person_id=person_id, reason=form.reason.data)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(_("The photo is removed."), "success")
            return redirect(url_for("people.show", person_id=person_id), 303)
    return _page(person_id, PhotoForm(formdata=None), form)


def _page(person_id: int, form: PhotoForm, removal: RemovalForm) -> ResponseReturnValue:
    person = people.get(g.session, g.actor, person_id)
    photo = people.present_photo(g.session, person_id)
    page = render_template("people/photo.html", person=person, photo=photo, form=form, removal=removal)
    return page, max(form.status, removal.status)
