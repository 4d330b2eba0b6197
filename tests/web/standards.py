"""What every page keeps: valid HTML, a title, one h1, labelled fields, no id twice, nothing inline."""

from collections import Counter
from xml.etree.ElementTree import Element

import html5lib

# Browsers and the standard take these; html5lib's parser is older than they are.
TOLERATED = frozenset({"expected-doctype-but-got-start-tag"})
NEEDS_LABEL = frozenset({"input", "select", "textarea"})
UNLABELLED_TYPES = frozenset({"hidden", "submit", "button"})


def faults(html: str) -> list[str]:
    """Every way in which a page falls short; an empty list means that it keeps the standards."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root = parser.parse(html)
    return [
        *(f"invalid HTML at {place}: {code} {data}" for place, code, data in parser.errors if code not in TOLERATED),
        *_structure(root),
        *_labels(root),
        *_inline(root),
    ]


def _structure(root: Element) -> list[str]:
    found = []
    if not (root.findtext(".//title") or "").strip(" ·\n"):
        found.append("no title")
    headings = root.findall(".//h1")
    if len(headings) != 1 or not "".join(headings[0].itertext()).strip():
        found.append(f"{len(headings)} h1, or an empty one")
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    found += [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    if not root.get("lang"):
        found.append("no language")
    return found


def _labels(root: Element) -> list[str]:
    labelled = {label.get("for") for label in root.iter("label")}
    wrapped = {id(inner) for label in root.iter("label") for inner in label.iter()}
    return [
        f"no label for {element.tag} {element.get('name')!r}"
        for element in root.iter()
        if element.tag in NEEDS_LABEL
        and element.get("type") not in UNLABELLED_TYPES
        and not element.get("aria-label")
        and element.get("id") not in labelled
        and id(element) not in wrapped
    ]


def _inline(root: Element) -> list[str]:
    found = [f"inline style on {element.tag}" for element in root.iter() if element.get("style")]
    found += [
        f"inline script: {element.text[:40]!r}" for element in root.iter("script") if (element.text or "").strip()
    ]
    handlers = [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    return [*found, *(f"inline handler {name}" for name in handlers)]
