"""Papers that leave the office: what kinds there are, how they are numbered, and what a copy has to say."""

from collections.abc import Mapping
from enum import StrEnum

from registry.rules import Rule
from registry.rules.certificates.kinds import CertificateStatus
from registry.words import N_


class PaperKind(StrEnum):
    """A single card, sheets of cards, an A4 certificate, a proof for a day, a notice of refusal;

    corrections of a roster, the sums of a year by unit, the index of a bundle of evidence.
    """

    CARD = "card"
    CARD_SHEETS = "card_sheets"
    CERTIFICATE = "certificate"
    PROOF = "proof"
    REFUSAL = "refusal"
    ERRATA = "errata"
    SUMMARY = "summary"
    SAMPLE = "sample"
    EVIDENCE = "evidence"


REPRINT_SAYS_WHY = Rule(
    code="PAP-1", title=N_("A second copy says what it is for"), source="本登记簿规则：补印须注明用途"
)
EVERY_CHARACTER_PRINTS = Rule(
    code="PAP-2", title=N_("Every character of a paper can be printed"), source="本登记簿规则：姓名不得缺字"
)
WORKER_PRINTS = Rule(
    code="PAP-3", title=N_("Long papers are printed by the worker"), source="本登记簿规则：批量证件后台打印"
)
SOMETHING_TO_PRINT = Rule(code="PAP-4", title=N_("A paper has something to say"), source="本登记簿规则：无证件可印")
ONLY_IN_FORCE = Rule(
    code="PAP-5", title=N_("Only a certificate in force is printed"), source="本登记簿规则：失效证件不得制证"
)
PRINTED_WHILE = frozenset({CertificateStatus.ACTIVE})  # what PAP-5 calls in force
CARDS = frozenset({PaperKind.CARD, PaperKind.CARD_SHEETS})
PROVES_THE_PAST = Rule(
    code="PAP-6", title=N_("A proof speaks of a day that has come"), source="本登记簿规则：不证明将来之事"
)
BYTES_STAY = Rule(
    code="PAP-7", title=N_("A paper is handed out as it was printed"), source="本登记簿规则：存档字节不得更换"
)
LONGEST_WAIT = 60  # cards that may be printed while somebody waits

# What stands between the county and the year in a paper's number: 郏 + 司证明 + 〔2026〕12号.
SERIES: Mapping[PaperKind, str] = {
    PaperKind.CARD: "司证卡",
    PaperKind.CARD_SHEETS: "司制卡",
    PaperKind.CERTIFICATE: "司证件",
    PaperKind.PROOF: "司证明",
    PaperKind.REFUSAL: "司不予",
    PaperKind.ERRATA: "司勘误",
    PaperKind.SUMMARY: "司汇总",
    PaperKind.SAMPLE: "司抽查",
    PaperKind.EVIDENCE: "司证据",
}
