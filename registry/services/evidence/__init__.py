"""Bundles of evidence: everything on record about one person, put together, indexed and checked. One file a verb."""

from registry.services.evidence.bundling import MIMETYPE as MIMETYPE
from registry.services.evidence.bundling import Bundle as Bundle
from registry.services.evidence.bundling import Contents as Contents
from registry.services.evidence.bundling import bundle as bundle
from registry.services.evidence.bundling import contents as contents
from registry.services.evidence.checking import Checked as Checked
from registry.services.evidence.checking import check as check
from registry.services.evidence.gathering import whose as whose
