"""Servers to be measured: the house itself and its floor, each with its costs in processor time and memory."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

from bench.cores import on_the_server_core

ROOT = Path(__file__).resolve().parent.parent
_TICK = os.sysconf("SC_CLK_TCK")

# Ends with its parent however that ends: the kernel sends the signal (PR_SET_PDEATHSIG = 1).
_ORPHANS_DIE = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 15); os.execv(sys.argv[1], sys.argv[1:])"


def free_port() -> int:
    """A port nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server(AbstractContextManager["Server"]):
    """A command that serves on `port`, running inside the `with`. `started_in` is its seconds to the first 200."""

    def __init__(self, command: list[str], port: int, *, path: str = "/health/live", **environment: str) -> None:
        self.port, self._path, self._command = port, path, command
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        begun = time.perf_counter()
        line = on_the_server_core([sys.executable, "-c", _ORPHANS_DIE, *self._command])
        self._process = subprocess.Popen(
            line, env=self._environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )
        while not self._answers():
            if self._process.poll() is not None or time.perf_counter() - begun > 30:
                self._log.seek(0)
                raise RuntimeError(f"{self._command} did not open: {self._log.read()[-1500:].decode(errors='replace')}")
            time.sleep(0.005)
        self.started_in = time.perf_counter() - begun
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is not None:
            self._log.seek(0)
            print(self._log.read()[-3000:].decode(errors="replace"), file=sys.stderr)
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{self._path}", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def cpu(self) -> float:
        """Processor seconds used so far by the process and all below it."""
        return sum(_cpu(pid) for pid in self._family())

    def memory_mb(self) -> float:
        """Resident memory of the process and all below it, shared pages counted in proportion, in MB."""
        return sum(_memory(pid) for pid in self._family()) / 1000

    def peak_mb(self) -> float:
        """The most the main process ever had resident, in MB."""
        return _status(self._process.pid, "VmHWM") / 1000

    def _family(self) -> list[int]:
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += map(int, task.read_text().split())
        return found


def house(data: Path, port: int, *, demo: bool = False) -> Server:
    """The house with this data folder, as its host would open it; `demo` lets a new one found its demonstration."""
    command = [sys.executable, "-m", "comvir", "serve", "--port", str(port)]
    return Server(command if demo else [*command, "--empty"], port, COMVIR_DATA=str(data), COMVIR_DATABASE="")


def floor(body: Path, port: int) -> Server:
    """The same server program sending the bytes of `body` to whoever asks, and nothing else."""
    command = [sys.executable, "-m", "uvicorn", "bench.floors:page", "--port", str(port), "--loop", "uvloop"]
    return Server([*command, "--http", "httptools", "--no-access-log", "--log-level", "error"], port, path="/",
                  BENCH_BODY=str(body))  # fmt: skip


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICK


def _memory(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return _status(pid, "VmRSS")
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _status(pid: int, name: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
