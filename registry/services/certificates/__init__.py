"""Certificates: the gate explained, issuing and refusing, status, lists. One file a verb."""

from registry.services.certificates.gate import Examined as Examined
from registry.services.certificates.gate import Preview as Preview
from registry.services.certificates.gate import explain as explain
from registry.services.certificates.gate import explain_many as explain_many
from registry.services.certificates.gate import preview as preview
from registry.services.certificates.issuing import BatchOutcome as BatchOutcome
from registry.services.certificates.issuing import Outcome as Outcome
from registry.services.certificates.issuing import issue as issue
from registry.services.certificates.issuing import issue_batch as issue_batch
from registry.services.certificates.listing import CertificateFile as CertificateFile
from registry.services.certificates.listing import CertificateFilter as CertificateFilter
from registry.services.certificates.listing import CertificatePage as CertificatePage
from registry.services.certificates.listing import file_of as file_of
from registry.services.certificates.listing import get as get
from registry.services.certificates.listing import latest_of as latest_of
from registry.services.certificates.listing import of_the_day as of_the_day
from registry.services.certificates.listing import refusal as refusal
from registry.services.certificates.listing import refusals as refusals
from registry.services.certificates.listing import search as search
from registry.services.certificates.moving import change_status as change_status
from registry.services.certificates.moving import choices as choices
