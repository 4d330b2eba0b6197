"""The trail in words: what an entry's act was done to, and its facts under their names, changes from what to what."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app, g, url_for
from flask_babel import gettext as _

from registry.labels import LABELS
from registry.rules.applications import ApplicationStep
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateAct
from registry.rules.permissions import Action
from registry.services import departments, people
from registry.web.trail_words import CHANGES, COUNTED, LEFT_OUT, LISTS, PERSON, RULES, SUBJECTS, TERMS, UNIT, WORDS
from registry.web.words import NOTHING, label

LONG = 6  # a fact of more parts than this is counted, its parts folded away
HASH_SHOWN = 12
OF_A_FILE = re.compile(r"(?P<undone>undo-)?import-(?P<id>[0-9]+)")  # the batch of everything that one file did


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
    """What was done, by the act of a career or a certificate or a step of the road; one unknown keeps its name."""
    act = entry.facts.get("act")
    if (known := next((acts(act) for acts in (CareerAct, CertificateAct) if act in set(acts)), None)) is not None:
        return label(known)
    if (step := entry.facts.get("step")) in set(ApplicationStep):
        return label(ApplicationStep(step))
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
