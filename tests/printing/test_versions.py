"""Each version of a template is tied to its bytes: whoever changes a template raises its version, and says so here."""

import hashlib
import re
from pathlib import Path

import pytest

from registry.printing import cards, evidence, exams, notices, samples, tables
from registry.printing.cards import certificate
from registry.printing.rosters import paper

pytestmark = pytest.mark.nodb
TEMPLATES = Path(__file__).parents[2] / "templates" / "print"
NAMED = re.compile(r"""["'(]([a-z0-9_]+\.(?:html|css|svg))["')]""")
CARDS, NOTICES = ("card.html", "card_sheet.html"), ("proof.html", "refusal.html")
EXAMS = ("exam_slips.html", "exam_sign_in.html", "exam_record.html")
PINNED = {
    cards.TEMPLATE_VERSION: (CARDS, "card-2", "db4f49521b4ba929"),
    certificate.CERTIFICATE_VERSION: (("certificate_a4.html",), "certificate-2", "3c16cf80889e0261"),
    notices.NOTICE_VERSION: (NOTICES, "notice-2", "26b618b9499fa7be"),
    tables.ERRATA_VERSION: (("errata.html",), "errata-1", "97c494b11880980b"),
    tables.SUMMARY_VERSION: (("summary.html",), "summary-1", "f30d9b50cdbfc718"),
    samples.SAMPLE_VERSION: (("sample.html",), "sample-1", "ba6d951b19d93f8d"),
    evidence.EVIDENCE_VERSION: (("evidence.html",), "evidence-1", "46d8017761aad8c7"),
    paper.TEMPLATE_VERSION: (("roster.html",), "roster-3", "9ff8181d6b2a5ebc"),
    exams.TEMPLATE_VERSION: (EXAMS, "exam-1", "ea5563ee332e45d1"),
}


def files_of(names: tuple[str, ...]) -> list[Path]:
    """These templates and every file that they name, and those name in turn."""
    found: set[Path] = set()
    wanted = list(names)
    while wanted:
        path = TEMPLATES / wanted.pop()
        if path not in found:
            found.add(path)
            wanted += NAMED.findall(path.read_text(encoding="utf-8"))
    return sorted(found)


def hash_of(names: tuple[str, ...]) -> str:
    whole = hashlib.sha256()
    for path in files_of(names):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()[:16]


@pytest.mark.parametrize("version", PINNED)
def test_a_changed_template_has_a_new_version(version: str) -> None:
    names, known, pinned = PINNED[version]

    assert (version, hash_of(names)) == (known, pinned), "raise the version of this template, and pin its bytes anew"


def test_every_file_of_a_template_is_under_a_version() -> None:
    under = {path for names, _, _ in PINNED.values() for path in files_of(names)}

    assert under == {path for path in TEMPLATES.iterdir() if path.is_file()}
