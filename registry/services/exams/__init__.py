"""Exams: sittings announced, results published and corrected, and read again. One file a verb."""

from registry.services.exams.announcing import Announcement as Announcement
from registry.services.exams.announcing import SittingEntry as SittingEntry
from registry.services.exams.announcing import announce as announce
from registry.services.exams.announcing import announce_together as announce_together
from registry.services.exams.announcing import change_sitting as change_sitting
from registry.services.exams.announcing import history as history
from registry.services.exams.candidates import CandidateRow as CandidateRow
from registry.services.exams.candidates import candidate_count as candidate_count
from registry.services.exams.candidates import candidates as candidates
from registry.services.exams.listing import ResultRow as ResultRow
from registry.services.exams.listing import SittingPage as SittingPage
from registry.services.exams.listing import SittingRow as SittingRow
from registry.services.exams.listing import candidate_ids as candidate_ids
from registry.services.exams.listing import get as get
from registry.services.exams.listing import result as result
from registry.services.exams.listing import results as results
from registry.services.exams.listing import sittings as sittings
from registry.services.exams.listing import years as years
from registry.services.exams.publishing import ResultEntry as ResultEntry
from registry.services.exams.publishing import correct_result as correct_result
from registry.services.exams.publishing import is_published as is_published
from registry.services.exams.publishing import obstacles as obstacles
from registry.services.exams.publishing import publish_results as publish_results
from registry.services.exams.publishing import refuse_published as refuse_published
from registry.services.exams.publishing import standing_results as standing_results
