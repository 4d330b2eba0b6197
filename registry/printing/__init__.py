"""The printing room: the only one that knows WeasyPrint; plain values in, the same PDF bytes out on every machine."""

from registry.printing.documents import print_page as print_page
from registry.printing.exams import print_record as print_record
from registry.printing.exams import print_sign_in as print_sign_in
from registry.printing.exams import print_slips as print_slips
from registry.printing.fonts import Unprintable as Unprintable
from registry.printing.rosters import COLUMNS as COLUMNS
from registry.printing.rosters import COUNTS as COUNTS
from registry.printing.rosters import OFFICE_SIGNS as OFFICE_SIGNS
from registry.printing.rosters import TEMPLATE_VERSION as TEMPLATE_VERSION
from registry.printing.rosters import UNIT_SIGNS as UNIT_SIGNS
from registry.printing.rosters import Marks as Marks
from registry.printing.rosters import chinese_day as chinese_day
from registry.printing.rosters import print_roster as print_roster
