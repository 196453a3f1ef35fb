"""Houses for the tests of the commands: folders of their own, and commands run as a host runs them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

FURNISH = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "comvir.config.settings"
django.setup()
from comvir.cli.house import make_house
make_house()
from tests.people import build_town
build_town()
"""


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a host with this data folder, on SQLite, in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMVIR_", "LC_", "DJANGO_"))}
    return {**kept, "LANG": "C.UTF-8", "LANGUAGE": "en", "COMVIR_DATA": str(data), "PYTHONPATH": str(ROOT), **more}


def comvir(*words: str | Path, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m comvir WORDS` to its end."""
    line = [sys.executable, "-m", "comvir", *map(str, words)]
    return subprocess.run(
        line, env=environment(data, **more), capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )


def furnish(data: Path, **more: str) -> Path:
    """A house in which the cast lives, with a picture."""
    subprocess.run([sys.executable, "-c", FURNISH], env=environment(data, **more), check=True, timeout=60)
    picture = data / "media" / "portraits" / "ana.webp"
    picture.parent.mkdir(parents=True, mode=0o700)
    picture.write_bytes(b"RIFF not really, but bytes all the same")
    return data


def contents(folder: Path) -> dict[str, bytes]:
    """Every picture of a house, by its place."""
    root = folder / "media"
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
