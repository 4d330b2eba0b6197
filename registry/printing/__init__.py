"""The printing room: the only one that knows WeasyPrint; plain values in, the same PDF bytes out on every machine."""

from registry.printing.cards import ENFORCEMENT_ENGLISH as ENFORCEMENT_ENGLISH
from registry.printing.cards import ENFORCEMENT_TITLE as ENFORCEMENT_TITLE
from registry.printing.cards import ISSUER as ISSUER
from registry.printing.cards import SUPERVISION_ENGLISH as SUPERVISION_ENGLISH
from registry.printing.cards import SUPERVISION_TITLE as SUPERVISION_TITLE
from registry.printing.cards import CardFace as CardFace
from registry.printing.cards import CardLayout as CardLayout
from registry.printing.cards import print_cards as print_cards
from registry.printing.cards import print_certificate as print_certificate
from registry.printing.documents import print_page as print_page
from registry.printing.exams import print_record as print_record
from registry.printing.exams import print_sign_in as print_sign_in
from registry.printing.exams import print_slips as print_slips
from registry.printing.fonts import Unprintable as Unprintable
from registry.printing.notices import NOTICE_VERSION as NOTICE_VERSION
from registry.printing.notices import print_proof as print_proof
from registry.printing.notices import print_refusal as print_refusal
from registry.printing.rosters import COLUMNS as COLUMNS
from registry.printing.rosters import COUNTS as COUNTS
from registry.printing.rosters import OFFICE_SIGNS as OFFICE_SIGNS
from registry.printing.rosters import TEMPLATE_VERSION as TEMPLATE_VERSION
from registry.printing.rosters import UNIT_SIGNS as UNIT_SIGNS
from registry.printing.rosters import Marks as Marks
from registry.printing.rosters import chinese_day as chinese_day
from registry.printing.rosters import print_roster as print_roster
