"""Tasks: opened when a certificate's ground goes, settled when it moves, when the ground is back, or by somebody."""

from registry.services.tasks.grounds import Card as Card
from registry.services.tasks.grounds import Grounds as Grounds
from registry.services.tasks.grounds import entered_late as entered_late
from registry.services.tasks.grounds import follow as follow
from registry.services.tasks.grounds import grounds_of as grounds_of
from registry.services.tasks.grounds import settle_restored as settle_restored
from registry.services.tasks.listing import Counted as Counted
from registry.services.tasks.listing import TaskFilter as TaskFilter
from registry.services.tasks.listing import TaskPage as TaskPage
from registry.services.tasks.listing import counted as counted
from registry.services.tasks.listing import flagged as flagged
from registry.services.tasks.listing import flags as flags
from registry.services.tasks.listing import get as get
from registry.services.tasks.listing import search as search
from registry.services.tasks.opening import disqualified as disqualified
from registry.services.tasks.opening import loss_reported as loss_reported
from registry.services.tasks.opening import suspended as suspended
from registry.services.tasks.opening import unit_ended as unit_ended
from registry.services.tasks.opening import units_fallen as units_fallen
from registry.services.tasks.results import result_corrected as result_corrected
from registry.services.tasks.settling import keep as keep
from registry.services.tasks.settling import loss_published as loss_published
from registry.services.tasks.settling import moved as moved
from registry.services.tasks.settling import qualified_again as qualified_again
from registry.services.tasks.settling import unit_reopened as unit_reopened
from registry.services.tasks.settling import units_stand_again as units_stand_again
