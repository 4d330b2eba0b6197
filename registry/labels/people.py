"""What people call the values of persons, units, training and exams."""

from collections.abc import Mapping
from enum import StrEnum

from registry.rules.candidates import Call, PaperForm, SittingState
from registry.rules.careers import CareerAct
from registry.rules.conduct import ConductKind, ConductMeasure
from registry.rules.departments import DepartmentKind, SubjectStanding
from registry.rules.exams import ExamOutcome, ExamSubject, Grade
from registry.rules.people import Assessment, Duty, Education, EndReason, Establishment, PoliticalStatus, Rank, Sex
from registry.rules.training import Lack, TrainingKind, TrainingMode
from registry.words import N_

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
}
