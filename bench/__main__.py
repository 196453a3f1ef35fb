"""`python -m bench [--quick | --normal | --full] [--only NAME] [--json FILE]`: run figures, print tables."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from bench.goals import HEADING, lines
from bench.server import ROOT

RESULTS = Path(__file__).parent / "results" / "latest.json"
SECONDS = {"quick": 90, "normal": 900, "full": 3000}


class Figure(NamedTuple):
    """A module of this folder and the longest it may take, in seconds, in each scale (0: not run)."""

    name: str
    quick: int
    normal: int
    full: int


FIGURES = (
    Figure("setup", 0, 0, 180),
    Figure("houses", 25, 90, 240),
    Figure("start", 20, 20, 30),
    Figure("hello", 10, 30, 60),
    Figure("bridge", 0, 30, 60),
    Figure("pages", 25, 240, 600),
    Figure("giant", 15, 60, 240),
    Figure("searching", 15, 90, 300),
    Figure("posting", 20, 120, 400),
    Figure("live", 20, 90, 300),
    Figure("telling", 15, 60, 180),
    Figure("weight", 15, 30, 60),
    Figure("standing", 20, 60, 120),
    Figure("growth", 0, 150, 400),
    Figure("importing", 15, 60, 600),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    scales = parser.add_mutually_exclusive_group()
    scales.add_argument("--quick", dest="scale", action="store_const", const="quick", help="a minute: does it all work")
    scales.add_argument("--normal", dest="scale", action="store_const", const="normal", help="some ten minutes")
    scales.add_argument(
        "--full", dest="scale", action="store_const", const="full", help="a quarter of a million messages"
    )
    parser.add_argument("--only", action="append", choices=[figure.name for figure in FIGURES], metavar="NAME",
                        help="this figure only: " + ", ".join(figure.name for figure in FIGURES))  # fmt: skip
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="keep the large houses here for the next run")
    parser.add_argument("--json", type=Path, default=RESULTS, metavar="FILE", help="where the results go")
    parser.set_defaults(scale="normal")
    options = parser.parse_args()
    begun = time.monotonic()
    results: dict[str, Any] = {}
    with _place(options.data) as place:
        os.environ["BENCH_DATA"] = str(place)
        _run(options, begun, results)
    report = {"machine": machine(), "scale": options.scale, "seconds": round(time.monotonic() - begun), **results}
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(report, indent=1) + "\n")
    if goals := lines(results):
        print("\n".join(["", HEADING, *goals]))
    print(f"\n{options.json} written after {report['seconds']} s")
    return int(any("error" in result for result in results.values()))


@contextmanager
def _place(given: Path | None) -> Iterator[Path]:
    """Where the large houses stand while the figures are taken; those in a folder that was given stay there."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="comvir-bench-") as folder:
        yield Path(folder)


def _run(options: argparse.Namespace, begun: float, results: dict[str, Any]) -> None:
    for figure in FIGURES:
        seconds = getattr(figure, options.scale)
        wanted = figure.name in options.only if options.only else seconds > 0
        if not wanted or find_spec(f"bench.{figure.name}") is None:
            continue
        began = time.monotonic()
        left = SECONDS[options.scale] - (time.monotonic() - begun)
        seconds = min(seconds or 60, left)
        results[figure.name] = (
            bounded(figure.name, options.scale, seconds) if seconds > 1 else {"error": "no time left"}
        )
        results[figure.name]["took_s"] = round(time.monotonic() - began, 1)
        print("\n".join(table(figure.name, results[figure.name])), flush=True)


def bounded(name: str, scale: str, seconds: float) -> dict[str, Any]:
    """One figure in a process of its own, ended with the servers it started once its time is over."""
    line = [sys.executable, "-m", "bench.alone", name, scale]
    try:
        done = subprocess.run(line, cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=seconds)
    except subprocess.TimeoutExpired:
        return {"error": f"not done after {seconds:.0f} s"}
    if done.returncode:
        return {"error": f"ended with code {done.returncode}"}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(name: str, result: dict[str, Any], indent: str = "") -> list[str]:
    """Lines for people: a heading, then one number a line."""
    lines = [f"{indent}{name}"] if indent else ["", name]
    for key, value in result.items():
        if isinstance(value, dict):
            lines += table(key, value, indent + "  ")
        else:
            shown = f"{value:,.3g}" if isinstance(value, float) and abs(value) < 1000 else (
                f"{value:,.0f}" if isinstance(value, int | float) else str(value))  # fmt: skip
            lines.append(f"{indent}  {key:<32}{shown:>14}")
    return lines


def machine() -> dict[str, Any]:
    """What one must know to compare: time, cores, Python, how busy it was."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "load": [round(load, 2) for load in os.getloadavg()],
    }


if __name__ == "__main__":
    sys.exit(main())
