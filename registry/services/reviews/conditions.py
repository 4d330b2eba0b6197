"""What an item of a review may be, said once for every list, count and act, in the language of the database."""

from typing import Any

from sqlalchemy import String, and_, cast, or_

from registry.models.reviews import ReviewItem
from registry.rules.campaigns import Statement
from registry.rules.reviews import AGAINST, ReviewFinding

DUE: Any = ~ReviewItem.is_next_year
OPEN: Any = and_(DUE, ReviewItem.finding.is_(None))
DOUBTFUL: Any = or_(ReviewItem.proposed != ReviewFinding.PASSED, ReviewItem.statement != Statement.IN_POST)
UNUSUAL: Any = and_(OPEN, DOUBTFUL)
SPOKEN: Any = and_(DUE, ReviewItem.statement.is_not(None))
UNSPOKEN: Any = and_(DUE, ReviewItem.statement.is_(None))
_NEEDED = ("status", "valid_until", "is_in_post", "unit_stands", "training_hours", "is_trained", "exam_passed")
INCOMPLETE: Any = and_(DUE, or_(*(ReviewItem.facts[key].as_string().is_(None) for key in _NEEDED)))
# As text: a database that casts "unknown" to a yes or no refuses the whole list for it.
_IS_IN_POST = cast(ReviewItem.facts["is_in_post"].as_string(), String)
# The unit says another thing than the register; what "in the post" means where the facts speak for 收回注销.
DIFFERS: Any = and_(
    DUE,
    or_(
        ReviewItem.statement.in_([Statement.CHANGED, Statement.DISCIPLINED]),
        and_(ReviewItem.statement == Statement.LEFT, _IS_IN_POST.in_(("true", "1"))),
        and_(ReviewItem.statement == Statement.IN_POST, _IS_IN_POST.in_(("false", "0"))),
    ),
)
MADE_UP: Any = and_(
    ReviewItem.finding == ReviewFinding.DEFERRED,
    ReviewItem.made_up_on.is_not(None),
    ReviewItem.proposed == ReviewFinding.PASSED,
)
# Deferred, though the facts speak for 不合格 or 收回注销; whether they did when it was decided is not kept.
SPEAKS_OTHERWISE: Any = and_(
    ReviewItem.finding == ReviewFinding.DEFERRED,
    ReviewItem.proposed.in_(AGAINST),
)
# The bureau deferred somebody for whom every fact speaks: nothing of it can be made up by a record.
AGAINST_FACTS: Any = and_(
    ReviewItem.finding == ReviewFinding.DEFERRED,
    ReviewItem.made_up_on.is_(None),
    ReviewItem.proposed == ReviewFinding.PASSED,
)
# Deferred; or undecided with facts that were not whole: these are looked at once more.
WAITS: Any = or_(
    ReviewItem.finding == ReviewFinding.DEFERRED,
    and_(ReviewItem.finding.is_(None), INCOMPLETE),
)
