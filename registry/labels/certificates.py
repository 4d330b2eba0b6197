"""What people call the values of certificates, the road to them, papers, tasks and reviews."""

from collections.abc import Mapping
from enum import StrEnum

from registry.rules.applications import ApplicationNature, ApplicationStatus, ApplicationStep, Making, ReplacementCause
from registry.rules.campaigns import ReviewStep, Statement, Urgency
from registry.rules.card_codes import CheckReason
from registry.rules.certificates import CertificateAct, CertificateKind, CertificateStatus, Organ, PublicStatus
from registry.rules.certificates.bases import WORDS, Ground
from registry.rules.papers import PaperKind
from registry.rules.reviews import CampaignStatus, ReviewFinding
from registry.rules.scanning import ScanOutcome
from registry.rules.tasks import TaskKind, TaskOutcome
from registry.words import N_

LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
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
    CheckReason: {
        CheckReason.GENUINE_AND_VALID: N_("genuine and valid"),
        CheckReason.NOT_YET_VALID: N_("genuine, not valid yet"),
        CheckReason.EXPIRED: N_("genuine, expired"),
        CheckReason.UNCONFIRMED: N_("genuine, to be confirmed with the bureau"),
        CheckReason.SUSPENDED_OR_ENDED: N_("suspended or ended"),
        CheckReason.ALTERED: N_("altered"),
        CheckReason.NOT_OURS: N_("not ours"),
        CheckReason.UNREADABLE: N_("unreadable"),
    },
    ReviewFinding: {
        ReviewFinding.PASSED: N_("passed"),
        ReviewFinding.DEFERRED: N_("deferred"),
        ReviewFinding.FAILED: N_("failed"),
        ReviewFinding.WITHDRAWN: N_("withdrawn and cancelled"),
    },
    CampaignStatus: {
        CampaignStatus.OPEN: N_("open"),
        CampaignStatus.CLOSED: N_("closed, to be locked"),
        CampaignStatus.LOCKED: N_("locked"),
    },
    CertificateAct: {
        CertificateAct.ISSUE: N_("issued"),
        CertificateAct.SUSPEND: N_("suspension"),
        CertificateAct.REINSTATE: N_("reinstatement"),
        CertificateAct.REPORT_LOST: N_("report of loss"),
        CertificateAct.PUBLISH_LOSS: N_("notice of loss"),
        CertificateAct.REPLACE: N_("replacement"),
        CertificateAct.RENEW: N_("renewal"),
        CertificateAct.WITHDRAW: N_("withdrawal"),
        CertificateAct.CANCEL: N_("cancellation"),
        CertificateAct.REVOKE: N_("revocation"),
        CertificateAct.EXPIRE: N_("expiry"),
    },
    Ground: WORDS,
    Organ: {
        Organ.BUREAU: N_("the bureau or a higher organ"),
        Organ.ISSUER: N_("the issuing authority"),
        Organ.UNIT: N_("the unit"),
        Organ.NOBODY: N_("nobody"),
    },
    ApplicationNature: {
        ApplicationNature.NEW: N_("first certificate"),
        ApplicationNature.RENEWAL: N_("renewal before expiry"),
        ApplicationNature.REPLACEMENT: N_("new card in place of the old one"),
    },
    ReplacementCause: {
        ReplacementCause.LOSS: N_("the card was lost"),
        ReplacementCause.DAMAGE: N_("the card is damaged"),
        ReplacementCause.UNIT: N_("the unit changed"),
        ReplacementCause.NAME: N_("the name changed"),
        ReplacementCause.POST: N_("the post changed"),
    },
    ApplicationStatus: {
        ApplicationStatus.APPLIED: N_("waits for the unit head"),
        ApplicationStatus.CONFIRMED: N_("waits for the bureau clerk"),
        ApplicationStatus.EXAMINED: N_("waits for the bureau chief"),
        ApplicationStatus.RETURNED: N_("returned to the unit"),
        ApplicationStatus.APPROVED: N_("approved, card to be made"),
        ApplicationStatus.MADE: N_("card made, to be handed over"),
        ApplicationStatus.HANDED_OVER: N_("handed over"),
        ApplicationStatus.REFUSED: N_("certificate refused"),
        ApplicationStatus.WITHDRAWN: N_("application withdrawn"),
    },
    ApplicationStep: {
        ApplicationStep.APPLY: N_("applied for"),
        ApplicationStep.CONFIRM: N_("confirmed by the unit"),
        ApplicationStep.EXAMINE: N_("examined by the bureau"),
        ApplicationStep.APPROVE: N_("approved"),
        ApplicationStep.MAKE: N_("card made"),
        ApplicationStep.HAND_OVER: N_("handed over"),
        ApplicationStep.SEND_BACK: N_("sent back by the unit head"),
        ApplicationStep.RETURN: N_("returned"),
        ApplicationStep.REFUSE: N_("certificate refused"),
        ApplicationStep.WITHDRAW: N_("application withdrawn"),
        ApplicationStep.RECEIVE: N_("certificate received with the province's list"),
    },
    Making: {
        Making.PRINTED: N_("printed here"),
        Making.RECEIVED: N_("received from the province"),
    },
    PaperKind: {
        PaperKind.CARD: N_("card"),
        PaperKind.CARD_SHEETS: N_("sheets of cards"),
        PaperKind.CERTIFICATE: N_("certificate on A4"),
        PaperKind.PROOF: N_("proof of holding a certificate"),
        PaperKind.REFUSAL: N_("notice of refusal"),
        PaperKind.ERRATA: N_("corrections of a roster"),
        PaperKind.SUMMARY: N_("sums of a year by unit"),
        PaperKind.SAMPLE: N_("sample of a roster"),
        PaperKind.EVIDENCE: N_("index of evidence"),
    },
    ScanOutcome: {
        ScanOutcome.AGREES: N_("as on the roster"),
        ScanOutcome.ROSTER_ITSELF: N_("the roster itself"),
        ScanOutcome.SCANNED_TWICE: N_("scanned twice"),
        ScanOutcome.SUCCEEDS: N_("successor of the card on the roster"),
        ScanOutcome.NOT_LISTED: N_("not on this roster"),
        ScanOutcome.NOT_DRAWN: N_("not in the sample"),
        ScanOutcome.DIFFERS: N_("card and roster differ"),
        ScanOutcome.REPLACED: N_("replaced by a successor"),
        ScanOutcome.EXPIRED: N_("card has expired"),
        ScanOutcome.SUSPENDED_OR_ENDED: N_("suspended or ended"),
        ScanOutcome.ALTERED: N_("signature does not hold"),
        ScanOutcome.NOT_OURS: N_("signed by somebody else"),
        ScanOutcome.UNKNOWN: N_("unknown to the register"),
        ScanOutcome.OTHER_ROSTER: N_("another roster"),
        ScanOutcome.UNREADABLE: N_("unreadable"),
    },
    TaskKind: {
        TaskKind.LEFT: N_("holder left the unit"),
        TaskKind.RETIRED: N_("holder retired"),
        TaskKind.DIED: N_("holder died"),
        TaskKind.TRANSFERRED: N_("holder was transferred"),
        TaskKind.POST_CHANGED: N_("holder has another post"),
        TaskKind.UNIT_ENDED: N_("unit was abolished"),
        TaskKind.UNIT_NO_SUBJECT: N_("unit is no enforcement subject any more"),
        TaskKind.DISQUALIFIED: N_("holder lost the enforcement qualification"),
        TaskKind.RESULT_CORRECTED: N_("exam result was corrected or came in late"),
        TaskKind.SUSPENSION_OVER: N_("suspension has run out"),
        TaskKind.LOSS_REPORTED: N_("reported lost, the notice is to be published"),
    },
    TaskOutcome: {
        TaskOutcome.MOVED: N_("the certificate was dealt with"),
        TaskOutcome.KEPT: N_("the certificate stays"),
        TaskOutcome.GROUND_RESTORED: N_("the ground is there again"),
    },
    ReviewStep: {
        ReviewStep.ATTEST: N_("the unit attests its list"),
        ReviewStep.DECIDE: N_("the bureau decides"),
        ReviewStep.MAKE_UP: N_("the deferred make up"),
    },
    Urgency: {
        Urgency.IN_TIME: N_("in time"),
        Urgency.SOON: N_("soon due"),
        Urgency.OVERDUE: N_("overdue"),
    },
    Statement: {
        Statement.IN_POST: N_("in the post"),
        Statement.LEFT: N_("has left"),
        Statement.CHANGED: N_("something changed"),
        Statement.DISCIPLINED: N_("was disciplined"),
    },
}
