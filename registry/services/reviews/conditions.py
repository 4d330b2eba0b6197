"""What an item of a review may be, said once for every list, count and act, in the language of the database."""

from typing import Any

from sqlalchemy import and_, or_

from registry.models.reviews import ReviewItem
from registry.rules.campaigns import Statement
from registry.rules.reviews import ReviewFinding

DUE: Any = ~ReviewItem.is_next_year
OPEN: Any = and_(DUE, ReviewItem.finding.is_(None))
DOUBTFUL: Any = or_(ReviewItem.proposed != ReviewFinding.PASSED, ReviewItem.statement != Statement.IN_POST)
UNUSUAL: Any = and_(OPEN, DOUBTFUL)
SPOKEN: Any = and_(DUE, ReviewItem.statement.is_not(None))
UNSPOKEN: Any = and_(DUE, ReviewItem.statement.is_(None))
INCOMPLETE: Any = and_(DUE, ReviewItem.facts["valid_until"].as_string().is_(None))
# The unit says another thing than the register; what "in the post" means where the facts speak for 收回注销.
DIFFERS: Any = and_(
    DUE,
    or_(
        ReviewItem.statement.in_([Statement.CHANGED, Statement.DISCIPLINED]),
        and_(ReviewItem.statement == Statement.LEFT, ReviewItem.facts["is_in_post"].as_boolean()),
        and_(ReviewItem.statement == Statement.IN_POST, ~ReviewItem.facts["is_in_post"].as_boolean()),
    ),
)
MADE_UP: Any = and_(
    ReviewItem.finding == ReviewFinding.DEFERRED,
    ReviewItem.made_up_on.is_not(None),
    ReviewItem.proposed == ReviewFinding.PASSED,
)
# Deferred, as the facts spoke for; or undecided with facts that were not whole: these are looked at once more.
WAITS: Any = or_(
    and_(ReviewItem.finding == ReviewFinding.DEFERRED, ReviewItem.proposed == ReviewFinding.DEFERRED),
    and_(ReviewItem.finding.is_(None), INCOMPLETE),
)
