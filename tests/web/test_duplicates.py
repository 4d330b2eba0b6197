"""Duplicate files as pages: found, compared, merged, undone, told apart."""

import re

from registry.rules.permissions import Role
from tests.factories import identity_number, make_department, make_person, make_training
from tests.web.conftest import Office


def _two(office: Office) -> tuple[int, int]:
    with office.transaction() as session:
        kept, merged = (make_person(session, name="李同名", identity=identity_number(one)) for one in (301, 303))
        merged.major = "法学"
        make_training(session, merged)
        return kept.id, merged.id


def test_two_files_are_found_compared_merged_and_taken_apart(office: Office) -> None:
    kept, merged = _two(office)
    clerk = office.client(Role.BUREAU_CLERK)

    assert f"/people/duplicates/pair/{kept}/{merged}" in clerk.get("/people/duplicates").text
    assert f"compare with file no. {merged}" in clerk.get(f"/people/{kept}").text
    side_by_side = clerk.get(f"/people/duplicates/pair/{kept}/{merged}", follow_redirects=True)
    assert side_by_side.request.path == f"/people/duplicates/{kept}/{merged}"
    assert "moves over" in side_by_side.text
    done = clerk.post(side_by_side.request.path, data={"reason": "号码录错", "take-major": str(merged)})
    assert done.status_code == 303
    assert clerk.get(f"/people/{merged}").location == f"/people/{kept}"
    page = clerk.get(f"/people/{kept}").text
    assert "法学" in page
    assert f"File no. {merged} was merged into this one" in page
    assert "Undo the merge" in clerk.get(done.location).text
    undone = clerk.post(done.location, data={"reason": "并错了"}, follow_redirects=True)
    assert "The files are two again" in undone.text
    assert "法学" not in re.sub(r"(?s)<h2[^>]*>History.*", "", clerk.get(f"/people/{kept}").text)


def test_a_pair_told_apart_leaves_the_list_and_may_come_back(office: Office) -> None:
    kept, merged = _two(office)
    clerk = office.client(Role.BUREAU_CLERK)
    path = f"/people/duplicates/{kept}/{merged}/apart"

    assert clerk.post(path, data={"difference": " "}).status_code == 422
    assert clerk.post(path, data={"difference": "已核对两张身份证"}).status_code == 303
    page = clerk.get("/people/duplicates").text
    assert "No two files look alike" in page
    assert "已核对两张身份证" in page
    again = re.search(r'action="(/people/duplicates/apart/\d+/again)"', page)
    assert again is not None
    clerk.post(again[1])
    assert f"/people/duplicates/pair/{kept}/{merged}" in clerk.get("/people/duplicates").text


def test_a_merge_without_a_reason_changes_nothing_and_says_so(office: Office) -> None:
    kept, merged = _two(office)
    clerk = office.client(Role.BUREAU_CLERK)

    refused = clerk.post(f"/people/duplicates/{kept}/{merged}", data={"reason": ""})

    assert refused.status_code == 422
    assert "Say how you know that it is one person." in refused.text
    assert clerk.get(f"/people/{merged}").status_code == 200


def test_units_see_no_hint_of_other_files(office: Office) -> None:
    kept, _merged = _two(office)
    with office.transaction() as session:
        unit = make_department(session)
        person = make_person(session, unit, name="李同名")
        ids = unit.id, person.id
    head = office.client(Role.UNIT_HEAD, ids[0])

    assert str(kept) not in re.findall(r"file no\. (\d+)", head.get(f"/people/{ids[1]}").text)
    assert "Duplicate files" not in head.get("/people").text
