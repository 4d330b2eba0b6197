"""What the index of a bundle says, frozen: the person, the dossier part by part, each file with its hash, the trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.labels import label
from registry.models.reviews import ReviewCampaign
from registry.rules.evidence import LeftOut
from registry.services.evidence.enclosing import Enclosed, Kept
from registry.services.evidence.gathering import Dossier
from registry.services.evidence.reviewing import NOT_SHOWN
from registry.services.evidence.tables import Table, in_words
from registry.services.evidence.tracing import Trace

WHY_LEFT_OUT: Mapping[LeftOut, str] = {
    LeftOut.OTHERS_ON_IT: "载有他人信息，不附",
    LeftOut.LINE_ALONE: "载有他人信息，只附本人所在行",
    LeftOut.NOT_PRINTED: "尚未印制，无存档字节",
    LeftOut.NOT_OURS: "由司法局或者其他单位保管，不附",
    LeftOut.DAMAGED: "存档字节与校验值不符，不附",
}


def frozen(
    dossier: Dossier,
    campaign: ReviewCampaign | None,
    tables: Sequence[Table],
    files: Sequence[Enclosed],
    left: Sequence[Kept],
    traces: Sequence[Trace],
    said: Mapping[str, Any],
) -> dict[str, Any]:
    """The data of the paper; the full identity number is not among them."""
    return {
        **said,
        "review": f"{campaign.year}年度{label(campaign.kind)}年度审验" if campaign else "",
        "person": _person(dossier),
        "sections": [table.told for table in tables],
        "not_shown": NOT_SHOWN if dossier.conduct is None else "",
        "files": [
            {"name": one.name, "what": one.what, "bytes": len(one.content), "sha256": one.sha256} for one in files
        ],
        "left": [
            {
                "number": one.number,
                "what": one.what,
                "why": WHY_LEFT_OUT[one.left_out] if one.left_out else "",
                "sha256": one.row.pdf_sha256 or "",
            }
            for one in left
        ],
        "trail": _trail(traces),
    }


def _person(dossier: Dossier) -> dict[str, Any]:
    person, post = dossier.person, dossier.last_post
    return {
        "file": person.id,
        "name": person.name,
        "sex": label(person.sex),
        "identity": person.identity_masked,
        "unit": dossier.names.on(person.department_id, None),
        "post": " ".join(word for word in (post.section, post.post) if word) if post else "",
        "establishment": label(post.establishment) if post else "",
        "duty": label(post.duty) if post else "",
        "serves": post is not None and post.until_on is None,
        "until": in_words(post.until_on) if post else "",
        "merged": [one for one in dossier.files if one != person.id],
        "withdrawn_on": in_words(person.withdrawn_on),
    }


def _trail(traces: Sequence[Trace]) -> dict[str, Any]:
    places = [one.entry.id for one in traces]
    return {
        "count": len(places),
        "first": places[0] if places else 0,
        "last": places[-1] if places else 0,
        "of_many": sum(not one.is_whole for one in traces),
    }
