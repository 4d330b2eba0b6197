"""The door: every view says who may enter, and a view that says nothing lets nobody in."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from registry.rules.permissions import Action

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
PUBLIC = "public"
View = TypeVar("View", bound=Callable[..., Any])


def requires(action: Action) -> Callable[[View], View]:
    """Only a signed-in account whose role allows `action` enters; the procedure asks again with the object in hand."""

    def mark(view: View) -> View:
        view.access = action  # type: ignore[attr-defined]  # functions carry attributes, mypy does not know which
        return view

    return mark


def public(view: View) -> View:
    """Everybody enters, signed in or not."""
    view.access = PUBLIC  # type: ignore[attr-defined]  # as above
    return view


def only_reads(view: View) -> View:
    """A view that is asked with POST, because no address is to tell what for, and changes nothing."""
    view.only_reads = True  # type: ignore[attr-defined]  # as above
    return view


def changes_something() -> bool:
    """Whether this request is one that may write."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method in CHANGING and not getattr(view, "only_reads", False)


def guard() -> Response | None:
    """Runs before every request: sends strangers to sign in and refuses whoever the view does not admit."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    access = getattr(current_app.view_functions[request.endpoint], "access", None)
    if access == PUBLIC:
        return None
    if g.actor is None:
        return redirect(url_for("accounts.sign_in", next=request.full_path if request.method == "GET" else None))
    if access is None or not g.actor.may(access):
        abort(403)
    return None
