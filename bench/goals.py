"""What a figure is held against: its floor in the same run, and the goal that was set."""

from typing import Any


def row(
    measured: float, unit: str, goal: float, *, floor: float | None = None, at_least: bool = False, **more: Any
) -> dict[str, Any]:
    """A line of the summary. The ratio says how many times the floor it is, or, of a rate, what part of it."""
    found: dict[str, Any] = {"measured": round(measured, 4), "unit": unit}
    if floor:
        found |= {"floor": round(floor, 4), "ratio": round(measured / floor, 2)}
    reached = measured >= goal if at_least else measured <= goal
    return {**found, "goal": f"{'≥' if at_least else '≤'} {goal:g}", "reached": bool(reached), **more}


def lines(results: dict[str, Any], place: str = "") -> list[str]:
    """Every row of these results on a line: measured, floor, ratio, goal, and whether it is reached."""
    found: list[str] = []
    for name, value in results.items():
        if not isinstance(value, dict):
            continue
        if "goal" in value:
            found.append(_line(f"{place}{name}", value))
        else:
            found += lines(value, f"{place}{name}.")
    return found


def _line(name: str, one: dict[str, Any]) -> str:
    measured = f"{one['measured']:,.4g} {one['unit']}"
    floor = f"{one['floor']:,.4g}" if "floor" in one else "-"
    ratio = f"{one['ratio']:g}" if "ratio" in one else "-"
    mark = "  (others were busy)" if one.get("disturbed") else ""
    return f"{name:<38}{measured:>16}{floor:>11}{ratio:>9}{one['goal']:>9}  {'yes' if one['reached'] else 'NO'}{mark}"


HEADING = f"{'':<38}{'measured':>16}{'floor':>11}{'ratio':>9}{'goal':>9}  reached"
