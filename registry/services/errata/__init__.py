"""A locked roster against the register and against paper: compared, checked, corrected by numbered sheets."""

from registry.services.errata.checking import Checked as Checked
from registry.services.errata.checking import Verdict as Verdict
from registry.services.errata.checking import check as check
from registry.services.errata.comparing import Compared as Compared
from registry.services.errata.comparing import Comparison as Comparison
from registry.services.errata.issuing import Correction as Correction
from registry.services.errata.issuing import issue as issue
from registry.services.errata.keeping import ErratumRow as ErratumRow
from registry.services.errata.keeping import compared as compared
from registry.services.errata.keeping import of_roster as of_roster
