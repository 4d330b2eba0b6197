"""The draw of a sample: the same for everybody, of the size asked for, and nobody's choice but the seed's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import RuleBroken
from registry.rules.samples import LONGEST_SEED, drawn, lot_of, seed_of, size_of

pytestmark = pytest.mark.nodb

ROSTER = "郏司审〔2026〕第001号"
seeds = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=LONGEST_SEED)
numbers = st.lists(st.integers(0, 10**6).map(lambda serial: f"160425{serial:05}"), unique=True, max_size=40)


def test_the_lot_is_what_any_tool_computes() -> None:
    lot = lot_of("20261129", ROSTER, "16042500001")

    assert lot == "90e3cd9ee533fc0032c71bb316236e0c0e5aed42250da25e2af425db6ff3ddbd"  # printf '%s' … | sha256sum


@given(seeds, numbers, st.integers(0, 50))
def test_a_sample_has_its_size_and_no_line_twice(seed: str, every: list[str], size: int) -> None:
    found = [lot.number for lot in drawn(seed, ROSTER, every, size)]

    assert len(found) == min(size, len(every))
    assert len(set(found)) == len(found)
    assert set(found) <= set(every)


@given(seeds, st.data(), numbers)
def test_the_order_in_which_lines_come_changes_nothing(seed: str, data: st.DataObject, every: list[str]) -> None:
    mixed = data.draw(st.permutations(every))

    assert drawn(seed, ROSTER, every, 9) == drawn(seed, ROSTER, mixed, 9)


@given(seeds, numbers, st.integers(0, 40), st.integers(0, 40))
def test_a_larger_sample_begins_with_the_smaller_one(seed: str, every: list[str], one: int, other: int) -> None:
    small, large = sorted((one, other))

    assert drawn(seed, ROSTER, every, large)[:small] == drawn(seed, ROSTER, every, small)


@given(seeds, numbers)
def test_whatever_else_may_be_drawn_the_lines_keep_their_order(seed: str, every: list[str]) -> None:
    some = every[::2]

    whole = [lot.number for lot in drawn(seed, ROSTER, every, len(every)) if lot.number in some]

    assert whole == [lot.number for lot in drawn(seed, ROSTER, some, len(some))]


def test_every_line_is_drawn_about_as_often_as_any_other() -> None:
    every = [f"160425{serial:05}" for serial in range(10)]
    times = dict.fromkeys(every, 0)
    for seed in range(2_000):
        for lot in drawn(str(seed), ROSTER, every, 3):
            times[lot.number] += 1

    assert all(520 < count < 680 for count in times.values()), times


@pytest.mark.parametrize(
    ("text", "pool", "size"),
    [
        pytest.param("20", 100, 20, id="a number"),
        pytest.param("20", 7, 7, id="more than there are"),
        pytest.param("10%", 95, 10, id="a part of a line is a line"),
        pytest.param("10%", 100, 10, id="per cent"),
        pytest.param("2.5%", 1000, 25, id="tenths of a per cent"),
        pytest.param(" １０ ％", 50, 5, id="full width"),
        pytest.param("100%", 3, 3, id="every line"),
        pytest.param("5", 0, 0, id="nothing to draw from"),
    ],
)
def test_a_size_is_a_number_or_a_per_cent(text: str, pool: int, size: int) -> None:
    assert size_of(text, pool) == size


@pytest.mark.parametrize("text", ["", "0", "0%", "-3", "many", "1e3", "٣", "10%%", "9" * 30])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken, match="AUD-2"):
        size_of(text, 100)


def test_a_seed_is_plain_text_and_there_is_one() -> None:
    assert seed_of("　双色球  ２０２６１１２９ ") == "双色球 20261129"
    for none in (" ", "x" * (LONGEST_SEED + 1)):
        with pytest.raises(RuleBroken, match="AUD-1"):
            seed_of(none)
