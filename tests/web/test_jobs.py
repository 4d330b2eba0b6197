"""Long work as a page: how far it is, what came of it, why it ended early."""

from collections.abc import Mapping

import pytest

from registry import clock
from registry.models.jobs import Job
from registry.rules.jobs import JobKind, JobStatus
from registry.rules.permissions import Role
from tests.factories import make_department
from tests.web.conftest import Office

POLLED = 'hx-trigger="every 2s"'


def _job(office: Office, status: JobStatus, **values: object) -> str:
    """The address of a job of printing in that state."""
    ended = clock.now() if status in {JobStatus.DONE, JobStatus.FAILED} else None
    defaults: dict[str, object] = {
        "kind": JobKind.PRINT_ROSTERS,
        "arguments": {"campaign_id": 1},
        "result": {},
        "finished_at": ended,
    }
    with office.transaction() as session:
        job = Job(status=status, **{**defaults, **values})
        session.add(job)
        session.flush()
        return f"/jobs/{job.id}"


def _page(office: Office, path: str) -> str:
    return office.client(Role.BUREAU_CLERK).get(path).text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (JobStatus.QUEUED, "It begins as soon as the work before it is done."),
        (JobStatus.RUNNING, "Under way. This page follows it by itself."),
    ],
)
def test_a_job_under_way_follows_itself_and_can_be_looked_at_without_scripts(
    office: Office, status: JobStatus, said: str
) -> None:
    path = _job(office, status, done_count=3, total_count=35)

    page = _page(office, path)

    assert said in page
    assert '<progress value="3" max="35"' in page
    assert f'hx-get="{path}" {POLLED} hx-select="#job"' in page
    assert f'<a class="btn" href="{path}">' in page


def test_a_job_that_is_done_shows_what_came_of_it_and_rests(office: Office) -> None:
    result = {"rosters": 36, "printed": 35, "something else": 4}
    page = _page(office, _job(office, JobStatus.DONE, done_count=36, total_count=36, result=result))

    assert "Everything is done." in page
    assert "Printed by this work" in page
    assert "something else" in page
    assert 'href="/reviews/1"' in page
    assert POLLED not in page


def test_a_refused_job_names_every_rule_in_the_reader_s_language(office: Office) -> None:
    character = {
        "message": "%(who)s: no font has the character %(character)s (%(code)s).",
        "params": {"who": "王𬱖", "character": "𬱖", "code": "U+2CC56"},
        "source": "GB 18030",
    }
    path = _job(office, JobStatus.FAILED, result={"refusals": [character]}, error="RuleBroken: in English")

    english = _page(office, path)
    chinese = office.client(Role.BUREAU_CLERK, locale="zh_CN").get(path).text

    assert "王𬱖: no font has the character 𬱖 (U+2CC56).（GB 18030）" in english
    assert "现有字体均无“𬱖”字" in chinese
    assert "RuleBroken" not in chinese


def test_a_job_that_broke_says_whom_to_tell_and_what(office: Office) -> None:
    page = _page(office, _job(office, JobStatus.FAILED, error="OSError: no space left on device"))

    assert "Tell the administrator this number and time: 1, " in page
    assert "OSError: no space left on device" in page
    assert POLLED not in page


@pytest.mark.parametrize(
    ("kind", "arguments", "role", "back"),
    [
        (JobKind.PRINT_ROSTERS, {"campaign_id": 7}, Role.AUDITOR, "/reviews/7"),
        (JobKind.IMPORT, {"batch_id": 8}, Role.BUREAU_CLERK, "/imports/8"),
        (JobKind.IMPORT, {"batch_id": 8}, Role.ADMINISTRATOR, "/"),
        (JobKind.IMPORT, {}, Role.BUREAU_CLERK, "/"),
    ],
)
def test_a_job_leads_back_to_where_it_was_asked_for(
    office: Office, kind: JobKind, arguments: Mapping[str, int], role: Role, back: str
) -> None:
    path = _job(office, JobStatus.QUEUED, kind=kind, arguments=arguments)

    assert f'<a class="btn" href="{back}"><svg' in office.client(role).get(path).text


def test_a_unit_sees_its_own_jobs_and_no_other(office: Office) -> None:
    with office.transaction() as session:
        own, other = make_department(session).id, make_department(session).id
    clerk = office.client(Role.UNIT_CLERK, own)

    assert clerk.get(_job(office, JobStatus.QUEUED, department_id=own)).status_code == 200
    assert clerk.get(_job(office, JobStatus.QUEUED, department_id=other)).status_code == 403
    assert clerk.get(_job(office, JobStatus.QUEUED)).status_code == 403
