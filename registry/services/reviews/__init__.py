"""The annual review: open a year, attest, decide, lock. One file a verb."""

from registry.services.reviews.attesting import attest as attest
from registry.services.reviews.campaigns import find as find
from registry.services.reviews.campaigns import get as get
from registry.services.reviews.deciding import Acceptance as Acceptance
from registry.services.reviews.deciding import accept_proposals as accept_proposals
from registry.services.reviews.deciding import decide as decide
from registry.services.reviews.deciding import preview_acceptance as preview_acceptance
from registry.services.reviews.deciding import reopen as reopen
from registry.services.reviews.listing import ItemDetail as ItemDetail
from registry.services.reviews.listing import ItemFilter as ItemFilter
from registry.services.reviews.listing import ItemPage as ItemPage
from registry.services.reviews.listing import item as item
from registry.services.reviews.listing import items as items
from registry.services.reviews.locking import lock as lock
from registry.services.reviews.locking import obstacles as obstacles
from registry.services.reviews.opening import open_campaign as open_campaign
from registry.services.reviews.progress import CampaignRow as CampaignRow
from registry.services.reviews.progress import Counts as Counts
from registry.services.reviews.progress import Progress as Progress
from registry.services.reviews.progress import UnitProgress as UnitProgress
from registry.services.reviews.progress import campaigns as campaigns
from registry.services.reviews.progress import progress as progress
