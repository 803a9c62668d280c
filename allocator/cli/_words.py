"""Names of what stands in a baseline, in English or Dutch."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from allocator.baseline import Baseline
from allocator.baseline.countries import NAMES
from allocator.baseline.dependency import BENCHMARK
from allocator.baseline.grades import GRADES
from allocator.report.language import Language

LISTS = {
    "eu_critical": ("critical raw materials of the Union", "kritieke grondstoffen van de Unie"),
    "eu_strategic": ("strategic raw materials of the Union", "strategische grondstoffen van de Unie"),
}
STAGES = {
    "raw": ("raw", "grondstof"),
    "refined": ("refined", "geraffineerd"),
    "semi_finished": ("semi-finished", "halffabricaat"),
    "component": ("component", "onderdeel"),
    "end_product": ("end product", "eindproduct"),
    "extraction": ("mining", "winning"),
    "processing": ("refining", "raffinage"),
}
BASES = {"reported": ("reported", "vermeld"), "derived": ("derived", "afgeleid"), "assumed": ("assumed", "aangenomen")}
FIGURES = {
    "import_reliance": ("import reliance", "invoerafhankelijkheid"),
    "union_sourcing": ("share of what the Union sources", "aandeel in wat de Unie betrekt"),
    "union_imports": ("share of imports", "aandeel in de invoer"),
    "world_production": ("share of world production", "aandeel in de wereldproductie"),
    "price": ("Price", "Prijs"),
    "demands": ("Claims", "Aanspraken"),
    "supply_lines": ("Imports", "Invoer"),
    "reserves": ("Reserves", "Reserves"),
    "inventories": ("Stocks of firms", "Voorraden van bedrijven"),
}


@dataclass(frozen=True)
class Words:
    """Names of the members of a baseline in one language."""

    baseline: Baseline
    language: Language

    def name(self, table: str, key: str) -> str:
        """Name of a member of a table; its id where it has none."""
        rows = self.baseline.tables[table]
        found = rows.loc[rows.iloc[:, 0] == key, f"name_{self.language.code}"]
        return str(found.iloc[0]) if len(found) else key

    def good(self, key: str) -> str:
        """Name of a good."""
        return self.name("commodities", key)

    def unit(self, key: str) -> str:
        """Unit of a good."""
        rows = self.baseline.commodities
        return self.language.unit(str(rows.loc[rows["commodity"] == key, "unit"].iloc[0]))

    def one(self, key: str) -> str:
        """One unit of a good."""
        pieces = self.language.unit("piece")
        return self.language.pick("piece", "stuk") if self.unit(key) == pieces else self.unit(key)

    def place(self, code: str) -> str:
        """Name of a member state or country; its code where there is no name."""
        state = self.name("regions", code)
        return state if state != code else self.language.pick(*NAMES.get(code, (code, code)))

    def user(self, key: str) -> str:
        """Name of a sector or of a technology."""
        sector = self.name("sectors", key)
        return sector if sector != key else self.name("technologies", key)

    def many(self, keys: str, table: str = "") -> str:
        """Names of ids parted by "; "."""
        return ", ".join(self.name(table, key) if table else self.place(key) for key in keys.split("; ") if key)

    def origin(self, row: Mapping[Hashable, Any]) -> str:
        """Largest third country of a good with its share of use, marked above the benchmark."""
        if not row["origin"]:
            return "-"
        mark = " !" if row["origin_share"] > BENCHMARK else ""
        return f"{self.place(row['origin'])} {self.language.percent(row['origin_share'])}{mark}"

    @property
    def origin_note(self) -> str:
        """What `origin` says."""
        return self.language.pick(
            "* Largest third country, as a share of the use of that good; ! above the benchmark of 65%.",
            "* Grootste derde land, als aandeel in het gebruik van dat goed; ! boven de maatstaf van 65%.",
        )

    def stage(self, key: str) -> str:
        """Name of a stage."""
        return self.language.pick(*STAGES.get(key, (key, key)))

    def grade(self, row: pd.Series) -> str:
        """How many rows have which grade; no number where there is one row."""
        counts = {grade: int(row[grade]) for grade in GRADES if row[grade]}
        return ", ".join(grade if sum(counts.values()) == 1 else f"{number} {grade}" for grade, number in counts.items())
