"""What every command that reads a scenario asks for."""

from __future__ import annotations

from typing import Annotated

import typer

ScenarioArgument = Annotated[str, typer.Argument(metavar="SCENARIO", help="Scenario file, or the id of a shipped scenario.")]
FrameworkOption = Annotated[str | None, typer.Option("--framework", "-f", help="Id or file of a framework instead of the scenario's own.")]
SettingsOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change one value, such as disruptions.0.months=3. Repeatable.")
]
