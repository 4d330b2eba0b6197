"""Papers that leave the office: numbered and frozen when issued, printed once, copied ever after. One file a verb."""

from registry.services.papers.copies import Copy as Copy
from registry.services.papers.copies import take_copy as take_copy
from registry.services.papers.forms import FORMS as FORMS
from registry.services.papers.forms import Form as Form
from registry.services.papers.issuing import issue as issue
from registry.services.papers.printing import print_apart as print_apart
