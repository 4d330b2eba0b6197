"""Papers that leave the office: numbered and frozen when issued, printed once, copied ever after. One file a verb."""

from registry.printing import CardLayout as CardLayout
from registry.services.copies import Copy as Copy
from registry.services.papers.batches import CardChoice as CardChoice
from registry.services.papers.batches import Place as Place
from registry.services.papers.batches import Planned as Planned
from registry.services.papers.batches import plan as plan
from registry.services.papers.batches import print_cards as print_cards
from registry.services.papers.choosing import approved as approved
from registry.services.papers.choosing import of_list as of_list
from registry.services.papers.copies import take_copy as take_copy
from registry.services.papers.forms import FORMS as FORMS
from registry.services.papers.forms import Form as Form
from registry.services.papers.issuing import issue as issue
from registry.services.papers.keeping import Kept as Kept
from registry.services.papers.keeping import PaperFilter as PaperFilter
from registry.services.papers.keeping import PaperRow as PaperRow
from registry.services.papers.keeping import get as get
from registry.services.papers.keeping import of_certificate as of_certificate
from registry.services.papers.keeping import search as search
from registry.services.papers.printing import print_apart as print_apart
from registry.services.papers.singles import single as single
