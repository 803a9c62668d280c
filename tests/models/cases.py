"""One tiny case per constraint family."""

from tests.instances.builder import InstanceBuilder


def _claimed(demand: float = 2.0) -> InstanceBuilder:
    case = InstanceBuilder().periods(2)
    case.claim("NLD", "health", "helium", tier=1, demand=demand)
    return case


def balance() -> InstanceBuilder:
    """What is under way enters the balance; what nobody needs leaves it as surplus."""
    case = _claimed()
    case.commodity("helium", surplus_cost=3.0)
    case.line("QAT-NLD", "NLD", "helium", limit=1.0, lead=1, before=5.0)
    return case


def demand() -> InstanceBuilder:
    """Two claims of one region share a balance."""
    case = _claimed()
    case.claim("NLD", "balloons", "helium", tier=2, demand=[1.0, 0.0])
    return case


def restraint() -> InstanceBuilder:
    """A claim may give up a tenth."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "balloons", "helium", tier=1, demand=4.0, restraint=0.1, restraint_cost=7.0)
    case.claims["NLD/balloons/helium"].restraint.append((0.05, 9.0))
    return case


def caps() -> InstanceBuilder:
    """A claim is capped at four fifths, with and without restraint."""
    case = InstanceBuilder().periods(1)
    case.claim("NLD", "balloons", "helium", tier=1, demand=4.0, cap=0.8, restraint=0.1)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0, cap=0.5)
    return case


def dispatch() -> InstanceBuilder:
    """A lead of one and a half periods splits what is sent over two arrivals, less what decays."""
    case = InstanceBuilder().periods(3)
    case.commodity("helium", loss=0.1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.line("QAT-NLD", "NLD", "helium", limit=2.0, premium=5.0, lead=1.5)
    return case


def processes() -> InstanceBuilder:
    """A process with two inputs and a co-product, one period later."""
    case = InstanceBuilder().periods(2)
    case.claim("EST", "wind", "magnet", tier=1, demand=1.0)
    case.process("sinter", "EST", {"oxide": 0.3, "iron": 0.6}, {"magnet": 1.0, "swarf": [0.2, 0.1]}, limit=4.0, cost=2.0, lead=1)
    return case


def reserves() -> InstanceBuilder:
    """Reserves that decay above decaying floors; a quarter of one burns as the second period begins, all of another."""
    case = _claimed()
    case.reserve("nld_helium", "NLD", "helium", opening=10.0, floor=4.0, limit=3.0, loss=0.1, loss_share=[0.0, 0.25])
    case.reserve("tank", "NLD", "helium", opening=2.0, floor=1.0, loss_share=[0.5, 1.0])
    return case


def inventory() -> InstanceBuilder:
    """Firms hold between working stock and room."""
    case = _claimed()
    case.commodity("helium", loss=0.2)
    case.inventory("NLD", "helium", opening=5.0, minimum=1.0, maximum=6.0)
    return case


def sales() -> InstanceBuilder:
    """Two buyers without a rank, at prices of their own, in the horizon; to hold a unit costs something."""
    case = InstanceBuilder().periods(2, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0)
    case.inventory("NLD", "helium", opening=2.0, cost=0.5)
    case.sale("NLD", "helium", limit=3.0, value=[4.0, 5.0])
    case.sale("NLD", "helium", limit=1.0, value=6.0)
    return case


def transfers() -> InstanceBuilder:
    """Half of what is sent arrives in the same period."""
    case = _claimed()
    case.lane("DEU", "NLD", "helium", limit=3.0, cost=1.0, lead=0.5)
    return case


def levers() -> InstanceBuilder:
    """A lever that opens two lines with a common limit, and one that opens a process; a loan that is due in the second period."""
    case = _claimed()
    case.line("CAN-NLD", "NLD", "helium", limit=1.0, premium=4.0)
    case.line("CAN-DEU", "DEU", "helium", limit=1.0, lead=1, premium=4.0)
    case.process("recycle", "NLD", {"scrap": 2.0}, {"helium": [0.5, 0.25], "slag": 1.0}, limit=2.0)
    case.lever("purchase", "helium", rank=1, lines=("CAN-DEU", "CAN-NLD"), limit=[1.5, 1.0])
    case.lever("recycling", "helium", rank=9, processes=("recycle",))
    case.reserve("loan", "NLD", "helium", opening=2.0, refill=1.0, due=[0.0, 1.0])
    return case


def operation() -> InstanceBuilder:
    """A user's line that takes two periods to start again, and a process that may stop for one; the claim may give up a tenth."""
    case = InstanceBuilder().periods(3)
    case.claim("NLD", "glass", "helium", tier=1, demand=[2.0, 1.0, 2.0], restraint=0.1)
    case.process("recycle", "NLD", {"scrap": 2.0}, {"helium": 0.5}, limit=[2.0, 1.0, 2.0])
    case.plant("NLD/glass/helium", minimum=1.5, restart=2)
    case.plant("recycle", minimum=1.2, running=False)
    return case


