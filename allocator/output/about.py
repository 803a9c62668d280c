"""The first sheet of the workbook: what it is, and what its sheets and columns say, in English and Dutch."""

from __future__ import annotations

from allocator.report.language import CODES, Language
from allocator.report.sections._plants import limited
from allocator.report.view import View
from allocator.run import Run

_SHEETS = {
    "allocation": ("Who asks for what, gives up, gets and misses, by period", "Wie wat vraagt, inlevert, krijgt en mist, per periode"),
    "reserves": ("Every strategic reserve by period", "Elke strategische voorraad per periode"),
    "supply": (
        "What enters the balance of a region and material, by channel",
        "Wat de balans van een regio en materiaal binnenkomt, per kanaal",
    ),
    "cuts": (
        "Every claim that is short over the horizon, and what holds it back",
        "Elke aanspraak met tekort over de horizon, en wat haar tegenhoudt",
    ),
    "orders": (
        "Every lever that the plan uses, ranked by what a euro buys, and whom it serves",
        "Elke maatregel die het plan gebruikt, gerangschikt naar wat een euro oplevert, en wie zij helpt",
    ),
    "without_signature": (
        "Claims that would have less if an authority signed nothing",
        "Aanspraken die minder zouden krijgen als een bevoegde instantie niets tekende",
    ),
    "plan_without_signature": (
        "What levers of others would then bring, and cost",
        "Wat maatregelen van anderen dan zouden opleveren en kosten",
    ),
}
_COLUMNS = {
    "branch": ("branch of the future; base where there is but one", "tak van de toekomst; base als er maar een is"),
    "tier": ("priority class; 1 comes first", "prioriteitsklasse; 1 gaat voor"),
    "demand": (
        "restrained + allocated + shortfall, in the unit of the row",
        "restrained + allocated + shortfall, in de eenheid van de rij",
    ),
    "restrained": ("given up under an order", "ingeleverd na opgelegde vraagbeperking"),
    "allocated": ("what the claim gets", "wat de aanspraak krijgt"),
    "shortfall": ("neither met nor given up", "niet voorzien en niet ingeleverd"),
    "coverage": ("1 - shortfall / demand", "1 - shortfall / demand"),
    "closing": ("opening - released + refilled - lost", "opening - released + refilled - lost"),
    "days_of_cover": ("closing stock over the use of a day there", "eindstand gedeeld door het gebruik van een dag ter plaatse"),
    "channel": (
        "market, pipeline, reserve, process, transfer, inventory, surplus, sale",
        "market, pipeline, reserve, process, transfer, inventory, surplus, sale",
    ),
    "deciding_tier": ("class whose turn left the claim no more choice", "klasse wier beurt de aanspraak geen keus meer liet"),
    "binding_row": (
        "limit that the claim itself meets: its cap, or the balance there",
        "grens waar de aanspraak op stuit: plafond, of balans ter plaatse",
    ),
    "serves": (
        "sectors that would have less without the order, the highest class first",
        "sectoren die zonder het besluit minder zouden krijgen, de hoogste klasse eerst",
    ),
    "sign_by": ("last day on which it can be ordered and still work then", "laatste dag om te tekenen zodat het dan werkt"),
    "coverage_per_week": (
        "what the claims of that class lose when it is ordered a week later",
        "wat de aanspraken van die klasse verliezen als het een week later wordt besloten",
    ),
    "legal_basis": (
        "basis of the rule of its class, of caps that stop it, and of exemptions and overrides; says so where there is none",
        "grondslag van klasse, van plafonds die tegenhouden, en van ontheffingen en handmatige besluiten; meldt het als er geen is",
    ),
}


def about(run: Run) -> list[list[str]]:
    """Return the rows of the first sheet; a row of one cell is a heading, others are a name, English and Dutch."""
    label = run.baseline.classification
    both = [View(run, Language(code)) for code in CODES]
    rows = [[label]] if run.baseline.own else []
    rows += [[view.title] for view in both]
    if both[0].concept:
        rows.append(["", "Concept, no legal force", "Concept, geen rechtskracht"])
    rows += [
        ["classification", label, label],
        ["run", run.name, run.name],
        ["framework", *(view.framework_title for view in both)],
        ["baseline", run.case.baseline, run.case.baseline],
        ["periods", *(view.language.span(view.periods) for view in both)],
        *([["answer", *(limited(view.language) for view in both)]] if run.may_differ else []),
        ["figures", "Nine significant digits are held, fewer are shown.", "Elke cel bevat negen significante cijfers en toont er minder."],
        ["Sheets / Bladen"],
        *([name, *words] for name, words in _SHEETS.items()),
        ["Columns / Kolommen"],
        *([name, *words] for name, words in _COLUMNS.items()),
    ]
    return rows
