"""The bureau's desk in a review: a selection decided, make-ups, reminders, the close. Looked at first, then done."""

from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, TextAreaField
from wtforms.validators import Length

from registry import clock
from registry.rules import RuleBroken
from registry.rules.permissions import Action
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.services import reviews
from registry.web.access import requires
from registry.web.forms import RegistryForm, choices, maybe
from registry.web.reviews import chosen_of
from registry.web.views import as_asked

bp = Blueprint("review_desk", __name__, url_prefix="/reviews")


class SelectionForm(RegistryForm):
    finding = SelectField(_l("Finding"), coerce=maybe(ReviewFinding))
    reason = TextAreaField(_l("Reason"), [Length(max=500)])


class PlainForm(RegistryForm):
    """A confirmation with nothing to fill in."""


@bp.post("/<int:campaign_id>/selection")
@requires(Action.REVIEW_DECIDE)
def selection(campaign_id: int) -> ResponseReturnValue:
    """The items ticked, or all of the list, and what deciding them alike would do; done when asked to."""
    asked, form = as_asked(request.form.get("asked", "")), SelectionForm()
    form.finding.choices = choices(ReviewFinding, _("as proposed, each"))
    ids = _selected(campaign_id, asked)
    if not ids:
        flash(_("Tick at least one certificate first."), "warning")
        return redirect(url_for("reviews.items", campaign_id=campaign_id, **asked), 303)
    wanted: dict[str, Any] = {"campaign_id": campaign_id, "item_ids": ids}
    if form.validate():
        wanted |= {"finding": form.finding.data, "reason": form.reason.data or ""}
        if request.form.get("step") == "do" and form.saw(reviews.preview_selection(g.session, g.actor, **wanted).told):
            done = reviews.decide_selection(g.session, g.actor, **wanted, today=clock.today())
            flash(_told(done), "success")
            return redirect(url_for("reviews.items", campaign_id=campaign_id, **asked), 303)
    else:
        wanted |= {"finding": None}
    page = render_template(
        "reviews/selection.html",
        form=form,
        campaign=reviews.get(g.session, g.actor, campaign_id),
        would=reviews.preview_selection(g.session, g.actor, **wanted),
        ids=ids,
        asked=request.form.get("asked", ""),
        back_url=url_for("reviews.items", campaign_id=campaign_id, **asked),
    )
    return page, form.status


def _selected(campaign_id: int, asked: dict[str, Any]) -> list[int]:
    if request.form.get("everybody"):
        chosen = chosen_of(MultiDict(asked))
        return reviews.items_everywhere(g.session, g.actor, campaign_id=campaign_id, chosen=chosen)
    return request.form.getlist("item", type=int)


def _told(done: reviews.Acceptance) -> str:
    left = len(done.left_open)
    return str(_("Decided: %(count)s. Left as they are: %(left)s.", count=done.total, left=left))


@bp.route("/<int:campaign_id>/make-ups", methods=["GET", "POST"])
@requires(Action.REVIEW_DECIDE)
def make_ups(campaign_id: int) -> ResponseReturnValue:
    """Look again at the deferred, then decide those who have made up."""
    campaign, form = reviews.get(g.session, g.actor, campaign_id), PlainForm()
    looks = request.form.get("step") == "look"
    shown = reviews.preview_make_ups(g.session, g.actor, campaign_id=campaign_id).told
    if form.validate_on_submit() and (looks or form.saw(shown)):
        try:
            said = _looked_again(campaign_id) if looks else _accepted(campaign_id)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(said, "success")
            return redirect(url_for(".make_ups", campaign_id=campaign_id))
    page = render_template(
        "reviews/make_ups.html",
        form=form,
        campaign=campaign,
        waiting=reviews.waiting(g.session, campaign_id),
        would=reviews.preview_make_ups(g.session, g.actor, campaign_id=campaign_id),
    )
    return page, form.status


def _looked_again(campaign_id: int) -> str:
    looked = reviews.look_again(g.session, g.actor, campaign_id=campaign_id, today=clock.today())
    moved = looked.moved[ReviewFinding.PASSED]
    return str(_("Looked at %(count)s certificates again: %(moved)s have made up.", count=looked.count, moved=moved))


def _accepted(campaign_id: int) -> str:
    done = reviews.accept_make_ups(g.session, g.actor, campaign_id=campaign_id, today=clock.today())
    return _told(done)


@bp.route("/<int:campaign_id>/close", methods=["GET", "POST"])
@requires(Action.REVIEW_CLOSE)
def close(campaign_id: int) -> ResponseReturnValue:
    """Close the review: whoever is left is dealt with by rule, after a look at what that means."""
    campaign, form, today = reviews.get(g.session, g.actor, campaign_id), PlainForm(), clock.today()
    shown = reviews.preview_closing(g.session, g.actor, campaign_id=campaign_id, today=today)
    is_open = campaign.status is CampaignStatus.OPEN  # of one that is closed, a second press is told just that
    if form.validate_on_submit() and (not is_open or form.saw(shown.told)):
        try:
            told = reviews.close(g.session, g.actor, campaign_id=campaign_id, today=today)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(
                _("The review is closed; %(count)s certificates are left to a person.", count=len(told.left_open)),
                "success",
            )
            return redirect(url_for("reviews.show", campaign_id=campaign_id))
    page = render_template(
        "reviews/close.html",
        form=form,
        campaign=campaign,
        would=shown,
        progress=reviews.progress(g.session, g.actor, campaign_id=campaign_id),
    )
    return page, form.status


@bp.post("/<int:campaign_id>/reminders")
@requires(Action.REVIEW_REMIND)
def remind(campaign_id: int) -> ResponseReturnValue:
    """Remind the units that the review waits for; the worker mails them where there is a mail server."""
    today = clock.today()
    reminded = reviews.remind(g.session, g.actor, campaign_id=campaign_id, today=today)
    if not reminded:
        flash(_("Nobody to remind: no day is near or past, or everyone was reminded today."), "info")
        return redirect(url_for("reviews.show", campaign_id=campaign_id))
    flash(ngettext("%(num)s reminder was given.", "%(num)s reminders were given.", len(reminded)), "success")
    if current_app.extensions["settings"].smtp_url is None:
        flash(_("No mail server is configured: the reminders stand on the units' boards."), "info")
        return redirect(url_for("reviews.show", campaign_id=campaign_id))
    job = reviews.ask_for_mail(g.session, g.actor, campaign_id=campaign_id, today=today)
    return redirect(url_for("jobs.show", job_id=job.id))
