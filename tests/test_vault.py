"""Sealed values: unreadable without the key, found by a keyed hash."""

import base64
import stat
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from registry.config import Misconfigured, Settings
from registry.vault import KEY_BYTES, Vault, open_vault, session_secret

pytestmark = pytest.mark.nodb

OURS, THEIRS = Vault.with_key(bytes(KEY_BYTES)), Vault.with_key(bytes(range(KEY_BYTES)))


def _settings(var: Path, **values: str) -> Settings:
    return Settings(var=var, database_url="sqlite:///", **values)


@given(st.text(max_size=40))
def test_what_is_sealed_opens_again_and_never_looks_alike(text: str) -> None:
    first, second = OURS.seal(text), OURS.seal(text)

    assert OURS.open(first) == OURS.open(second) == text
    assert first != second


@given(st.binary(max_size=60))
def test_a_file_opens_again_as_it_was(content: bytes) -> None:
    assert OURS.open_bytes(OURS.seal_bytes(content)) == content


@given(st.text(min_size=4, max_size=40, alphabet=st.characters(codec="ascii")))
def test_neither_seal_nor_index_shows_the_text(text: str) -> None:
    assert text.encode() not in OURS.seal(text)
    assert text.encode() not in OURS.index(text)


@given(st.text(max_size=40), st.text(max_size=40))
def test_equal_texts_have_equal_indexes_and_others_do_not(one: str, other: str) -> None:
    assert (OURS.index(one) == OURS.index(other)) is (one == other)


def test_another_key_opens_nothing_and_finds_nothing() -> None:
    with pytest.raises(InvalidTag):
        THEIRS.open(OURS.seal("410425"))
    assert THEIRS.index("410425") != OURS.index("410425")


def test_a_changed_byte_is_noticed() -> None:
    sealed = bytearray(OURS.seal("410425"))
    sealed[-1] ^= 1

    with pytest.raises(InvalidTag):
        OURS.open(bytes(sealed))


def test_the_key_file_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    sealed = open_vault(_settings(tmp_path)).seal("410425")

    assert open_vault(_settings(tmp_path)).open(sealed) == "410425"
    assert stat.S_IMODE((tmp_path / "keys" / "data.key").stat().st_mode) == 0o600
    assert session_secret(_settings(tmp_path)) == session_secret(_settings(tmp_path))


@pytest.mark.parametrize("key", ["not base64!", base64.urlsafe_b64encode(b"short").decode()])
def test_a_wrong_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(Misconfigured, match="REGISTRY_DATA_KEY"):
        open_vault(_settings(tmp_path, data_key=key))
