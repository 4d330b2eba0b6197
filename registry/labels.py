"""What people call each value of the law's enums: English here, Chinese in the catalogue."""

from collections.abc import Mapping
from enum import StrEnum

from registry.rules.candidates import Call, PaperForm, SittingState
from registry.rules.careers import CareerAct
from registry.rules.certificates import CertificateKind, CertificateStatus, PublicStatus
from registry.rules.conduct import ConductKind, ConductMeasure
from registry.rules.departments import DepartmentKind, SubjectStanding
from registry.rules.exams import ExamOutcome, ExamSubject, Grade
from registry.rules.imports import Doubt, ImportKind, ImportStatus
from registry.rules.jobs import JobKind, JobPhase, JobStatus
from registry.rules.lists import BulkAct
from registry.rules.people import Assessment, Duty, Education, EndReason, Establishment, PoliticalStatus, Rank, Sex
from registry.rules.permissions import Action, Role
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.rules.training import Lack, TrainingKind, TrainingMode
from registry.words import CHINESE, N_, translate

# By enum first: two enums may share a value, and a StrEnum equals its value.
LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Sex: {
        Sex.MALE: N_("male"),
        Sex.FEMALE: N_("female"),
    },
    Establishment: {
        Establishment.ADMINISTRATIVE: N_("administrative establishment"),
        Establishment.CIVIL_SERVICE_MANAGED: N_("managed as civil service"),
        Establishment.PUBLIC_INSTITUTION: N_("public-institution establishment"),
        Establishment.SUPPORT_WORKER: N_("support worker"),
        Establishment.CONTRACT_WORKER: N_("contract worker"),
        Establishment.TEMPORARY: N_("temporary worker"),
        Establishment.AGENCY_WORKER: N_("agency worker"),
        Establishment.AUXILIARY: N_("auxiliary"),
        Establishment.INVITED: N_("invited supervisor"),
    },
    Rank: {
        Rank.DIVISION_LEVEL: N_("division level and above"),
        Rank.SECTION_CHIEF: N_("section level"),
        Rank.DEPUTY_SECTION_CHIEF: N_("deputy section level"),
        Rank.STAFF: N_("staff level"),
    },
    Duty: {
        Duty.ENFORCEMENT: N_("enforcement"),
        Duty.SUPERVISION: N_("supervision of enforcement"),
        Duty.LEGAL_REVIEW: N_("legal review"),
        Duty.OTHER: N_("other post"),
    },
    EndReason: {
        EndReason.TRANSFER: N_("transferred"),
        EndReason.SECONDMENT: N_("seconded"),
        EndReason.RETIREMENT: N_("retired"),
        EndReason.RESIGNATION: N_("resigned"),
        EndReason.DISMISSAL: N_("dismissed"),
        EndReason.DEATH: N_("died"),
        EndReason.REASSIGNMENT: N_("reassigned"),
        EndReason.UNIT_ABOLISHED: N_("unit abolished"),
        EndReason.RECORDED_IN_ERROR: N_("recorded in error"),
        EndReason.FILE_MERGED: N_("file merged into another one"),
    },
    CareerAct: {
        CareerAct.JOIN: N_("appoint to a new post"),
        CareerAct.TRANSFER: N_("transfer to another unit"),
        CareerAct.REASSIGN: N_("change of post or rank"),
        CareerAct.SECOND: N_("second to another unit"),
        CareerAct.RETURN: N_("end of the secondment"),
        CareerAct.RETIRE: N_("retirement"),
        CareerAct.LEAVE: N_("leaving"),
        CareerAct.DIE: N_("death"),
        CareerAct.REOPEN: N_("undo the end of the post"),
        CareerAct.CORRECT: N_("correction of a post"),
    },
    ConductKind: {
        ConductKind.COMMENDATION: N_("commendation"),
        ConductKind.DISCIPLINE: N_("discipline"),
    },
    ConductMeasure: {
        ConductMeasure.PRAISE: N_("praise"),
        ConductMeasure.THIRD_CLASS_MERIT: N_("third-class merit"),
        ConductMeasure.SECOND_CLASS_MERIT: N_("second-class merit"),
        ConductMeasure.FIRST_CLASS_MERIT: N_("first-class merit"),
        ConductMeasure.HONORARY_TITLE: N_("honorary title"),
        ConductMeasure.OTHER_COMMENDATION: N_("other commendation"),
        ConductMeasure.CRITICISM: N_("criticism and education"),
        ConductMeasure.OFF_POST_TRAINING: N_("off-post training"),
        ConductMeasure.REMOVAL_FROM_POST: N_("removal from the enforcement post"),
        ConductMeasure.DISQUALIFICATION: N_("loss of the enforcement qualification"),
        ConductMeasure.WARNING: N_("warning"),
        ConductMeasure.DEMERIT: N_("demerit"),
        ConductMeasure.GRAVE_DEMERIT: N_("grave demerit"),
        ConductMeasure.DEMOTION: N_("demotion"),
        ConductMeasure.REMOVAL_FROM_OFFICE: N_("removal from office"),
        ConductMeasure.EXPULSION: N_("expulsion"),
        ConductMeasure.OTHER_MEASURE: N_("other measure"),
    },
    Assessment: {
        Assessment.EXCELLENT: N_("excellent"),
        Assessment.COMPETENT: N_("competent"),
        Assessment.BASICALLY_COMPETENT: N_("basically competent"),
        Assessment.INCOMPETENT: N_("incompetent"),
        Assessment.NOT_GRADED: N_("not graded"),
    },
    Education: {
        Education.HIGH_SCHOOL: N_("high school or below"),
        Education.COLLEGE: N_("college"),
        Education.BACHELOR: N_("bachelor"),
        Education.MASTER: N_("master"),
        Education.DOCTOR: N_("doctor"),
    },
    PoliticalStatus: {
        PoliticalStatus.PARTY_MEMBER: N_("party member"),
        PoliticalStatus.PROBATIONARY_MEMBER: N_("probationary party member"),
        PoliticalStatus.LEAGUE_MEMBER: N_("league member"),
        PoliticalStatus.DEMOCRATIC_PARTY: N_("member of a democratic party"),
        PoliticalStatus.INDEPENDENT: N_("no party"),
    },
    DepartmentKind: {
        DepartmentKind.ADMINISTRATIVE_ORGAN: N_("administrative organ"),
        DepartmentKind.AUTHORISED_ORGANISATION: N_("authorised organisation"),
        DepartmentKind.ENTRUSTED_ORGANISATION: N_("entrusted organisation"),
    },
    SubjectStanding: {
        SubjectStanding.CONFIRMED: N_("confirmed"),
        SubjectStanding.UNCONFIRMED: N_("not confirmed"),
        SubjectStanding.WITHDRAWN: N_("confirmation withdrawn"),
        SubjectStanding.ENTRUSTED: N_("entrusted"),
        SubjectStanding.LAPSED: N_("entrustment expired"),
        SubjectStanding.ENDED: N_("unit ended"),
    },
    TrainingKind: {
        TrainingKind.LEGAL: N_("legal training"),
        TrainingKind.ONLINE_COMMON_LAW: N_("online common legal knowledge"),
        TrainingKind.SPECIAL_LAW: N_("training in special legal knowledge"),
    },
    TrainingMode: {
        TrainingMode.IN_PERSON: N_("in person"),
        TrainingMode.ONLINE: N_("online"),
    },
    Lack: {
        Lack.ANY: N_("whoever lacks anything"),
        Lack.HOURS: N_("whoever lacks hours"),
        Lack.COURSES: N_("whoever lacks a compulsory course"),
        Lack.ONLINE: N_("whoever lacks the online course"),
    },
    ExamSubject: {
        ExamSubject.COMMON_LAW: N_("common legal knowledge"),
        ExamSubject.SPECIAL_LAW: N_("special legal knowledge"),
    },
    ExamOutcome: {
        ExamOutcome.SCORED: N_("sat"),
        ExamOutcome.ABSENT: N_("absent"),
        ExamOutcome.ANNULLED: N_("annulled"),
        ExamOutcome.WITHDRAWN: N_("result withdrawn"),
    },
    Grade: {
        Grade.EXCELLENT: N_("excellent"),
        Grade.GOOD: N_("good"),
        Grade.PASSED: N_("passed"),
        Grade.FAILED: N_("not passed"),
    },
    Call: {
        Call.FIRST: N_("first attempt"),
        Call.RETAKE: N_("retake"),
        Call.RENEWAL: N_("renewal"),
        Call.ELSEWHERE: N_("entered for another sitting"),
        Call.EXHAUSTED: N_("no attempt left this year"),
        Call.NOT_ELIGIBLE: N_("not eligible by law"),
    },
    SittingState: {
        SittingState.ANNOUNCED: N_("announced"),
        SittingState.SCORING: N_("scores being entered"),
        SittingState.PUBLISHED: N_("published"),
    },
    PaperForm: {
        PaperForm.SLIPS: N_("admission slips"),
        PaperForm.SIGN_IN: N_("sign-in sheets"),
        PaperForm.RECORD: N_("record forms of the exam"),
    },
    CertificateKind: {
        CertificateKind.ENFORCEMENT: N_("enforcement certificate"),
        CertificateKind.SUPERVISION: N_("supervision certificate"),
    },
    CertificateStatus: {
        CertificateStatus.ACTIVE: N_("valid"),
        CertificateStatus.SUSPENDED: N_("suspended"),
        CertificateStatus.LOST: N_("reported lost"),
        CertificateStatus.WITHDRAWN: N_("withdrawn"),
        CertificateStatus.EXPIRED: N_("expired"),
        CertificateStatus.CANCELLED: N_("cancelled"),
        CertificateStatus.REVOKED: N_("revoked"),
        CertificateStatus.REPLACED: N_("replaced"),
    },
    PublicStatus: {
        PublicStatus.VALID: N_("valid"),
        PublicStatus.UNCONFIRMED: N_("to be confirmed with the bureau"),
        PublicStatus.NOT_VALID: N_("not valid"),
    },
    ReviewFinding: {
        ReviewFinding.PASSED: N_("passed"),
        ReviewFinding.DEFERRED: N_("deferred"),
        ReviewFinding.FAILED: N_("failed"),
        ReviewFinding.WITHDRAWN: N_("withdrawn and cancelled"),
    },
    CampaignStatus: {
        CampaignStatus.OPEN: N_("open"),
        CampaignStatus.LOCKED: N_("locked"),
    },
    Role: {
        Role.ADMINISTRATOR: N_("administrator"),
        Role.BUREAU_CLERK: N_("bureau clerk"),
        Role.BUREAU_CHIEF: N_("bureau chief"),
        Role.UNIT_HEAD: N_("unit head"),
        Role.UNIT_CLERK: N_("unit clerk"),
        Role.AUDITOR: N_("auditor"),
        Role.SYSTEM: N_("console"),
    },
    Action: {
        Action.ACCOUNT_MANAGE: N_("manage accounts"),
        Action.ACCOUNT_SIGN_IN: N_("sign in"),
        Action.BOARD_VIEW: N_("see the board"),
        Action.CERTIFICATE_ISSUE: N_("issue a certificate"),
        Action.CERTIFICATE_MOVE: N_("change the status of a certificate"),
        Action.CERTIFICATE_REFUSE: N_("refuse a certificate"),
        Action.CERTIFICATE_VIEW: N_("see certificates"),
        Action.CONDUCT_MANAGE: N_("record commendations and discipline"),
        Action.CONDUCT_VIEW: N_("see commendations and discipline"),
        Action.DEPARTMENT_EXPORT: N_("export the list of units"),
        Action.DEPARTMENT_MANAGE: N_("record a unit"),
        Action.DEPARTMENT_VIEW: N_("see units"),
        Action.EXAM_MANAGE: N_("hold exams and publish results"),
        Action.EXAM_PRINT: N_("print slips and sheets of an exam"),
        Action.EXAM_VIEW: N_("see exams"),
        Action.FIGURES_VIEW: N_("see the figures"),
        Action.IDENTITY_UNMASK: N_("see a whole identity number"),
        Action.IMPORT_DECIDE: N_("decide about rows of a file"),
        Action.IMPORT_MAP: N_("say what the headings of a file mean"),
        Action.IMPORT_PERFORM: N_("bring in a file"),
        Action.IMPORT_REHEARSE: N_("rehearse a file"),
        Action.IMPORT_SEND: N_("send a file"),
        Action.IMPORT_UNDO: N_("undo a file that was brought in"),
        Action.IMPORT_VIEW: N_("see imports"),
        Action.JOB_VIEW: N_("see long work"),
        Action.PERSON_EXPORT: N_("export people"),
        Action.PERSON_MANAGE: N_("record a person"),
        Action.PERSON_MERGE: N_("merge two files of a person"),
        Action.PERSON_VIEW: N_("see people"),
        Action.POLICY_ADOPT: N_("adopt a policy"),
        Action.POLICY_VIEW: N_("see policies"),
        Action.REVIEW_ATTEST: N_("attest a unit's review list"),
        Action.REVIEW_DECIDE: N_("decide in the annual review"),
        Action.REVIEW_LOCK: N_("lock an annual review"),
        Action.REVIEW_OPEN: N_("open an annual review"),
        Action.REVIEW_VIEW: N_("see annual reviews"),
        Action.ROSTER_PRINT: N_("take a copy of a roster"),
        Action.ROSTER_VIEW: N_("see rosters"),
        Action.TRAIL_VERIFY: N_("verify the trail"),
        Action.TRAIL_VIEW: N_("see the trail"),
        Action.TRAINING_MANAGE: N_("record training"),
        Action.TRAINING_VIEW: N_("see training"),
    },
    BulkAct: {
        BulkAct.ASSESS: N_("Record an annual assessment"),
        BulkAct.ENTER: N_("Enter for an exam"),
        BulkAct.ATTEND: N_("Record attendance at a training"),
    },
    ImportKind: {
        ImportKind.DEPARTMENTS: N_("units"),
        ImportKind.PEOPLE: N_("people"),
        ImportKind.TRAINING: N_("training records"),
        ImportKind.EXAM_RESULTS: N_("exam results"),
        ImportKind.CERTIFICATES: N_("certificates of the province"),
        ImportKind.SUPERVISORS: N_("supervisors"),
        ImportKind.LEGAL_REVIEWERS: N_("legal reviewers"),
    },
    ImportStatus: {
        ImportStatus.WAITING: N_("being rehearsed"),
        ImportStatus.UNDECIDED: N_("to decide"),
        ImportStatus.REHEARSED: N_("rehearsed"),
        ImportStatus.REFUSED: N_("refused"),
        ImportStatus.CONFIRMING: N_("being brought in"),
        ImportStatus.CONFIRMED: N_("brought in"),
        ImportStatus.UNDOING: N_("being undone"),
        ImportStatus.UNDONE: N_("undone"),
    },
    Doubt: {
        Doubt.NOBODY: N_("Nobody in the register fits."),
        Doubt.SEVERAL: N_("Several people in the register fit."),
        Doubt.UNKNOWN_NUMBER: N_("Nobody with this identity number is registered."),
        Doubt.UNKNOWN_UNIT: N_("No unit of the register has this name."),
    },
    JobKind: {
        JobKind.IMPORT: N_("bringing in a file"),
        JobKind.PRINT_EXAM_PAPERS: N_("printing the papers of an exam"),
        JobKind.PRINT_ROSTERS: N_("printing the rosters"),
    },
    JobPhase: {
        JobPhase.READING: N_("reading the file"),
        JobPhase.CHECKING: N_("checking the rows"),
        JobPhase.WRITING: N_("writing the records"),
        JobPhase.RECORDING: N_("writing the history"),
    },
    JobStatus: {
        JobStatus.QUEUED: N_("waiting"),
        JobStatus.RUNNING: N_("under way"),
        JobStatus.DONE: N_("done"),
        JobStatus.FAILED: N_("failed"),
    },
}


def label_of(word: StrEnum) -> str:
    """The English msgid of a value's label."""
    return LABELS[type(word)][word]


def label(word: StrEnum | None, locale: str = CHINESE) -> str:
    """The word on official paper and in files; an em dash when there is none."""
    return "—" if word is None else translate(label_of(word), locale)
