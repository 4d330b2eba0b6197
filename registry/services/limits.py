"""An export holds exactly what is listed: a list longer than one file holds is refused, never cut."""

from registry.rules import RuleBroken
from registry.rules.lists import EXPORTED_WHOLE
from registry.words import N_

MOST = 200_000  # lines of a file


def refuse_a_part(after: object) -> None:
    """RuleBroken when lines of the list stand behind those that were read (`after`, the key of the next page)."""
    if after is not None:
        said = N_("The list has more than %(most)s lines, more than one file holds. Narrow it, by unit for instance.")
        raise RuleBroken([EXPORTED_WHOLE.broken(said, most=MOST)])
