"""The trail in words: what an entry's act was done to, and its facts under their names, changes from what to what."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from flask import current_app, g, url_for
from flask_babel import gettext as _

from registry.labels import LABELS
from registry.rules import Rule, certificates
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.conduct import ConductMeasure
from registry.rules.departments import DepartmentKind
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.imports import ImportKind
from registry.rules.people import Duty, Education, EndReason, Establishment, PoliticalStatus, Rank
from registry.rules.permissions import Action, Role
from registry.rules.policy import TITLES
from registry.rules.reviews import ReviewFinding
from registry.rules.training import TrainingKind, TrainingMode
from registry.services import departments, people
from registry.web.words import NOTHING, label
from registry.words import N_

LONG = 6  # a fact of more parts than this is counted, its parts folded away
HASH_SHOWN = 12
OF_A_FILE = re.compile(r"(?P<undone>undo-)?import-(?P<id>[0-9]+)")  # the batch of everything that one file did

SUBJECTS: Mapping[str, tuple[str, str | None, str | None]] = {
    "accounts": (N_("account"), None, None),
    "certificates": (N_("certificate"), "certificates.show", "certificate_id"),
    "conduct_records": (N_("record of conduct"), None, None),
    "departments": (N_("unit"), "departments.show", "department_id"),
    "exam_results": (N_("exam result"), None, None),
    "exam_sittings": (N_("exam"), "exams.show", "sitting_id"),
    "import_batches": (N_("import"), "imports.show", "batch_id"),
    "import_sources": (N_("source of files"), None, None),
    "offices": (N_("office"), None, None),
    "people": (N_("person"), "people.show", "person_id"),
    "photo_batches": (N_("file of photos"), "photos.show", "batch_id"),
    "policy_versions": (N_("policy"), "policies.index", None),
    "refusals": (N_("refusal"), "certificates.refusal", "refusal_id"),
    "review_attestations": (N_("attestation"), None, None),
    "review_campaigns": (N_("annual review"), "reviews.show", "campaign_id"),
    "review_items": (N_("line of a review"), "reviews.item", "item_id"),
    "rosters": (N_("roster"), "rosters.show", "roster_id"),
    "score_entries": (N_("score sheet"), "scores.sheet", "sitting_id"),
    "training_courses": (N_("course"), "courses.show", "course_id"),
    "training_sessions": (N_("training"), "training.show", "session_id"),
}

TERMS: Mapping[str, str] = {
    **TITLES,
    "abolished": N_("abolished"),
    "annulled_because": N_("annulled because"),
    "area": N_("area"),
    "as_of": N_("as of"),
    "as_proposed": N_("as proposed"),
    "assessed": N_("people assessed"),
    "attended": N_("people who attended"),
    "barred_until": N_("no new application until"),
    "certificates": N_("certificates"),
    "change": N_("what changed"),
    "changed": N_("what changed"),
    "code": N_("code"),
    "completed_on": N_("completed on"),
    "confirmation_notice": N_("notice of confirmation"),
    "confirmed_on": N_("confirmed as enforcement subject on"),
    "copy": N_("copy"),
    "corrected_post": N_("post that began on"),
    "county": N_("county"),
    "course": N_("course"),
    "created": N_("new"),
    "cutoff": N_("cut-off"),
    "decided_by": N_("decided by"),
    "decided_on": N_("decided on"),
    "department_id": N_("unit"),
    "division_code": N_("division code"),
    "document_number": N_("document"),
    "duty": N_("duty"),
    "education": N_("education"),
    "email": N_("e-mail"),
    "end_reason": N_("why the post ended"),
    "ended_on": N_("ended on"),
    "enforcement_area": N_("area"),
    "enforcement_basis": N_("legal basis of the main field"),
    "enforcement_field": N_("field"),
    "entered": N_("candidates entered"),
    "entered_alone": N_("both entries made by the only clerk"),
    "entrusted_from": N_("entrusted from"),
    "entrusted_until": N_("entrusted until"),
    "entrusting_code": N_("entrusting unit"),
    "entrustment_document": N_("document of the entrustment"),
    "established": N_("established"),
    "establishment": N_("establishment"),
    "ethnicity": N_("ethnicity"),
    "exam_subject": N_("subject"),
    "exported": N_("people exported"),
    "exported_lines": N_("lines exported"),
    "exported_units": N_("units exported"),
    "file_merged_in": N_("number of the file merged in"),
    "filename": N_("file"),
    "finding": N_("finding"),
    "form": N_("form"),
    "from_on": N_("from"),
    "has_law_qualification": N_("legal professional qualification"),
    "held_on": N_("held on"),
    "host_id": N_("seconded to"),
    "hours": N_("hours"),
    "is_active": N_("account open"),
    "is_completed": N_("completed"),
    "is_compulsory": N_("compulsory"),
    "is_given": N_("still given"),
    "is_law_major": N_("law major"),
    "joined_on": N_("joined the unit on"),
    "kind": N_("kind"),
    "left_out": N_("rows left out"),
    "legal_basis": N_("legal basis"),
    "legal_review_section": N_("section for legal review"),
    "legal_reviewer": N_("legal reviewer"),
    "locked_until": N_("closed until"),
    "major": N_("major"),
    "matched": N_("matched by name and unit"),
    "measure": N_("measure"),
    "merged_into": N_("merged into"),
    "merged_into_file": N_("number of the file merged into"),
    "mixed_units": N_("units mixed"),
    "mode": N_("mode"),
    "name": N_("name"),
    "name_corrected": N_("slip in the name corrected"),
    "note": N_("note"),
    "number": N_("number"),
    "numbers": N_("numbers of the policy"),
    "office_phone": N_("office telephone"),
    "on": N_("day"),
    "organiser": N_("organiser"),
    "outcome": N_("outcome"),
    "parent_code": N_("parent unit"),
    "people": N_("people"),
    "passed": N_("passed"),
    "person_id": N_("person"),
    "perhaps_one_person": N_("perhaps the same person as file no."),
    "phone": N_("telephone"),
    "photo": N_("photo"),
    "pictures": N_("pictures"),
    "place": N_("place"),
    "policy": N_("policy version"),
    "political_status": N_("political status"),
    "post": N_("post"),
    "printed": N_("candidates on the paper"),
    "problems": N_("with problems"),
    "published": N_("results published"),
    "rank": N_("rank"),
    "records_moved": N_("records moved"),
    "registered": N_("registered"),
    "released_reviewer": N_("legal reviewer released"),
    "renamed": N_("renamed"),
    "reopened": N_("end taken back"),
    "results": N_("results"),
    "role": N_("role"),
    "room": N_("room"),
    "rooms": N_("rooms"),
    "rosters": N_("rosters"),
    "round": N_("entry (first or second)"),
    "row": N_("row"),
    "rows": N_("rows"),
    "rules": N_("rules that stood in the way"),
    "scope_added": N_("field added"),
    "scope_ended": N_("field ended"),
    "score": N_("score"),
    "scores": N_("scores by admission number"),
    "scores_changed": N_("scores changed"),
    "scores_cleared": N_("scores cleared"),
    "scores_entered": N_("scores entered"),
    "scores_settled": N_("differences settled"),
    "seated": N_("candidates with a number and seat"),
    "section": N_("section"),
    "sha256": N_("SHA-256"),
    "sheet": N_("sheet"),
    "short_name": N_("short name"),
    "source": N_("source of the file"),
    "starts": N_("time of day"),
    "status": N_("status"),
    "subject_confirmed": N_("confirmed as enforcement subject"),
    "taken_apart_from_file": N_("taken apart again from file no."),
    "taken_off": N_("taken off"),
    "title": N_("title"),
    "two_people": N_("another person than file no."),
    "unchanged": N_("unchanged"),
    "undecided": N_("rows to decide"),
    "undone": N_("taken back"),
    "until_on": N_("until"),
    "updated": N_("changed"),
    "username": N_("user name"),
    "withdrawal_notice": N_("notice of the withdrawal"),
    "withdrawn_on": N_("taken back on"),
    "works_since_on": N_("began to work on"),
    "wrong_passwords": N_("wrong passwords"),
    "year": N_("year"),
}

WORDS: Mapping[str, tuple[type[StrEnum], ...]] = {
    "measure": (ConductMeasure,),
    "duty": (Duty,),
    "education": (Education,),
    "end_reason": (EndReason,),
    "establishment": (Establishment,),
    "exam_subject": (ExamSubject,),
    "finding": (ReviewFinding,),
    "kind": (CertificateKind, ImportKind, DepartmentKind, TrainingKind),
    "mode": (TrainingMode,),
    "outcome": (ExamOutcome,),
    "political_status": (PoliticalStatus,),
    "rank": (Rank,),
    "role": (Role,),
    "status": (CertificateStatus,),
}

CHANGES = {"password": N_("own password"), "password reset": N_("new password by the administrator")}
COUNTED = frozenset({"assessed", "attended", "changed", "entered", "people", "results"})  # lists of many, by id
UNIT = frozenset({"department_id", "host_id"})  # one unit, by id
PERSON = frozenset({"person_id", "legal_reviewer", "released_reviewer", "taken_off"})  # one person, by id
LISTS = COUNTED | {"rooms", "rules"}  # lists that are no pair of before and after
LEFT_OUT = frozenset({"act", "reasons"})  # told as what was done; the sentences of `rules`, which the refusal shows
RULES = {rule.code: rule for rule in vars(certificates).values() if isinstance(rule, Rule)}


class Entry(Protocol):
    """What is read of an entry of the trail."""

    action: Any
    subject_type: Any
    subject_id: Any
    batch: Any
    facts: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an act was done to; `url` is empty where the reader has no page of it."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact of an act: its name, its value, and for a change the value before. Long ones have their parts folded."""

    term: str
    value: str
    before: str | None = None
    url: str = ""
    parts: Sequence[str] = ()


