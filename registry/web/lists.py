"""A list as its address asks for it: filters and columns, how they are kept from page to page, what is put by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import g, request, url_for
from flask_babel import gettext as _

from registry.rules.lists import COLUMNS, NAMED_BY, ListColumn, ListName, usual
from registry.services import views

Heading = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class ListPage:
    """A list with the filters that say something, the columns chosen, and the views of it that were put by."""

    of: ListName
    asked: Mapping[str, Any]
    chosen: Sequence[ListColumn]
    saved: Sequence[Any]

    @property
    def shown(self) -> list[str]:
        """The names of the columns beside what names a line."""
        return [column.name for column in self.chosen]

    @property
    def kept(self) -> dict[str, Any]:
        """What the address of every page of this list says; nothing of columns as long as they are the usual ones."""
        return dict(self.asked) if self.chosen == usual(self.of) else self.as_shown

    @property
    def as_shown(self) -> dict[str, Any]:
        """Filters and columns, the usual ones too: what a file of exactly this list is asked for with."""
        return {**self.asked, "columns": self.shown}

    @property
    def address(self) -> str:
        return urlencode(self.kept, doseq=True)

    @property
    def titles(self) -> dict[str, str]:
        """Every heading by the name of its column, in the reader's language."""
        return {column.name: _(column.title) for column in (*NAMED_BY[self.of], *COLUMNS[self.of])}

    @property
    def headings(self) -> list[Heading]:
        """The headings of what is shown, as `table` takes them."""
        shown, titles = [*NAMED_BY[self.of], *self.chosen], self.titles
        return [(titles[one.name], "number") if one.is_number else titles[one.name] for one in shown]

    @property
    def choice(self) -> list[tuple[str, str]]:
        """The columns that can be chosen, with their headings."""
        return [(column.name, _(column.title)) for column in COLUMNS[self.of]]

    def next_url(self, after: Any) -> str | None:
        """The page that begins behind a key; None without one."""
        return url_for(str(request.endpoint), **{**self.kept, "after": after}) if after else None

    @property
    def first_url(self) -> str | None:
        """The first page, for those who are on a later one."""
        return url_for(str(request.endpoint), **self.kept) if request.args.get("after") else None


def listed(of: ListName, filters: Collection[str]) -> ListPage:
    """The list that the address of this request asks for."""
    return ListPage(of, asked_of(filters), chosen_columns(of) or usual(of), views.views_of(g.session, g.actor, of))


def plain(of: ListName) -> ListPage:
    """A list on another page than its own: the usual columns, no filters."""
    return ListPage(of, {}, usual(of), ())


def asked_of(filters: Collection[str]) -> dict[str, str]:
    """The filters of the address that say something."""
    return {name: value for name, value in request.args.to_dict().items() if name in filters and value.strip()}


def chosen_columns(of: ListName) -> tuple[ListColumn, ...]:
    """The columns that the address names, in the order of the list; none when it names none."""
    wanted = request.args.getlist("columns")
    return tuple(column for column in COLUMNS[of] if column.name in wanted)
