"""The fonts of all paper: our own two, and a refusal for what they cannot print."""

import subprocess
import sys

import pytest
from fontTools.ttLib import TTFont

from registry.printing import fonts

pytestmark = pytest.mark.nodb

UNKNOWN = "\U000323aa"  # the last character of CJK extension H
STARTS = """
import sys
sys.addaudithook(lambda event, _: event == "subprocess.Popen" and sys.exit("another program is started"))
from registry.printing import fonts
fonts.engine().text.ffi.harfbuzz_subset.hb_subset_input_create_or_fail
"""
TOGETHER = """
import ctypes.util
from concurrent.futures import ThreadPoolExecutor
from registry.printing import fonts
search = ctypes.util.find_library
with ThreadPoolExecutor(8) as pool:
    engines = {id(one) for one in pool.map(lambda _: fonts.engine(), range(8))}
assert len(engines) == 1 and ctypes.util.find_library is search
"""


def test_rare_characters_of_names_are_printable() -> None:
    assert fonts.missing_in("李喆 王堃 张祎 买买提·阿不都 欧阳㛃") == ""


def test_a_missing_character_is_told_with_the_name_it_stands_in() -> None:
    values = {"sections": [{"unit": "水利局", "lines": [{"name": "张三"}, {"name": f"李{UNKNOWN}"}]}]}
    with pytest.raises(fonts.Unprintable) as refused:
        fonts.refuse_missing(values)
    assert (refused.value.who, refused.value.character) == (f"李{UNKNOWN}", UNKNOWN)


def test_line_ends_and_direction_marks_need_no_glyph() -> None:
    assert fonts.missing_in("甲\n乙\u200e\t") == ""


def test_the_characters_are_those_that_the_fonts_map() -> None:
    assert fonts.printable_characters() == {code for path in fonts.FONT_FILES for code in TTFont(path).getBestCmap()}


def test_the_engine_starts_without_other_programs() -> None:
    done = subprocess.run([sys.executable, "-c", STARTS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_threads_that_ask_at_once_have_one_engine_and_leave_the_search_as_it_was() -> None:
    done = subprocess.run([sys.executable, "-c", TOGETHER], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