def subject_of(entry: Entry) -> Subject:
    """What the act was done to, as a link where the reader may follow it."""
    word, endpoint, argument = SUBJECTS.get(entry.subject_type, (entry.subject_type, None, None))
    title = _(word) if entry.subject_id is None else f"{_(word)} {entry.subject_id}"
    if endpoint is None or entry.subject_id is None or not _may_follow(endpoint):
        return Subject(title=title, url="")
    where: dict[str, Any] = {argument: entry.subject_id} if argument else {}
    return Subject(title=title, url=url_for(endpoint, **where))


def facts_of(entry: Entry) -> list[Fact]:
    """The facts of an entry under their names, in the reader's language; discipline for those alone who may see it."""
    if entry.action == Action.CONDUCT_MANAGE and not g.actor.may(Action.CONDUCT_VIEW):
        return []
    return list(_facts(entry.facts))


def history_of(entries: Sequence[Any]) -> list[tuple[Any, str, list[Fact]]]:
    """The entries of one record, each with what was done and its facts, for components/history.html."""
    look_up_people(entries)
    return [(entry, act_of(entry), [*facts_of(entry), *_file_of(entry)]) for entry in entries]


def _file_of(entry: Entry) -> list[Fact]:
    """The file by which an act came in, or went back, where it was one of a file's many."""
    came = OF_A_FILE.fullmatch(entry.batch or "")
    if came is None or entry.subject_type == "import_batches":
        return []
    term = _("by undoing the file") if came["undone"] else _("by the file")
    said, url = " ".join((_("import"), came["id"])), _page_of("imports.show", batch_id=int(came["id"]))
    return [Fact(term=term, value=said, url=url)]


