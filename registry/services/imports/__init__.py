"""Imports: rehearsed by being performed, confirmed as rehearsed. One file a concern."""

from registry.services.imports.batches import BatchRow as BatchRow
from registry.services.imports.batches import batches as batches
from registry.services.imports.batches import brought_in as brought_in
from registry.services.imports.batches import confirm as confirm
from registry.services.imports.batches import content_of as content_of
from registry.services.imports.batches import empty_file as empty_file
from registry.services.imports.batches import get as get
from registry.services.imports.batches import marked_file as marked_file
from registry.services.imports.batches import problems_of as problems_of
from registry.services.imports.batches import rehearse as rehearse
from registry.services.imports.batches import touched as touched
from registry.services.imports.layouts import LAYOUTS as LAYOUTS
from registry.services.imports.long import approve as approve
from registry.services.imports.long import job_of as job_of
from registry.services.imports.long import send as send
from registry.services.imports.long import work as work
from registry.services.imports.performing import try_out as try_out
from registry.services.imports.telling import Rehearsal as Rehearsal
