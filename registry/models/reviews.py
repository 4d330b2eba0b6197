"""The annual review: a campaign for a year and kind, an item for each certificate."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.campaigns import ReviewStep, Statement
from registry.rules.certificates import CertificateKind
from registry.rules.reviews import CampaignStatus, ReviewFinding


class ReviewCampaign(Base):
    """One year's review of one kind of certificate."""

    __tablename__ = "review_campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    kind: Mapped[CertificateKind]
    status: Mapped[CampaignStatus] = mapped_column(default=CampaignStatus.OPEN)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    opened_on: Mapped[date]
    cutoff_on: Mapped[date]
    as_of_on: Mapped[date]
    attest_by_on: Mapped[date | None]
    decide_by_on: Mapped[date | None]
    make_up_by_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    locked_at: Mapped[datetime | None]
    created_at: Mapped[created_at]

    __table_args__ = (
        UniqueConstraint("year", "kind"),
        CheckConstraint("(status = 'locked') = (locked_at IS NOT NULL)", name="locked_has_an_instant"),
    )


class ReviewItem(Base):
    """One certificate in one review: the facts, what they speak for, and what was decided."""

    __tablename__ = "review_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("review_campaigns.id"))
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificates.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    is_next_year: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]]
    proposed: Mapped[ReviewFinding | None]
    proposal_reasons: Mapped[list[Any]]
    statement: Mapped[Statement | None]
    statement_note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    finding: Mapped[ReviewFinding | None]
    deferred_until: Mapped[date | None]
    made_up_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[created_at]

    campaign: Mapped[ReviewCampaign] = relationship()
    certificate: Mapped[Certificate] = relationship()
    person: Mapped[Person] = relationship()
    department: Mapped[Department] = relationship()

    __table_args__ = (
        UniqueConstraint("campaign_id", "certificate_id"),
        CheckConstraint("(finding IS NULL) = (decided_at IS NULL)", name="a_decision_has_an_instant"),
        CheckConstraint("NOT is_next_year OR finding IS NULL", name="next_years_cards_wait"),
        CheckConstraint("is_next_year = (proposed IS NULL)", name="every_other_card_has_a_proposal"),
        Index("ix_review_items_campaign_id", "campaign_id", "department_id", "finding", "is_next_year"),
        Index(
            "ix_review_items_open",
            "campaign_id",
            "proposed",
            "statement",
            sqlite_where=text("finding IS NULL AND is_next_year = 0"),
            postgresql_where=text("finding IS NULL AND NOT is_next_year"),
        ),
        Index(
            "ix_review_items_decided",
            "campaign_id",
            "finding",
            sqlite_where=text("finding IS NOT NULL"),
            postgresql_where=text("finding IS NOT NULL"),
        ),
    )


class ReviewAttestation(Base):
    """A unit head's word that the unit's list is complete and right; one that was returned waits to be given again."""

    __tablename__ = "review_attestations"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("review_campaigns.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    attested_at: Mapped[datetime]
    remark: Mapped[str] = mapped_column(String(500), default="")
    returned_at: Mapped[datetime | None]
    returned_because: Mapped[str] = mapped_column(String(500), default="", server_default="")

    __table_args__ = (UniqueConstraint("campaign_id", "department_id"),)


class ReviewReminder(Base):
    """A unit was reminded of a step, on its board and, where it has addresses, by mail."""

    __tablename__ = "review_reminders"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("review_campaigns.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"))
    step: Mapped[ReviewStep]
    reminded_on: Mapped[date]
    mailed_to: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[created_at]

    __table_args__ = (UniqueConstraint("campaign_id", "department_id", "step", "reminded_on"),)
