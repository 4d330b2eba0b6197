"""How `Person.facets` says in one number what a post is, for the lists that ask."""

from registry.rules.people import Duty, Establishment

DUTIES = (None, *Duty)
ESTABLISHMENTS = (None, *Establishment)


def facets_of(duty: Duty | None, establishment: Establishment | None, has_law_qualification: bool = False) -> int:
    """The number of a post, or of having none; the triggers of migration 0021 write the same."""
    return 100 * DUTIES.index(duty) + 10 * ESTABLISHMENTS.index(establishment) + has_law_qualification


def duty_of(facets: int) -> Duty:
    """The duty of a post, from its number; 100 and more, for less is no post."""
    return tuple(Duty)[facets // 100 - 1]
