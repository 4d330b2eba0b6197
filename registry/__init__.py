"""A county justice bureau's registry of administrative law-enforcement personnel."""