def act_of(entry: Entry) -> str:
    """What was done, by the act of a career where it is one; an action that is not known keeps its name."""
    if (act := entry.facts.get("act")) in set(CareerAct):
        return label(CareerAct(act))
    return label(Action(entry.action)) if entry.action in set(Action) else entry.action


def _facts(facts: Mapping[str, Any]) -> Iterator[Fact]:
    if {"before", "after"} <= facts.keys():
        yield _changed("finding", facts["before"], facts["after"])
    for name, value in sorted(facts.items()):  # the order of the record, whichever database kept it
        if name in LEFT_OUT or (name in {"before", "after"} and {"before", "after"} <= facts.keys()):
            continue
        if name == "changed" and isinstance(value, Mapping):
            yield from _facts(value)
        elif isinstance(value, list) and len(value) == 2 and name not in LISTS:
            yield _changed(name, *value)
        else:
            yield _fact(name, value)


def _changed(name: str, before: Any, after: Any) -> Fact:
    return Fact(term=_term(name), value=_short(_said(name, after)), before=_short(_said(name, before)))


def _fact(name: str, value: Any) -> Fact:
    if isinstance(value, Mapping):
        parts = [f"{_term(part)}{_(': ')}{_short(_said(part, inner))}" for part, inner in sorted(value.items())]
        return Fact(term=_term(name), value=str(len(parts)), parts=parts)
    if name in COUNTED and isinstance(value, list):
        return Fact(term=_term(name), value=str(len(value)))
    if isinstance(value, list):
        return _listed(name, [_said(name, part) for part in value])
    if name in PERSON:
        return Fact(term=_term(name), value=_name_of(value), url=_page_of("people.show", person_id=value))
    return Fact(term=_term(name), value=_short(_said(name, value)))


