"""The pages of a person, a certificate and a unit as of a day that is past: what held then, and nothing to do."""

from datetime import date

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from registry.rules.people import age_on
from registry.services import certificates, departments, people
from registry.web.trail import history_of


def person(person_id: int, day: date, today: date) -> ResponseReturnValue:
    """A person's file as it was on a day."""
    file = people.as_of(people.file_of(g.session, g.actor, person_id, today), day)
    return render_template(
        "people/as_of.html",
        file=file,
        person=file.person,
        day_then=day,
        unit_names=departments.names_on(g.session, day),
        cards=certificates.held_by(g.session, person_id, day),
        age=age_on(file.person.born_on, day),
        history=history_of(file.history),
    )


def certificate(certificate_id: int, day: date) -> ResponseReturnValue:
    """A certificate as it stood on a day."""
    card = certificates.get(g.session, g.actor, certificate_id)
    passes = [one for one in certificates.passes_of(g.session, [card])[card.id] if one.sitting.held_on <= day]
    return render_template(
        "certificates/as_of.html",
        card=card,
        day_then=day,
        then=certificates.then(g.session, [card], day)[card.id],
        passes=passes,
        corrections=certificates.corrections_of(g.session, passes),
    )


def department(department_id: int, day: date) -> ResponseReturnValue:
    """A unit as it was on a day, with its people of that day and what they held."""
    after = request.args.get("after", default=0, type=int)
    unit = departments.as_of(g.session, g.actor, department_id=department_id, day=day, after=after)
    held = certificates.of_unit(g.session, g.actor, department_id=department_id, day=day)
    cards: dict[int, list[certificates.CertificateThen]] = {}
    for card in held:
        cards.setdefault(card.certificate.person_id, []).append(card)
    return render_template(
        "departments/as_of.html",
        then=unit,
        unit=unit.unit,
        day_then=day,
        cards=cards,
        valid_count=sum(card.is_valid for card in held),
        first_page=not after,
    )