def sharing() -> InstanceBuilder:
    """A reserve serves a claim and a process where it lies; on either branch no claim may be worse off than with what was traded."""
    case = InstanceBuilder()
    root = case.node("2026-01")
    for branch in ("long", "short"):
        case.node("2026-02", branch, parent=root, probability=0.5)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0)
    case.claim("DEU", "health", "helium", tier=1, demand=[1.0, 2.0, 0.0])
    case.reserve("nld_helium", "NLD", "helium", opening=10.0, limit=3.0)
    case.process("cooling", "NLD", {"helium": 0.5}, {"cold": 1.0}, limit=4.0)
    case.lane("NLD", "DEU", "helium", limit=3.0, trade=1.0)
    case.share("guarded")
    return case


def lots() -> InstanceBuilder:
    """A line that sells in lots, of which one fits in the first period and two in the second."""
    case = _claimed()
    case.line("CAN-NLD", "NLD", "helium", limit=[1.0, 2.0])
    case.lot("CAN-NLD", 0.75)
    return case


def tranches() -> InstanceBuilder:
    """A reserve that is released in tranches, of which two may go in the first period and one in the second."""
    case = _claimed()
    case.reserve("nld_helium", "NLD", "helium", opening=10.0, floor=4.0, limit=[3.0, 2.0])
    case.tranche("nld_helium", 1.5)
    return case


def unlocking() -> InstanceBuilder:
    """A purchase with a fixed cost and recycling without one, both counted and within a budget, in the horizon; a line of no lever."""
    case = InstanceBuilder().periods(1, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0)
    case.line("QAT-NLD", "NLD", "helium", limit=1.0)
    case.line("CAN-NLD", "NLD", "helium", limit=[1.0, 0.0], premium=4.0)
    case.process("recycle", "NLD", {"scrap": 2.0}, {"helium": 0.5}, limit=2.0, cost=3.0)
    case.lever("purchase", "helium", rank=1, lines=("CAN-NLD",))
    case.lever("recycling", "helium", rank=1, processes=("recycle",))
    case.unlock("purchase", 5.0)
    case.unlock("recycling")
    case.allow(budget_eur=8.0, at_most_together=1)
    return case


def bundles() -> InstanceBuilder:
    """Two members order together, a unit and a half at least; in the second period that cannot be reached."""
    case = _claimed()
    case.line("CAN-NLD", "NLD", "helium", limit=1.0)
    case.line("CAN-DEU", "DEU", "helium", limit=1.0)
    case.lever("together", "helium", rank=1, lines=("CAN-DEU", "CAN-NLD"), limit=[2.0, 1.0])
    case.bundle("together", 1.5)
    return case


def means() -> InstanceBuilder:
    """Reserves of two ranks in one commodity; rank 9 counts as the lowest tier."""
    case = _claimed()
    case.commodity("helium", yardstick=4.0)
    case.tier(2)
    case.reserve("nld_helium", "NLD", "helium", opening=10.0, rank=1)
    case.reserve("deu_helium", "DEU", "helium", opening=6.0, rank=9)
    case.reserve("fra_helium", "FRA", "helium", opening=3.0, rank=1, first=True)
    return case


def harm() -> InstanceBuilder:
    """A shortage in pieces of rising harm, in the horizon only."""
    case = InstanceBuilder().periods(1, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0, rule="weighted", harm=((0.25, 1.0), (0.75, 3.0)))
    case.claim("NLD", "balloons", "helium", tier=1, demand=1.0)
    return case


def steadiness() -> InstanceBuilder:
    """A change of release is measured in the horizon only."""
    case = InstanceBuilder().periods(3, tail=1)
    case.claim("NLD", "health", "helium", tier=1, demand=2.0)
    case.reserve("nld_helium", "NLD", "helium", opening=10.0, limit=3.0)
    return case


def horizon() -> InstanceBuilder:
    """A claim levelled over the horizon, its demand weighing the nodes."""
    case = InstanceBuilder().periods(2, tail=1)
    case.tier(1, over="horizon")
    case.claim("NLD", "health", "helium", tier=1, demand=[1.0, 3.0, 3.0])
    return case


def everything() -> InstanceBuilder:
    """Every family at once, on a tree."""
    case = InstanceBuilder()
    root = case.node("2026-01")
    for branch, probability in (("short", 0.25), ("long", 0.75)):
        middle = case.node("2026-02", branch, parent=root, probability=probability)
        case.node("2026-03", branch, parent=middle, probability=probability, horizon=False)
    case.commodity("helium", loss=0.05, surplus_cost=1.0)
    case.claim("NLD", "health", "helium", tier=1, demand=1.0, guarantee=0.5)
    case.claim("DEU", "health", "helium", tier=1, demand=2.0)
    case.claim("NLD", "balloons", "helium", tier=2, demand=2.0, restraint=0.1, restraint_cost=2.0, cap=0.9, guarantee=0.2)
    case.tier(2, over="horizon")
    case.line("QAT-NLD", "NLD", "helium", limit=1.0, lead=1.5, before=2.0, premium=1.0)
    case.reserve("cavern", "NLD", "gas", opening=3.0, floor=1.0, rank=1, loss=0.01)
    case.reserve("tank", "NLD", "gas", opening=1.0, rank=2)
    case.process("liquefy", "NLD", {"gas": 1.1}, {"helium": 1.0, "heat": 0.3}, limit=1.0, cost=0.1, lead=0.5)
    case.inventory("DEU", "helium", opening=1.0, minimum=0.2)
    case.lane("NLD", "DEU", "helium", limit=2.0, lead=0.1, cost=0.01)
    case.plant("DEU/health/helium", minimum=0.8, restart=2)
    return case
