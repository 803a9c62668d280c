"""What all sections share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from allocator.report.view import View


class Section(ABC):
    """A part of the page.

    Attributes:
        order: sections stand in the page by this number.
    """

    order: ClassVar[int]

    @abstractmethod
    def content(self, view: View) -> Mapping[str, Any]:
        """Return what the template shows."""
