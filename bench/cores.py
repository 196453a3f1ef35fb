"""One core for the whole server side, another for what asks it; and how much of the machine others took meanwhile."""

import os
import resource
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

_CORES = sorted(os.sched_getaffinity(0))
_TASKSET = shutil.which("taskset")
APART = len(_CORES) > 1 and _TASKSET is not None
SERVER_CORE, LOAD_CORE = _CORES[0], _CORES[-1]
_TICK = os.sysconf("SC_CLK_TCK")


class Costs(Protocol):
    """Something whose processor time is known."""

    def cpu(self) -> float: ...


def on_the_server_core(command: list[str]) -> list[str]:
    """The command, kept to the core of the servers where there is one to keep it to."""
    return [str(_TASKSET), "-c", str(SERVER_CORE), *command] if APART else command


def keep_to_the_other() -> None:
    """Keep this process to the core the servers do not have."""
    if APART:
        os.sched_setaffinity(0, {LOAD_CORE})


class Others:
    """The share of the machine that neither this process nor `ours` used, since it was made."""

    def __init__(self, ours: Iterable[Costs]) -> None:
        self._ours = list(ours)
        self._begun, self._busy, self._used = time.monotonic(), _busy(), self._by_us()

    def share(self) -> float:
        """From 0 to 1; the ticks of a hundredth of a second make short times uncertain."""
        whole = (time.monotonic() - self._begun) * (os.cpu_count() or 1)
        return max(0.0, (_busy() - self._busy - (self._by_us() - self._used)) / whole)

    def _by_us(self) -> float:
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + ended.ru_utime + ended.ru_stime + sum(one.cpu() for one in self._ours)


def _busy() -> float:
    """Seconds all cores were busy since the machine began: user, nice, system, irq, softirq, steal."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return sum(int(fields[place]) for place in (0, 1, 2, 5, 6, 7)) / _TICK
