"""What all sections share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.view import View


class Section(ABC):
    """A part of the page; one whose template comes out empty is left out.

    Attributes:
        order: sections stand in the page by this number.
        title: heading in English and Dutch; None for the first screen, which has its own.
    """

    order: ClassVar[int]
    title: ClassVar[tuple[str, str] | None]

    @abstractmethod
    def content(self, view: View) -> Mapping[str, Any]:
        """Return what the template shows."""
