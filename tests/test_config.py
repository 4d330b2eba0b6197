"""Settings: defaults fit for one machine, and every wrong value named at once."""

from pathlib import Path

import pytest

from registry.config import Misconfigured, Settings
from registry.printing.fonts import FONT_FILES

pytestmark = pytest.mark.nodb


def test_an_empty_environment_is_enough() -> None:
    settings = Settings.from_env({})

    assert settings.port == 8000
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.database_url == f"sqlite:///{Path('var').resolve() / 'registry.sqlite3'}"


def test_the_port_moves_the_public_address_too() -> None:
    assert Settings.from_env({"PORT": "9123"}).public_url == "http://127.0.0.1:9123"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_is_understood(scheme: str) -> None:
    settings = Settings.from_env({"REGISTRY_DATABASE_URL": f"{scheme}://office@db/registry"})

    assert settings.database_url == "postgresql+psycopg://office@db/registry"


def test_all_wrong_values_are_named_at_once() -> None:
    nonsense = {
        "PORT": "eighty",
        "REGISTRY_SECURE_COOKIES": "perhaps",
        "REGISTRY_DATABASE_URL": "mysql://office@db/registry",
        "REGISTRY_UPLOAD_MEGABYTES": "0",
        "REGISTRY_SMTP_URL": "mail.example:25",
        "REGISTRY_MAIL_FROM": "nobody",
        "REGISTRY_FONTS": f"/nowhere/rare.ttf:{__file__}",
    }

    with pytest.raises(Misconfigured) as refused:
        Settings.from_env(nonsense)

    assert all(name in str(refused.value) for name in nonsense)


def test_further_fonts_are_named_as_a_path_is() -> None:
    assert Settings.from_env({}).fonts == ()
    ours = [str(path) for path in FONT_FILES]
    assert [str(path) for path in Settings.from_env({"REGISTRY_FONTS": ":".join(ours)}).fonts] == ours
    with pytest.raises(Misconfigured, match="rare.ttf, which is no TrueType or OpenType font") as refused:
        Settings.from_env({"REGISTRY_FONTS": f"/nowhere/rare.ttf:{__file__}"})
    assert __file__ in str(refused.value)


def test_a_mail_server_is_optional_and_comes_with_a_sender() -> None:
    assert Settings.from_env({}).smtp_url is None
    given = {"REGISTRY_SMTP_URL": "smtps://office:s%40cret@mail.example:465", "REGISTRY_MAIL_FROM": "a@bureau.example"}

    settings = Settings.from_env(given)

    assert (settings.smtp_url, settings.mail_from) == tuple(given.values())
