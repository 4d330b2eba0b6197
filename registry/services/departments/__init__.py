"""Units: confirmed enforcement subjects and entrusted bodies, and their legal review. One file a verb."""

from registry.services.departments.entries import DepartmentEntry as DepartmentEntry
from registry.services.departments.reading import StaffRow as StaffRow
from registry.services.departments.reading import all_standing as all_standing
from registry.services.departments.reading import by_code as by_code
from registry.services.departments.reading import get as get
from registry.services.departments.reading import history as history
from registry.services.departments.reading import names as names
from registry.services.departments.reading import staff as staff
from registry.services.departments.reading import standing_of as standing_of
from registry.services.departments.reading import standings as standings
from registry.services.departments.recording import bring_in as bring_in
from registry.services.departments.recording import change as change
from registry.services.departments.recording import establish as establish
from registry.services.departments.recording import obstacles as obstacles
from registry.services.departments.reviewers import ReviewerRow as ReviewerRow
from registry.services.departments.reviewers import appoint_reviewer as appoint_reviewer
from registry.services.departments.reviewers import appoint_reviewers as appoint_reviewers
from registry.services.departments.reviewers import release_reviewer as release_reviewer
from registry.services.departments.reviewers import reviewer_counts as reviewer_counts
from registry.services.departments.reviewers import reviewers as reviewers
