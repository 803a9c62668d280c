"""The benchmarks compare like with like: all peers give the same answer, and every target has its figure. No times are judged."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from allocator_models import Instance
from benchmarks import instances
from benchmarks.bench import OTHER_JOB, SAME, Bench, Plan, building, figure
from benchmarks.job import Clock, Job
from benchmarks.measure import Measurement
from benchmarks.plot import plot
from benchmarks.profiling import BUILDING, JOBS, PAGE, RUN, SESSION, SOLVING, Profile, table
from benchmarks.registry import FIGURES, PEERS
from benchmarks.results import page

NEEDS = {"linopy": "linopy", "pulp": "pulp"}
TARGETS = {
    *("build_over_linopy", "build_over_bare", "ranked_over_plain_lp", "ranked_over_objective_cuts", "leximin_over_ranked"),
    *("whatif_stage", "whatif_all_stages", "whatif_path", "memory_over_linopy", "slider_to_page", "run_without_solving"),
    *("million_claimants", "cost_per_column", "cancel"),
}


@pytest.fixture(scope="session")
def tiny() -> Instance:
    return instances.make("tiny")


def values(peer: str, instance: Instance) -> dict[str, float]:
    if peer in NEEDS and find_spec(NEEDS[peer]) is None:
        pytest.skip(f"{NEEDS[peer]} is not installed")
    answer = PEERS[peer](Job(instance), Clock())
    assert answer.says_optimal
    return dict(answer.values)


@pytest.mark.filterwarnings("ignore")  # peers warn of their own future
@pytest.mark.parametrize("peer", sorted(set(PEERS) - set(OTHER_JOB) - {"bare"}))
def test_peers_give_the_same_answer(peer: str, tiny: Instance) -> None:
    known = values("bare", tiny)
    assert min(known[stage] for stage in ("tier 1", "tier 2", "tier 3")) > 0.0  # every tier is short, or the rank is not tested
    assert values(peer, tiny) == pytest.approx(known, rel=SAME, abs=SAME)


def test_a_weighted_sum_is_not_the_ranked_answer() -> None:
    """Were it, the benchmark would measure nothing: rank must cost a lower tier something."""
    instance = instances.make("S")
    ranked, weighted = values("bare", instance), values("plain_lp", instance)
    assert weighted["tier 2"] > ranked["tier 2"] * (1.0 + 100.0 * SAME)
    assert weighted["tier 3"] < ranked["tier 3"]


@pytest.mark.parametrize("grow", [instances.degenerate, instances.uneven, instances.by_firm])
def test_grown_instances_are_sound_and_solved_alike(grow: object, tiny: Instance) -> None:
    grown = grow(tiny)
    assert values("allocator_ranked", grown) == pytest.approx(values("bare", grown), rel=SAME, abs=SAME)


def test_firms_share_their_claim(tiny: Instance) -> None:
    grown = instances.by_firm(tiny)
    demand = grown.cells.assign(claim=grown.cells["claim"] // 3).groupby(["claim", "node"])["demand"].sum()
    assert np.allclose(demand.to_numpy(), tiny.cells["demand"].to_numpy())


def test_every_target_has_a_figure() -> None:
    assert set(FIGURES) == TARGETS


def bench_of(**seconds: float) -> Bench:
    phases = {"build": 0.5, "hand over": 0.5}
    measured = {
        peer: [Measurement(peer, "M", 9.0, phases | {"stages": second}, dict.fromkeys(phases, 0.2), {"cost": 1.0}, 10, 5)]
        for peer, second in seconds.items()
    }
    return Bench(quick=True, measured={"M": measured})


def test_the_page_is_measured_at_the_median_and_at_the_95th_percentile() -> None:
    seconds = [0.1] * 19 + [0.5]
    figures = {one.name: one for one in FIGURES["slider_to_page"](Bench(quick=True, page={"one": seconds, "many": [2.0, 2.0]}))}
    assert figures["slider_to_page_median"].ratio == pytest.approx(0.4)
    assert figures["slider_to_page_95"].ratio == pytest.approx((0.1 + 0.05 * 0.4) / 0.4)
    assert figures["slider_to_page_ten"].met is False
    assert all(one.ratio is None for one in FIGURES["slider_to_page"](Bench(quick=True)))


def test_the_slowest_of_all_cancellations_counts() -> None:
    (found,) = FIGURES["cancel"](Bench(quick=True, cancelled={"stopped": [0.01, 0.3, 0.02]}))
    assert (found.ratio, found.met) == (pytest.approx(1.5), False)
    (absent,) = FIGURES["cancel"](Bench(quick=True))
    assert absent.ratio is None


def test_a_time_limit_is_said_and_counts_as_the_least_it_can_be() -> None:
    bench = bench_of(allocator_ranked=2.0, objective_cuts=3.0)
    stopped = replace(bench.measured["M"]["objective_cuts"][0], fault="time limit")
    bench.measured["M"]["objective_cuts"] = [stopped]
    (found,) = FIGURES["ranked_over_objective_cuts"](bench)
    assert found.ratio == pytest.approx(2.0 / 9.0)
    assert "hit its limit of 9 s" in found.note


def test_figures_page_and_plot_are_made_from_what_was_measured() -> None:
    bench = bench_of(allocator_ranked=2.0, bare=1.0, plain_lp=1.0, linopy=4.0, objective_cuts=50.0, allocator=6.0)
    figures = [one for name in sorted(FIGURES) for one in FIGURES[name](bench)]
    found = {(one.name, one.size): one for one in figures}
    assert found["ranked_over_plain_lp", "M"].met
    assert found["ranked_over_objective_cuts", "M"].ratio == pytest.approx(0.04)
    assert found["build_over_bare", "M"].spread == (1.0, 1.0)
    assert found["million_claimants", "1,000,000 claimants"].met is None
    bench.runs = {"S": [{"load": 1.0, "stage leximin 1": 0.25}], "M": [{"stage leximin 1": 2.0, "stage cost": 1.0}]}
    text = page(bench, figures, 60.0)
    assert "| leximin 1 | 0.25 | 2 |\n| cost |  | 1 |" in text
    assert all(f"| {one.name} |" in text for one in figures)
    assert "polyline" in plot(bench)


def test_of_the_rules_of_division_the_slowest_counts() -> None:
    bench = Bench(quick=True, claims={"talmud": [0.3, 0.5, 0.4], "proportional": [0.1, 0.9, 0.1]})
    (found,) = FIGURES["million_claimants"](bench)
    assert (found.ratio, found.met, found.note) == (0.4, True, "slowest: talmud")


def test_a_figure_is_met_at_its_target() -> None:
    assert figure("any", "M", [2.0, 3.0, 2.5], 2.5).met
    assert not figure("any", "M", [2.6], 2.5).met
    assert building(bench_of(bare=1.0).of("M", "bare")[0]) == 1.0


def test_a_measurement_is_made_in_a_process_of_its_own() -> None:
    bench = Bench(quick=True)
    bench.carry_out(Plan("tiny", ("bare", "allocator_ranked"), 1, 120.0))
    assert [one.fault for peer in ("bare", "allocator_ranked") for one in bench.of("tiny", peer)] == ["", ""]
    assert bench.deviation("tiny", "allocator_ranked") <= SAME
    assert bench.of("tiny", "bare")[0].peak["hand over"] > 0.0


def test_written_results_have_the_promised_form() -> None:
    results = json.loads((Path(__file__).parents[2] / "benchmarks" / "results.json").read_text(encoding="utf-8"))
    assert all({"name", "size", "ratio", "spread", "target", "met"} <= set(row) for row in results["figures"])


def test_a_profile_counts_every_second_once() -> None:
    """What a span calls under another label is that label's alone, in every thread."""
    profile = Profile()
    with profile.span("outer"):
        sum(range(200_000))
        for _ in range(3):
            with profile.span("inner"):
                sum(range(2_000_000))
    assert dict(profile.calls) == {"outer": 1, "inner": 3}
    assert profile.shares["inner"] > profile.shares["outer"] > 0.0
    assert sum(profile.shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("job", ["build/S", "ranked/S", "leximin/S"])
def test_profiled_jobs_find_what_they_watch(job: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instances, "KEPT", tmp_path)
    monkeypatch.setitem(instances.SIZES, "S", instances.SIZES["tiny"])
    profile = Profile()
    title, work = JOBS[job]
    work(profile)
    assert len(profile.seconds) > 4
    assert f"## {title}" in table(title, profile)


def test_all_that_a_profile_watches_is_there() -> None:
    for module, path in {**BUILDING, **SOLVING, **SESSION, **RUN}:
        owner: object = import_module(module)
        for name in path.split("."):
            owner = getattr(owner, name)
        assert callable(owner), (module, path)


def test_the_page_of_the_profile_has_every_job() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == [title for title, _ in JOBS.values()]
