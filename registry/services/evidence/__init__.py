"""Bundles of evidence: everything on record about one person, put together, indexed and checked. One file a verb."""

from registry.services.evidence.bundling import MIMETYPE as MIMETYPE
from registry.services.evidence.bundling import Bundle as Bundle
from registry.services.evidence.bundling import Contents as Contents
from registry.services.evidence.bundling import bundle as bundle
from registry.services.evidence.bundling import contents as contents
from registry.services.evidence.checking import Checked as Checked
from registry.services.evidence.checking import check as check
from registry.services.evidence.gathering import whose as whose
from registry.services.evidence.many import Batch as Batch
from registry.services.evidence.many import Whole as Whole
from registry.services.evidence.many import fetch as fetch
from registry.services.evidence.many import get as get
from registry.services.evidence.many import let_go as let_go
from registry.services.evidence.many import order as order
from registry.services.evidence.many import own as own
from registry.services.evidence.many import work as work
