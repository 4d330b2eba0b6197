"""Cards scanned one after another against a roster: what was typed, and whether it is as it stands there."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registry.rules import Rule
from registry.rules.card_codes import CheckReason
from registry.rules.certificates import CertificateStatus
from registry.rules.numbers import LONGEST_NUMBER
from registry.rules.people import identity_problem, masked, normalise_identity
from registry.rules.typed import as_keyed
from registry.words import N_

SCANNED_WHILE_OPEN = Rule(
    code="AUD-4", title=N_("Cards are scanned until the scanning is ended"), source="本登记簿规则：核对结束后不再添加"
)
OWN_SCANNING = Rule(
    code="AUD-5", title=N_("Whoever began a scanning goes on with it"), source="本登记簿规则：核对由开始者完成"
)
LONGEST_TYPED = 3_000
LONGEST_KEPT = 60
SCAN_KEY = r"[0-9a-f]{32}"  # made by the page for each scan

_CARD = re.compile(r"/c/([0-9a-z]{4,40})(?:#([0-9]*))?", re.IGNORECASE)
_ROSTER = re.compile(r"/rosters/code/([0-9a-z-]{4,60})", re.IGNORECASE)
_SIGNED = re.compile(r"(?<![0-9])([1-9][0-9]{150,1999})$")  # fewer digits hold no signature
_NUMBER = re.compile(r"(?=.*[0-9])[\w〔〕\[\]().-]+")
_PRIVATE = re.compile(r"(?<![0-9])(?:[0-9]{15}|[0-9]{17}[0-9Xx])(?![0-9])")
_LONG = re.compile(r"[0-9]{19,}")


class Form(StrEnum):
    """What was typed: a card's address, its signed part alone, a number or code, a roster's address, none of these."""

    CARD = "card"
    SIGNED = "signed"
    NUMBER = "number"
    ROSTER = "roster"
    NONE = "none"


class ScanOutcome(StrEnum):
    """Every answer to a scan."""

    AGREES = "agrees"
    ROSTER_ITSELF = "roster_itself"
    SCANNED_TWICE = "scanned_twice"
    SUCCEEDS = "succeeds"
    NOT_LISTED = "not_listed"
    NOT_DRAWN = "not_drawn"
    DIFFERS = "differs"
    REPLACED = "replaced"
    EXPIRED = "expired"
    SUSPENDED_OR_ENDED = "suspended_or_ended"
    ALTERED = "altered"
    NOT_OURS = "not_ours"
    UNKNOWN = "unknown"
    OTHER_ROSTER = "other_roster"
    UNREADABLE = "unreadable"


NO_MISMATCH = frozenset({ScanOutcome.AGREES, ScanOutcome.ROSTER_ITSELF})
BROKEN: Mapping[CheckReason | None, ScanOutcome] = {
    CheckReason.UNREADABLE: ScanOutcome.UNREADABLE,
    CheckReason.NOT_OURS: ScanOutcome.NOT_OURS,
    CheckReason.ALTERED: ScanOutcome.ALTERED,
}
# With these the card of a line was there, whatever else is wrong with it.
CAME = frozenset(
    {
        ScanOutcome.AGREES,
        ScanOutcome.SUCCEEDS,
        ScanOutcome.DIFFERS,
        ScanOutcome.REPLACED,
        ScanOutcome.EXPIRED,
        ScanOutcome.SUSPENDED_OR_ENDED,
    }
)
SENTENCES: Mapping[ScanOutcome, str] = {
    ScanOutcome.AGREES: N_("The card is as it stands on the roster."),
    ScanOutcome.ROSTER_ITSELF: N_("This is the code of this very roster."),
    ScanOutcome.SCANNED_TWICE: N_("This card was scanned before. Take the scan back if it slipped in."),
    ScanOutcome.SUCCEEDS: N_("The roster has the card before this one. See why it was replaced."),
    ScanOutcome.NOT_LISTED: N_("The card is not on this roster. Ask how its holder came by it."),
    ScanOutcome.NOT_DRAWN: N_("The card is on the roster, but was not drawn into this sample."),
    ScanOutcome.DIFFERS: N_("The card says something else than the roster. Note what is right."),
    ScanOutcome.REPLACED: N_("Another card took the place of this one. It should have been handed in."),
    ScanOutcome.EXPIRED: N_("The last day of the card is over. Nobody may enforce the law with it."),
    ScanOutcome.SUSPENDED_OR_ENDED: N_("The card is suspended or was ended. It should not be in the holder's hands."),
    ScanOutcome.ALTERED: N_("Something was changed after the card was signed. Keep it, and tell the bureau."),
    ScanOutcome.NOT_OURS: N_("The card was signed with a key that is none of this registry's. Keep it."),
    ScanOutcome.UNKNOWN: N_("The register has no such certificate. See whether the number was typed as printed."),
    ScanOutcome.OTHER_ROSTER: N_("This is the code of another roster. Put its sheets aside."),
    ScanOutcome.UNREADABLE: N_(
        "No code of a card was read. Switch the input method to English and scan again, or type the certificate number."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What was typed, taken apart; `kept` is what may be kept of it: no signed part, no identity number."""

    form: Form
    kept: str
    code: str = ""
    digits: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a card, a line or the register says of a certificate, as text."""

    number: str
    name: str
    unit: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class Unlike:
    """One fact in which the card differs from the roster."""

    key: str
    roster: str
    card: str


class Listed(StrEnum):
    """Where the certificate of a card stands, seen from the list that is checked."""

    EXPECTED = "expected"
    PREDECESSOR_EXPECTED = "predecessor_expected"
    NOT_DRAWN = "not_drawn"
    ABSENT = "absent"


def read(text: str) -> Typed:
    """Take apart what a scanner or a person typed, slips of Chinese input methods forgiven.

    An input method swallows letters, so that of a card's address perhaps nothing but the signed part arrives; it is
    digits alone and enough to know the card by.
    """
    keyed = as_keyed(text[:LONGEST_TYPED])
    if found := _CARD.search(keyed):
        code, digits = found[1].upper(), found[2] or ""
        return Typed(form=Form.CARD, code=code, digits=digits, kept=f"/c/{code}{'#…' if digits else ''}")
    if found := _ROSTER.search(keyed):
        code = found[1].upper().replace("-", "")
        return Typed(form=Form.ROSTER, code=code, kept=f"/rosters/code/{code}")
    if found := _SIGNED.search(keyed):
        return Typed(form=Form.SIGNED, digits=found[1], kept="#…")
    is_number = len(keyed) <= LONGEST_NUMBER and _NUMBER.fullmatch(keyed) and _is_no_identity(keyed)
    return Typed(form=Form.NUMBER if is_number else Form.NONE, number=keyed if is_number else "", kept=_kept(keyed))


def unlike(roster: Said, card: Said, unit_names: Collection[str]) -> list[Unlike]:
    """In what the card differs; a unit's other names, before and after, are its own too."""
    found = [
        Unlike(key, getattr(roster, key), getattr(card, key))
        for key in ("number", "name", "valid_until")
        if getattr(roster, key) != getattr(card, key)
    ]
    if card.unit not in {roster.unit, *unit_names}:
        found.append(Unlike("unit", roster.unit, card.unit))
    return found


