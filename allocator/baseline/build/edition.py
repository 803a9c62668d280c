"""One edition of the baseline, from the folder of facts to the content of its files."""

from __future__ import annotations

from pathlib import Path

from allocator.baseline.build.chain import build_chain, technology_flows
from allocator.baseline.build.claims import regional_claims
from allocator.baseline.build.facts import load_facts
from allocator.baseline.build.keys import keys_by_name
from allocator.baseline.build.ledger import Ledger
from allocator.baseline.build.package import package_files
from allocator.baseline.build.rows import all_rows

EDITION = "eu_crm_2026"
TITLE = "Critical raw materials in the European Union, 2026"


def build_edition(facts_folder: Path) -> dict[str, bytes]:
    """Return the content of every file of the edition by its name; the same facts give the same bytes."""
    facts = load_facts(facts_folder)
    keys = keys_by_name(facts)
    decimals = {row["commodity"]: int(row["decimals"]) for row in facts["commodities"]}
    decimals |= {row["technology"]: int(row["decimals"]) for row in facts["technologies"]}
    ledger = Ledger(regional_claims(facts, keys), technology_flows(facts), decimals)
    build_chain(facts, ledger, keys)
    return package_files(EDITION, TITLE, all_rows(facts, ledger, keys))
