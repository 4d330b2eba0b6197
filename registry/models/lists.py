"""Lists that somebody put by: filters and columns under a name."""

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db import Base, created_at
from registry.rules.lists import LONGEST_VIEW_NAME, ListName


class SavedView(Base):
    """A view of a list: `asked` is what its address says, filters and columns. Shared ones are seen by everybody."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    of: Mapped[ListName]
    name: Mapped[str] = mapped_column(String(LONGEST_VIEW_NAME))
    asked: Mapped[dict[str, Any]]
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[created_at]

    __table_args__ = (UniqueConstraint("account_id", "of", "name"),)
