"""Rosters: what stands on them, how they are frozen at the lock, printed once and copied. One file a verb."""

from registry.services.rosters.freezing import freeze as freeze
