"""Who decides about an officer and the certificates: the organs that the law names, and never the own unit."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from registry.rules import Rule, Violation
from registry.rules.certificates.acts import Organ
from registry.rules.certificates.preconditions import NAMES_ITS_DOCUMENT
from registry.words import N_

NEVER_THE_OWN_UNIT = Rule(
    code="CERT-12",
    title=N_("The holder's own unit does not decide"),
    source="《河南省行政执法条例》第四十六条",
)
NAMED_ORGAN_DECIDES = Rule(
    code="CERT-13",
    title=N_("The organ that the law names decides; whatever another one decided, the bureau records"),
    source="《河南省行政执法条例》第四十二条、第四十六条、第四十七条；上级机关名单见政策参数",
)

_ADDITION = re.compile(r"[(\[〔【〈《][^)\]〕】〉》]*[)\]〕】〉》]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Organs:
    """The organs that may decide about an officer, and every name of the units that never do.

    `higher` are the organs above the bureau that the policy names, none of them a unit of the register.
    """

    bureau: str = ""
    higher: tuple[str, ...] = ()
    issuer: str = ""
    own_names: Collection[str] = frozenset()

    def of(self, organ: Organ) -> tuple[str, ...]:
        """Whoever may decide where the table names this organ, the usual one first."""
        named = {Organ.BUREAU: (self.bureau, *self.higher), Organ.ISSUER: (self.issuer,)}.get(organ, ())
        return tuple(name for name in named if name and not self.is_own(name))

    def is_own(self, name: str) -> bool:
        """Whether a name, however it is written, is one of the officer's own units."""
        return plain_name(name) in {plain_name(own) for own in self.own_names}

    def named(self, organ: Organ, said: str) -> str:
        """The organ that was meant, as the register writes it; what was said where it is none that may decide."""
        return next((name for name in self.of(organ) if plain_name(name) == plain_name(said)), said.strip())


def decider(organ: Organ, decided_by: str, organs: Organs) -> list[Violation]:
    """What is wrong with who decided: nobody, the own unit under any of its names, or another than the law names."""
    if organ in {Organ.UNIT, Organ.NOBODY}:
        return []
    said, may = plain_name(decided_by), organs.of(organ)
    if not said:
        return [NAMES_ITS_DOCUMENT.broken(N_("Name the organ that decided."))]
    if organs.is_own(decided_by):
        own = N_("%(unit)s is the holder's own unit; another organ decides.")
        return [NEVER_THE_OWN_UNIT.broken(own, unit=decided_by.strip())]
    if said not in {plain_name(name) for name in may}:
        only = N_("%(organ)s does not decide of this; name the organ that did: %(organs)s.")
        return [NAMED_ORGAN_DECIDES.broken(only, organ=decided_by.strip(), organs="、".join(may) or "—")]
    return []


def plain_name(name: str) -> str:
    """A name however it was written: without width, spaces, punctuation, and what stands in brackets."""
    bare = _ADDITION.sub("", unicodedata.normalize("NFKC", name))
    return "".join(sign for sign in bare if sign.isalnum()).casefold()
