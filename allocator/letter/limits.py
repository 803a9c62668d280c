"""What holds a claim back, without a figure and without a word about another claim.

In the claimant's own region a limit is named, with the country that a line comes from. Elsewhere it is told by its kind alone: there it may
be what a partner would not tell.
"""

from __future__ import annotations

from allocator.explain import Binding, Limit, Reason
from allocator.report.view import View

#: A limit in the claimant's region, and one elsewhere; each in English and Dutch. `{good}` and `{place}` are filled in.
WORDS: dict[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "line": (
        ("the supply of {good} from {place}", "de aanvoer van {good} uit {place}"),
        ("the supply of {good} from outside the countries concerned", "de aanvoer van {good} van buiten de betrokken landen"),
    ),
    "lane": (
        ("the transport of {good} to {place}", "het vervoer van {good} naar {place}"),
        ("the transport of {good} between the countries concerned", "het vervoer van {good} tussen de betrokken landen"),
    ),
    "process": (
        ("the capacity to make {good} in {place}", "de capaciteit om {good} te maken in {place}"),
        ("the capacity to make {good}", "de capaciteit om {good} te maken"),
    ),
    "stock": (
        ("what the strategic reserve of {good} in {place} holds", "wat er in de strategische voorraad {good} in {place} ligt"),
        ("what the strategic reserves of {good} hold", "wat er in de strategische voorraden {good} ligt"),
    ),
    "release": (
        ("what the strategic reserve of {good} in {place} may release", "wat de strategische voorraad {good} in {place} mag vrijgeven"),
        ("what the strategic reserves of {good} may release", "wat de strategische voorraden {good} mogen vrijgeven"),
    ),
    "floor": (
        ("the floor of the strategic reserve of {good} in {place}", "de ondergrens van de strategische voorraad {good} in {place}"),
        ("the floors of the strategic reserves of {good}", "de ondergrenzen van de strategische voorraden {good}"),
    ),
    "guard": (
        (
            "the rule that sharing makes no claim in {place} worse off than it would be alone",
            "de regel dat delen geen aanspraak in {place} slechter af maakt dan alleen",
        ),
        (
            "the rule that sharing makes another member no worse off than it would be alone",
            "de regel dat delen een ander lid niet slechter af maakt dan alleen",
        ),
    ),
    "inventory": (
        ("the stocks of {good} that firms in {place} held", "de voorraden {good} van bedrijven in {place}"),
        ("the stocks of {good} that firms held", "de voorraden {good} van bedrijven"),
    ),
    "working_stock": (
        ("the working stocks of {good} of firms in {place}", "de werkvoorraden {good} van bedrijven in {place}"),
        ("the working stocks of {good} of firms", "de werkvoorraden {good} van bedrijven"),
    ),
    "room": (
        ("the room to store {good} in {place}", "de opslagruimte voor {good} in {place}"),
        ("the room to store {good}", "de opslagruimte voor {good}"),
    ),
}


def limit_words(view: View, reason: Reason) -> str:
    """Return the limit that moves a claim most and can be told without a word about another claim; empty where there is none.

    A claim's own cap is told elsewhere.
    """
    found = next((binding for binding in reason.bindings if binding.limit.kind in WORDS), None)
    return _told(view, reason, found) if found else ""


def _told(view: View, reason: Reason, binding: Binding) -> str:
    limit, own = binding.limit, reason.claim.split("/")[0]
    region, place = _place(view, limit)
    text = view.language.pick(*WORDS[limit.kind][0 if region == own else 1])
    good, wanted = view.inside(view.commodity(limit.commodity)), reason.claim.split("/")[2]
    if limit.commodity != wanted:
        made = view.language.pick("{} (from which {} is made)", "{} (waaruit {} ontstaat)")
        good = made.format(good, view.inside(view.commodity(wanted)))
    return text.format(good=good, place=place)


def _place(view: View, limit: Limit) -> tuple[str, str]:
    """Return the region of a limit and the place to tell there: of a line, the country that it comes from."""
    case = view.run.case
    if limit.kind == "line":
        row = case.lines.set_index("line").loc[limit.name]
        return str(row["region"]), view.place(str(row["origin"]))
    if limit.kind in ("guard", "inventory", "working_stock", "room"):
        region = limit.name.split("/")[0]
    else:
        table, key = {"lane": (case.lanes, "lane"), "process": (case.processes, "process")}.get(limit.kind, (case.reserves, "reserve"))
        region = str(table.set_index(key)["region"].loc[limit.name])
    return region, view.place(region)
