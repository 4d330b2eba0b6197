"""The records: tables, constraints, relationships; no decisions. Importing this package knows every table."""

from registry.models import (
    accounts,
    certificates,
    departments,
    exams,
    imports,
    jobs,
    lists,
    merges,
    people,
    policies,
    reviews,
    rosters,
    trail,
    training,
)

__all__ = [
    "accounts",
    "certificates",
    "departments",
    "exams",
    "imports",
    "jobs",
    "lists",
    "merges",
    "people",
    "policies",
    "reviews",
    "rosters",
    "trail",
    "training",
]
