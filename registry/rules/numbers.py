"""Certificate numbers: text, each of one certificate only, given by the province or taken from the office's series."""

from registry.rules import Rule
from registry.words import N_

NUMBER_IS_FREE = Rule(
    code="CERT-23",
    title=N_("A number belongs to one certificate"),
    source="省政府令第180号第五条：证件由省统一制发编号",
)
LONGEST_NUMBER = 40
