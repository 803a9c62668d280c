"""Settings from the command line."""

from __future__ import annotations

from tests.allocator.scenario.test_extends import CLOSED
from tests.allocator.scenario.world import PLAIN, World


def test_settings_are_laid_over_the_file(world: World) -> None:
    scenario = world.load(
        PLAIN + CLOSED,
        "disruptions.0.months=3",
        "scope.regions=[NLD, DEU]",
        "crisis_level=1",
        "title={en: A, nl: B}",
        "horizon.periods = 4",
    )
    assert scenario.disruptions[0].months == 3
    assert scenario.disruptions[1].months == 12
    assert scenario.scope.regions == ("NLD", "DEU")
    assert (scenario.crisis_level, scenario.title.nl, scenario.horizon.periods) == (1, "B", 4)
    assert scenario.source.overrides[0] == "disruptions.0.months=3"


def test_a_setting_that_undoes_an_earlier_one_is_refused(world: World) -> None:
    assert world.faults(PLAIN + CLOSED, "crisis_level=1", "disruptions.0.months=3", "crisis_level = 3", "disruptions=[]") == [
        "--set crisis_level = 3: crisis_level: this undoes 'crisis_level=1', which comes before it; keep one of them  [A325]",
        "--set disruptions=[]: disruptions: this undoes 'disruptions.0.months=3', which comes before it; keep one of them  [A325]",
    ]


def test_a_setting_may_refine_an_earlier_one(world: World) -> None:
    assert world.load(PLAIN, "title={en: A, nl: B}", "title.nl=C").title.nl == "C"


def test_typing_errors_are_refused_with_a_suggestion(world: World) -> None:
    assert world.faults(PLAIN + CLOSED, "disruptions.0.mnths=3", "disruptons.0.months=3", "crisis_level=two") == [
        "--set crisis_level=two: crisis_level: a whole number was expected (no unit, no quotes), but 'two' was given  [A304]",
        "--set disruptions.0.mnths=3: disruptions.0.mnths: unknown key; did you mean 'months'?  [A301]",
        "--set disruptons.0.months=3: disruptons: unknown key; did you mean 'disruptions'?  [A301]",
    ]


def test_settings_that_cannot_be_read(world: World) -> None:
    assert world.faults(
        PLAIN + CLOSED, "crisis_level", "=3", "disruptions.2.months=3", "horizon.periods.x=3", "horizon..x=3", "scenario=a\nb: 2"
    ) == [
        "--set: 'crisis_level' is not a setting; write path=value, such as disruptions.0.months=3  [A325]",
        "--set: '=3' is not a setting; write path=value, such as disruptions.0.months=3  [A325]",
        "--set disruptions.2.months=3: disruptions: '2' is no item of this list; there are 2, numbered from 0  [A325]",
        "--set horizon.periods.x=3: horizon.periods: has no parts, so 'x' cannot be set in it  [A325]",
        "--set: 'horizon..x=3' is not a setting; write path=value, such as disruptions.0.months=3  [A325]",
        "--set scenario=a b: 2: the value must be one YAML value on one line  [A325]",
    ]
    assert "not valid YAML" in world.fault(PLAIN, "scope.regions=[NLD")
    assert world.fault(PLAIN, "crisis_level=.nan").startswith("--set crisis_level=.nan: .nan is not a number")


def test_another_framework(world: World) -> None:
    assert world.load(PLAIN, "framework=nl_draft").framework == "nl_draft"
    fault = world.fault(PLAIN, "framework=nl_drift")
    assert fault == "--set framework=nl_drift: framework: there is no framework 'nl_drift'; did you mean 'nl_draft'?  [A322]"
