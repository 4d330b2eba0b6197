"""Bundles of evidence: everything on record about one person, put together, indexed and checked. One file a verb."""
