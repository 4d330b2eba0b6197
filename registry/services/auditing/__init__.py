"""The auditor's kit: samples of locked rosters, their sheets, and cards scanned against a roster. One file a verb."""

from registry.services.auditing.drawing import Sample as Sample
from registry.services.auditing.drawing import SampleChoice as SampleChoice
from registry.services.auditing.drawing import draw as draw
from registry.services.auditing.drawing import fields_of as fields_of
from registry.services.auditing.drawing import held as held
from registry.services.auditing.drawing import proposed_seed as proposed_seed
from registry.services.auditing.drawing import units_of as units_of
from registry.services.auditing.issuing import is_being_printed as is_being_printed
from registry.services.auditing.issuing import issue as issue
from registry.services.auditing.issuing import issued as issued
from registry.services.auditing.issuing import take_copy as take_copy
from registry.services.auditing.reporting import take_report as take_report
from registry.services.auditing.scanning import scan as scan
from registry.services.auditing.sessions import MISSING_SHOWN as MISSING_SHOWN
from registry.services.auditing.sessions import Standing as Standing
from registry.services.auditing.sessions import begin as begin
from registry.services.auditing.sessions import end as end
from registry.services.auditing.sessions import of_roster as of_roster
from registry.services.auditing.sessions import standing as standing
from registry.services.auditing.sessions import take_back as take_back
