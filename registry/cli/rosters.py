"""`registry roster --year Y --out FILE`: a roster for paper or as a spreadsheet, kept or still a draft."""

from pathlib import Path
from typing import cast

import click
from flask import current_app
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from registry import clock, db
from registry.cli.files import ending_in, write_whole
from registry.config import Settings
from registry.models.reviews import ReviewCampaign
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import CampaignStatus
from registry.services import accounts, reviews, rosters

FORMS = {".pdf": "pdf", ".xlsx": "xlsx", ".csv": "csv"}
REASON = "console"


@click.command()
@click.option("--year", type=click.IntRange(1990, 2200), required=True)
@click.option("--kind", type=click.Choice([kind.value for kind in CertificateKind]), default="enforcement")
@click.option("--department", "code", help="Code of the unit; the whole county when left out.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    callback=ending_in(*FORMS),
    help=".pdf, .xlsx or .csv",
)
def roster(year: int, kind: str, code: str | None, out: Path) -> None:
    """The roster of a year's review: the kept one when the review is locked, else a draft."""
    with db.transaction(current_app.extensions["sessions"]) as session:
        campaign = reviews.find(session, year, CertificateKind(kind))
        if campaign is None:
            raise click.ClickException(f"There is no review of {year} for this kind of certificate ({kind}).")
        copy = _copy(session, campaign, _department_id(session, code), cast(rosters.Form, FORMS[out.suffix.lower()]))
        write_whole(out, copy.content)
    click.echo(f"{out}: {len(copy.content)} bytes")


def _department_id(session: Session, code: str | None) -> int | None:
    if code is None:
        return None
    try:
        return accounts.department_with_code(session, code).id
    except NoResultFound as error:
        raise click.ClickException(f"There is no unit with the code {code}.") from error


def _copy(session: Session, campaign: ReviewCampaign, department_id: int | None, form: rosters.Form) -> rosters.Copy:
    settings: Settings = current_app.extensions["settings"]
    if campaign.status is not CampaignStatus.LOCKED:
        return rosters.draft(
            session,
            SYSTEM,
            campaign_id=campaign.id,
            department_id=department_id,
            form=form,
            today=clock.today(),
            public_url=settings.public_url,
            longest_wait=None,
        )
    kept = rosters.find(session, SYSTEM, campaign=campaign, department_id=department_id)
    if kept is None:
        raise click.ClickException("The unit has no certificate in this review.")
    return rosters.take_copy(
        session,
        SYSTEM,
        roster_id=kept.id,
        form=form,
        reason=REASON,
        public_url=settings.public_url,
        longest_wait=None,
    )
