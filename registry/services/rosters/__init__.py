"""Rosters: what stands on them, how they are frozen at the lock, printed once and copied. One file a verb."""

from registry.services.copies import Copy as Copy
from registry.services.rosters.contents import to_print as to_print
from registry.services.rosters.contents import whole as whole
from registry.services.rosters.copies import Form as Form
from registry.services.rosters.copies import draft as draft
from registry.services.rosters.copies import take_copy as take_copy
from registry.services.rosters.extracting import Extract as Extract
from registry.services.rosters.extracting import ExtractFilter as ExtractFilter
from registry.services.rosters.extracting import columns_of as columns_of
from registry.services.rosters.extracting import extract as extract
from registry.services.rosters.extracting import extracted as extracted
from registry.services.rosters.extracting import fields_of as fields_of
from registry.services.rosters.freezing import freeze as freeze
from registry.services.rosters.freezing import store as store
from registry.services.rosters.keeping import CopyRow as CopyRow
from registry.services.rosters.keeping import Kept as Kept
from registry.services.rosters.keeping import RosterRow as RosterRow
from registry.services.rosters.keeping import by_check_code as by_check_code
from registry.services.rosters.keeping import find as find
from registry.services.rosters.keeping import get as get
from registry.services.rosters.keeping import of_campaign as of_campaign
from registry.services.rosters.keeping import printing_job as printing_job
from registry.services.rosters.printing import print_all as print_all
from registry.services.rosters.printing import print_roster as print_roster
from registry.services.rosters.printing import unprintable as unprintable
