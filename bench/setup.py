"""`bin/setup` in a copy of the project without its .venv: what a newcomer waits for."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.server import ROOT


def measure(scale: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "comvir"
        shutil.copytree(ROOT / "bin", copy / "bin")
        shutil.copytree(ROOT / "requirements", copy / "requirements")
        first, second = _timed(copy), _timed(copy)
    return {"first_s": round(first, 1), "again_s": round(second, 3)}


def _timed(copy: Path) -> float:
    begun = time.perf_counter()
    subprocess.run([copy / "bin" / "setup"], check=True, stdin=subprocess.DEVNULL)
    return time.perf_counter() - begun
