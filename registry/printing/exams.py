"""Papers of an exam day: admission slips four to a page, sign-in sheets and record forms by room."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from registry.printing.documents import NO_IMAGES, print_parts

TEMPLATE_VERSION = "exam-1"
SLIPS_A_PAGE = 4
SLIPS_A_PART = 100
# How many empty lines the record form offers for each list.
ABSENT_LINES, FAULT_LINES, CHEAT_LINES = 7, 5, 4

RULES_FOR_CANDIDATES = (
    "凭本准考证和居民身份证原件入场，证件不齐的不得参加考试。",
    "提前到场，按所列考场、座位对号入座，并签到。",
    "手机等通讯工具关机后交监考人员统一保管，不得带至座位。",
    "遵守考场纪律；违纪、作弊的，取消本次考试成绩。",
    "本证不得涂改、转借，考试结束前请妥善保管。",
)


def print_slips(
    sitting: Mapping[str, Any],
    candidates: Sequence[Mapping[str, Any]],
    *,
    photos: Mapping[str, bytes] = NO_IMAGES,
    told: Callable[[int], None] = lambda done: None,
    a_part: int = SLIPS_A_PART,
) -> bytes:
    """准考证 of these candidates, four to a page between cut marks; `told` hears for how many it is laid out.

    `photos` hold JPEG pictures under the `photo` of a candidate; who has none gets an empty frame. So many slips
    `a_part` are laid out together.
    """
    parts = []
    for start in range(0, len(candidates), a_part):
        chosen = candidates[start : start + a_part]
        pages = [chosen[place : place + SLIPS_A_PAGE] for place in range(0, len(chosen), SLIPS_A_PAGE)]
        parts.append({**sitting, "pages": pages, "rules": RULES_FOR_CANDIDATES, "template_version": TEMPLATE_VERSION})
    return print_parts("exam_slips.html", parts, images=photos, told=_counting(candidates, a_part, told))


def print_sign_in(
    sitting: Mapping[str, Any],
    rooms: Sequence[Mapping[str, Any]],
    *,
    told: Callable[[int], None] = lambda done: None,
) -> bytes:
    """考生签到表, one for each room (or unit), each counting its own pages."""
    parts = [{**sitting, "room": room, "template_version": TEMPLATE_VERSION} for room in rooms]
    return print_parts("exam_sign_in.html", parts, told=_room_by_room(rooms, told))


def print_record(
    sitting: Mapping[str, Any],
    rooms: Sequence[Mapping[str, Any]],
    *,
    told: Callable[[int], None] = lambda done: None,
) -> bytes:
    """考试情况登记表, one page for each room (or unit), filled in by hand on the day."""
    lines = {"absent_lines": ABSENT_LINES, "fault_lines": FAULT_LINES, "cheat_lines": CHEAT_LINES}
    parts = [{**sitting, **lines, "room": room, "template_version": TEMPLATE_VERSION} for room in rooms]
    return print_parts("exam_record.html", parts, told=_room_by_room(rooms, told))


def _counting(every: Sequence[Any], a_part: int, told: Callable[[int], None]) -> Callable[[int], None]:
    return lambda parts: told(min(parts * a_part, len(every)))


def _room_by_room(rooms: Sequence[Mapping[str, Any]], told: Callable[[int], None]) -> Callable[[int], None]:
    return lambda parts: told(sum(len(room["lines"]) for room in rooms[:parts]))
