"""Lists in pages: `page` and `pageSize`, and a ``Link`` header to the pages around."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import Field

from allocator_api.schemas import Told

Item = TypeVar("Item")
Other = TypeVar("Other")


class Page(Told, Generic[Item]):
    """Part of a list."""

    items: list[Item]
    page: int = Field(description="number of this page, from 1", examples=[1])
    page_size: int = Field(description="largest number of items of a page", examples=[50])
    total: int = Field(description="number of items on all pages", examples=[8])


class Paging:
    """Which part of a list is asked for; it writes the ``Link`` header."""

    def __init__(
        self,
        request: Request,
        response: Response,
        page: Annotated[int, Query(ge=1, le=100_000, description="number of the page, from 1")] = 1,
        page_size: Annotated[int, Query(alias="pageSize", ge=1, le=500, description="largest number of items of a page")] = 50,
    ) -> None:
        self.page, self.size, self._request, self._response = page, page_size, request, response

    @property
    def offset(self) -> int:
        """Number of items before the page."""
        return (self.page - 1) * self.size

    def of(self, items: Sequence[Item]) -> Page[Item]:
        """Return the part of a whole list."""
        return self.part(items[self.offset : self.offset + self.size], len(items))

    def part(self, items: Sequence[Item], total: int) -> Page[Item]:
        """Return a part that was cut out before."""
        last = max(1, -(-total // self.size))
        targets = {"first": 1, "prev": self.page - 1, "next": self.page + 1, "last": last}
        links = [
            f'<{self._request.url.include_query_params(page=number, pageSize=self.size)}>; rel="{name}"'
            for name, number in targets.items()
            if 1 <= number <= last
        ]
        self._response.headers["Link"] = ", ".join(links)
        return Page(items=list(items), page=self.page, page_size=self.size, total=total)


Paged = Annotated[Paging, Depends()]
