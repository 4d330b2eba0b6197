"""Many photos at once: a ZIP rehearsed picture by picture, then put on file."""

from registry.services.photos.batches import BatchRow as BatchRow
from registry.services.photos.batches import LineRow as LineRow
from registry.services.photos.batches import batches as batches
from registry.services.photos.batches import confirm as confirm
from registry.services.photos.batches import discard as discard
from registry.services.photos.batches import get as get
from registry.services.photos.batches import history as history
from registry.services.photos.batches import lines as lines
from registry.services.photos.batches import picture as picture
from registry.services.photos.rehearsing import job_of as job_of
from registry.services.photos.rehearsing import send as send
from registry.services.photos.rehearsing import work as work
