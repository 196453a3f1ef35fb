"""A real house, in its own process, as `python -m comvir serve` opens it."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60.0
STOP_SECONDS = 30.0


class House:
    """A server of its own with its own data folder. `url` has no slash at its end."""

    def __init__(self, data: Path, *, empty: bool = False, env: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._arguments = ["--empty"] if empty else []
        self.environment = {**clean_environment(), "COMVIR_DATA": str(data), **(env or {})}
        self._log = data.with_name(f"{data.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """All that was printed and logged so far, by every process that served this house."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the house is not open"
        return self._process

    def open(self) -> None:
        """Start the server, and wait until it says that it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "comvir", "serve", "--port", str(self.port), *self._arguments],
                cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the house closed at once ({self.process.returncode}):\n{self.log}")
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready", timeout=5):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise AssertionError(f"the house was not ready in {START_SECONDS} s:\n{self.log}")

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        """Wait for the process to end; its exit code."""
        return self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """Close in good order; the exit code."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self.signal()
        try:
            return self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the house did not close in {STOP_SECONDS} s:\n{self.log}") from None

    def kill(self) -> None:
        """End the process as a power cut would end it: without a word."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)

    def restart(self) -> None:
        """Close in good order and open again: same data, same address."""
        self.stop()
        self.open()


@contextmanager
def open_house(tmp_path: Path, *, empty: bool = False, env: Mapping[str, str] | None = None) -> Iterator[House]:
    """A house in `tmp_path`, open for the length of the block."""
    house = House(tmp_path / "house", empty=empty, env=env)
    if "COMVIR_DATABASE" not in house.environment:
        shutil.copytree(_furnished(empty), house.data, dirs_exist_ok=True)
    try:
        house.open()
        yield house
    finally:
        house.stop()


@cache
def _furnished(empty: bool) -> Path:
    """The data folder of a house that was opened and closed once: making one anew takes a while."""
    place = Path(tempfile.mkdtemp(prefix="comvir-house-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    house = House(place / "house", empty=empty)
    house.open()
    house.stop()
    return house.data


def clean_environment() -> dict[str, str]:
    """The environment of this process, less what would make a house other than it is for anybody.

    So it is on SQLite: a PostgreSQL named for the tests is one database, which houses cannot share.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMVIR_", "DJANGO_"))}
    return {**kept, "LANGUAGE": "en", "PYTHONPATH": str(ROOT)}


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