def _listed(name: str, parts: Sequence[str]) -> Fact:
    if len(parts) > LONG:
        return Fact(term=_term(name), value=str(len(parts)), parts=parts)
    return Fact(term=_term(name), value=_("; ").join(parts) or NOTHING)


def _term(name: str) -> str:
    return str(_(TERMS[name])) if name in TERMS else name.replace("_", " ")


def _said(name: str, value: Any) -> str:
    """A stored value in words."""
    if value is None or value == "" or value == "None":
        return NOTHING
    if isinstance(value, bool) or value in {"True", "False"}:
        return str(_("yes") if value in {True, "True"} else _("no"))
    if name == "rules":
        return f"{value} {_(RULES[value].title)}" if value in RULES else str(value)
    if name == "change":
        return str(_(CHANGES.get(value, value)))
    if name in UNIT:
        return _unit_names().get(int(value), str(value))
    word = next((kind(value) for kind in WORDS.get(name, ()) if value in set(kind)), None)
    return str(value) if word is None else str(_(LABELS[type(word)][word]))


def _short(text: str) -> str:
    """A hash by its beginning; anything else whole."""
    is_hash = len(text) == 64 and all(character in "0123456789abcdef" for character in text)
    return f"{text[:HASH_SHOWN]}…" if is_hash else text


def _unit_names() -> dict[int, str]:
    """Names of the units, read once a request and only when an entry speaks of one."""
    if "unit_names" not in g:
        g.unit_names = departments.names(g.session)
    names: dict[int, str] = g.unit_names
    return names


def look_up_people(entries: Iterable[Entry]) -> None:
    """Read the names of everybody whom these entries speak of, at once."""
    spoken_of = {entry.facts[name] for entry in entries for name in PERSON & entry.facts.keys()}
    g.person_names = people.names(g.session, spoken_of)


def _name_of(person_id: int) -> str:
    names: dict[int, str] = g.get("person_names", {})
    return names.get(person_id, str(person_id))


def _page_of(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, **values) if _may_follow(endpoint) else ""


def _may_follow(endpoint: str) -> bool:
    access = getattr(current_app.view_functions.get(endpoint), "access", None)
    return access is not None and g.actor.may(access)