def outcomes(
    check: CheckReason | None, listed: Listed, differing: Sequence[Unlike], status: CertificateStatus | None
) -> list[ScanOutcome]:
    """Everything that is to be said of a card, what matters most first; `status` is None for an unknown certificate.

    A signature that does not hold says enough: nothing of such a card is believed.
    """
    if check in BROKEN:
        return [BROKEN[check]]
    if status is None:
        return [ScanOutcome.UNKNOWN]
    found = [_PLACES[listed]] if listed in _PLACES else []
    if differing:
        found.append(ScanOutcome.DIFFERS)
    if status is not CertificateStatus.ACTIVE:
        found.append(_STATUSES.get(status, ScanOutcome.SUSPENDED_OR_ENDED))
    return found or [ScanOutcome.AGREES]


_PLACES = {
    Listed.PREDECESSOR_EXPECTED: ScanOutcome.SUCCEEDS,
    Listed.NOT_DRAWN: ScanOutcome.NOT_DRAWN,
    Listed.ABSENT: ScanOutcome.NOT_LISTED,
}
_STATUSES = {CertificateStatus.REPLACED: ScanOutcome.REPLACED, CertificateStatus.EXPIRED: ScanOutcome.EXPIRED}


def _is_no_identity(text: str) -> bool:
    return identity_problem(normalise_identity(text)) is not None


def _kept(text: str) -> str:
    """A text without what is private in it: identity numbers masked, long runs of digits cut."""
    safe = _LONG.sub("…", _PRIVATE.sub(lambda found: masked(found[0]), text))
    return safe[:LONGEST_KEPT]
