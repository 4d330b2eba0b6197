"""Exam sittings, published results that never change, and the qualifications that rest on them."""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.db import Base, created_at
from registry.models.departments import Department
from registry.models.people import Person
from registry.rules.candidates import PaperForm
from registry.rules.certificates import CertificateKind
from registry.rules.exams import ExamOutcome, ExamSubject


class ExamSitting(Base):
    """One exam in one subject on one day, with the pass mark of the policy then in force.

    One that an undone file announced is withdrawn: it stays, and no list shows it.
    """

    __tablename__ = "exam_sittings"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    subject: Mapped[ExamSubject]
    enforcement_field: Mapped[str] = mapped_column(String(60), default="", server_default="")
    held_on: Mapped[date] = mapped_column(index=True)
    starts: Mapped[str] = mapped_column(String(40), default="", server_default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    note: Mapped[str] = mapped_column(String(500), default="", server_default="")
    room_plan: Mapped[str] = mapped_column(String(500), default="", server_default="")
    pass_mark: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    full_marks: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    withdrawn_on: Mapped[date | None]
    created_at: Mapped[created_at]

    __table_args__ = (
        UniqueConstraint("id", "subject", "pass_mark"),
        CheckConstraint("pass_mark > 0 AND pass_mark <= full_marks", name="the_pass_mark_can_be_reached"),
    )


class Candidate(Base):
    """Somebody entered for a sitting, with the unit of that day, and the number and seat of the admission slip."""

    __tablename__ = "exam_candidates"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sittings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    admission_number: Mapped[str] = mapped_column(String(40))
    room: Mapped[str] = mapped_column(String(40), default="")
    seat: Mapped[int | None]
    created_at: Mapped[created_at]

    sitting: Mapped[ExamSitting] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("sitting_id", "person_id"),
        UniqueConstraint("sitting_id", "admission_number"),
        CheckConstraint("seat > 0", name="seats_count_from_one"),
    )


class ScoreEntry(Base):
    """A score on its way to publication, a draft that may change: entered first, and blind a second time.

    `is_settled` when somebody who compared both entries decided what it says; `account_id` is then whoever decided.
    """

    __tablename__ = "score_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sittings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    round: Mapped[int]
    outcome: Mapped[ExamOutcome]
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 1))
    is_settled: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    entered_at: Mapped[created_at]

    __table_args__ = (
        UniqueConstraint("sitting_id", "person_id", "round"),
        CheckConstraint("round IN (1, 2)", name="entered_once_or_twice"),
        CheckConstraint("(score IS NOT NULL) = (outcome = 'scored')", name="a_score_belongs_to_a_sat_exam"),
        CheckConstraint("score >= 0", name="a_score_is_not_negative"),
    )


class ExamPaper(Base):
    """Slips or sheets that the worker printed. Whatever changes about the candidates takes them away."""

    __tablename__ = "exam_papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sittings.id"), index=True)
    form: Mapped[PaperForm]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("departments.id"))
    room: Mapped[str] = mapped_column(String(40), default="")
    candidate_count: Mapped[int]
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[created_at]

    sitting: Mapped[ExamSitting] = relationship()
    department: Mapped[Department | None] = relationship()


class ExamResult(Base):
    """A published result: never updated, never deleted (triggers refuse it). A correction supersedes it.

    One whose outcome is withdrawn takes the one before back and is itself no result: no list and no figure has it.
    """

    __tablename__ = "exam_results"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("departments.id"), index=True)
    subject: Mapped[ExamSubject]
    pass_mark: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    outcome: Mapped[ExamOutcome] = mapped_column(default=ExamOutcome.SCORED)
    score: Mapped[Decimal | None] = mapped_column(Numeric(5, 1))
    passed: Mapped[bool]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("exam_results.id"), unique=True)
    correction_reason: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[created_at]

    sitting: Mapped[ExamSitting] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        ForeignKeyConstraint(
            ["sitting_id", "subject", "pass_mark"],
            ["exam_sittings.id", "exam_sittings.subject", "exam_sittings.pass_mark"],
            name="fk_exam_results_sitting_subject_pass_mark",
        ),
        UniqueConstraint("id", "person_id", "subject", "passed"),
        CheckConstraint("(score IS NOT NULL) = (outcome = 'scored')", name="a_score_belongs_to_a_sat_exam"),
        CheckConstraint("score >= 0", name="a_score_is_not_negative"),
        CheckConstraint("passed = (score IS NOT NULL AND score >= pass_mark)", name="passed_means_the_pass_mark"),
        CheckConstraint("(supersedes_id IS NULL) = (correction_reason IS NULL)", name="a_correction_has_a_reason"),
        Index("ix_exam_results_person_id", "person_id", "subject"),
        Index("ix_exam_results_sitting_id", "sitting_id", "person_id"),
        Index(
            "uq_exam_results_published_once_per_person_and_sitting",
            "sitting_id",
            "person_id",
            unique=True,
            sqlite_where=text("supersedes_id IS NULL"),
            postgresql_where=text("supersedes_id IS NULL"),
        ),
    )


class Qualification(Base):
    """行政执法资格: a person's own passing results, held by composite keys that no path goes around."""

    __tablename__ = "qualifications"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[CertificateKind]
    common_result_id: Mapped[int]
    common_subject: Mapped[ExamSubject] = mapped_column(default=ExamSubject.COMMON_LAW)
    special_result_id: Mapped[int | None]
    special_subject: Mapped[ExamSubject] = mapped_column(default=ExamSubject.SPECIAL_LAW)
    passed: Mapped[bool] = mapped_column(default=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_versions.id"))
    qualified_on: Mapped[date]
    created_at: Mapped[created_at]

    __table_args__ = (
        ForeignKeyConstraint(
            ["common_result_id", "person_id", "common_subject", "passed"],
            ["exam_results.id", "exam_results.person_id", "exam_results.subject", "exam_results.passed"],
            name="fk_qualifications_own_passed_common_law_result",
        ),
        ForeignKeyConstraint(
            ["special_result_id", "person_id", "special_subject", "passed"],
            ["exam_results.id", "exam_results.person_id", "exam_results.subject", "exam_results.passed"],
            name="fk_qualifications_own_passed_special_law_result",
        ),
        UniqueConstraint("id", "person_id", "kind"),
        UniqueConstraint("person_id", "kind", "common_result_id", "special_result_id"),
        CheckConstraint("passed", name="rests_on_a_pass"),
        CheckConstraint("common_subject = 'common_law' AND special_subject = 'special_law'", name="subjects_in_place"),
        CheckConstraint(
            "kind <> 'enforcement' OR special_result_id IS NOT NULL", name="enforcement_needs_both_subjects"
        ),
    )
