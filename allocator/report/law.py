"""The law in the reader's words: how a rule shares, what was decided for one claim, and on what either stands."""

from __future__ import annotations

from allocator.explain import Ceiling
from allocator.framework import Basis, Decision, Exemption, Override, Rule, Tier
from allocator.report.view import View


def basis_words(view: View, basis: Basis) -> str:
    """Return the legal ground of a rule; where there is none, why."""
    pick = view.language.pick
    cited = pick("{}, article {}", "{}, artikel {}").format(basis.act, basis.article) if basis.act else ""
    proposed = pick("proposed", "voorgesteld") if basis.status == "proposed" else ""
    note = pick(basis.note or "", basis.note_nl or basis.note or "")
    return ", ".join(part for part in (cited, proposed, note) if part)


def ground_words(view: View, ground: Tier | Ceiling | Decision, commodity: str) -> str:
    """Return what a claim on a commodity gets what it gets under: how its class shares, what caps it, or what was decided for it."""
    if isinstance(ground, Ceiling):
        share = view.language.percent(ground.share)
        if isinstance(ground.rule, Tier):
            whole = view.language.pick("class {} gets at most {} of its demand", "klasse {} krijgt hoogstens {} van haar vraag")
            return whole.format(ground.rule.rank, share)
        return view.language.pick("at most {} of the demand may be met", "hoogstens {} van de vraag mag worden gedekt").format(share)
    if isinstance(ground, Tier):
        return rule_words(view, ground.rule_for(commodity, view.run.case.crisis_level)[1])
    pick = view.language.pick
    text = pick("{} {}, decided by {}: {}", "{} {}, besloten door {}: {}")
    return text.format(decision_words(view, ground), until(view, ground), ground.owner.replace("_", " "), ground.reason)


def decision_words(view: View, decision: Decision) -> str:
    """Return what an exemption or override does."""
    pick = view.language.pick
    if isinstance(decision, Exemption):
        words = {"cap": pick("caps", "plafonds"), "restraint": pick("restraint", "vraagbeperking")}
        return pick("exempt from {}", "vrijgesteld van {}").format(view.language.listing([words[one] for one in decision.from_]))
    assert isinstance(decision, Override)  # noqa: S101 - there is no third kind
    if decision.tier is not None:
        return pick("moved to {}", "naar {}").format(view.inside(view.tier(decision.tier)))
    least = view.language.percent(decision.share or 0.0)
    return pick("at least {}, before all classes", "ten minste {}, vóór alle klassen").format(least)


def until(view: View, decision: Decision) -> str:
    """Return until when a decision holds."""
    return view.language.pick("until {}", "tot {}").format(view.language.day(decision.until))


def rule_words(view: View, rule: Rule) -> str:
    """Return in words how claims share."""
    pick, percent = view.language.pick, view.language.percent
    words = {
        "leximin": pick("the lowest coverage is raised first", "de laagste dekking gaat eerst omhoog"),
        "soft_priorities": pick("higher priorities first, near ones share", "hogere prioriteiten eerst, nabije delen"),
        "weighted": pick("the least harm", "de minste schade"),
    }[rule.rule]
    over = {
        "period": pick("per period", "per periode"),
        "horizon": pick("over the horizon", "over de horizon"),
        "cumulative": pick("over this and earlier rounds", "over deze en eerdere rondes"),
    }[rule.over]
    text = words if rule.rule == "weighted" else f"{words}, {over}"
    if rule.satisfied_at < 1.0:
        text += pick(", served before lower classes up to {}", ", vóór lagere klassen bediend tot {}").format(percent(rule.satisfied_at))
    return text
