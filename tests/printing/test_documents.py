"""Any page: the same bytes for the same values, our own files alone."""

from pathlib import Path

import pytest

from registry.printing import documents, fonts

pytestmark = pytest.mark.nodb


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of templates of this test's own."""
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    monkeypatch.setattr(documents, "OWN_FOLDERS", (tmp_path,))
    documents._templates.cache_clear()
    yield tmp_path
    documents._templates.cache_clear()


def test_the_same_values_give_the_same_bytes(templates: Path) -> None:
    (templates / "page.html").write_text("<p>{{ name }}</p>", encoding="utf-8")
    assert documents.print_page("page.html", {"name": "张三"}) == documents.print_page("page.html", {"name": "张三"})


def test_values_are_text_and_never_markup(templates: Path) -> None:
    (templates / "page.html").write_text("<p>{{ name }}</p>", encoding="utf-8")
    hostile = '<img src="file:///etc/passwd"><link rel="attachment" href="http://192.0.2.1/">'
    assert documents.print_page("page.html", {"name": hostile}).startswith(b"%PDF")


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://192.0.2.1/a.png", "../../../../etc/hostname"])
def test_a_page_cannot_reach_what_is_not_ours(templates: Path, address: str) -> None:
    (templates / "page.html").write_text(f'<img src="{address}">', encoding="utf-8")
    with pytest.raises(fonts.Unprintable, match="not ours"):
        documents.print_page("page.html", {})


def test_an_error_of_the_layout_is_fatal(templates: Path) -> None:
    (templates / "page.html").write_text('<img src="missing.png">', encoding="utf-8")
    with pytest.raises(fonts.Unprintable, match="missing"):
        documents.print_page("page.html", {})
