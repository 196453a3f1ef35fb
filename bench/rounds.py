"""Contenders in turn, round after round: what disturbs one disturbs the others, and ratios are taken within a round."""

import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.cores import Others
from bench.load import Load, load
from bench.server import Server

ROUNDS = {"quick": 1, "normal": 5, "full": 7}
SECONDS = {"quick": 0.3, "normal": 1.0, "full": 2.0}
# A round in which others took more of the machine than that is made again, at most so often; then it is marked.
DISTURBED = 0.05
AGAIN = {"quick": 0, "normal": 1, "full": 3}

_LOOK_SECONDS = 0.1
_FIRST_SECONDS = 0.05

Sample = dict[str, float]
Contender = Callable[[], Sample]


class Rounds:
    """What the rounds gave: for each contender a sample a round, and the share others took of the machine."""

    def __init__(self) -> None:
        self.samples: dict[str, list[Sample]] = {}
        self.others: list[float] = []

    def median(self, name: str, what: str) -> float:
        return statistics.median(one[what] for one in self.samples[name])

    def ratio(self, name: str, floor: str, what: str) -> float:
        """The median of the ratios, each within one round."""
        pairs = zip(self.samples[name], self.samples[floor], strict=True)
        return statistics.median(one[what] / other[what] for one, other in pairs)

    def spread(self, name: str, what: str) -> list[float]:
        """The least and the most."""
        found = [one[what] for one in self.samples[name]]
        return [round(min(found), 4), round(max(found), 4)]

    @property
    def disturbed(self) -> bool:
        return statistics.median(self.others) > DISTURBED

    def told(self) -> dict[str, Any]:
        """For the results: how many rounds, and what others took in them."""
        return {"rounds": len(self.others), "others_share": [round(share, 3) for share in self.others]}


def in_turn(contenders: Mapping[str, Contender], scale: str, servers: Iterable[Server] = ()) -> Rounds:
    """Each contender once a round, in an order that moves on by one; disturbed rounds again."""
    found, names = Rounds(), list(contenders)
    found.samples = {name: [] for name in names}
    left, servers = AGAIN[scale], list(servers)
    while len(found.others) < ROUNDS[scale]:
        watch = Others(servers)
        turn = len(found.others) % len(names)
        samples = {name: contenders[name]() for name in names[turn:] + names[:turn]}
        share = watch.share()
        if share > DISTURBED and left > 0:
            left -= 1
            continue
        found.others.append(share)
        for name, sample in samples.items():
            found.samples[name].append(sample)
    return found


class Asking:
    """A contender: requests sent to a server for a while, each once before any is sent again.

    With `to_the_end` what the requests leave to be done behind them is waited for, and counts.
    """

    def __init__(
        self,
        server: Server,
        requests: list[bytes],
        seconds: float,
        *,
        connections: int = 8,
        status: int = 200,
        to_the_end: bool = False,
    ) -> None:
        self._to_the_end = to_the_end
        self._server, self._requests, self._seconds = server, requests, seconds
        self._connections, self._status, self._at = connections, status, 0
        self.last: Load | None = None

    def __call__(self) -> Sample:
        if self.last is None:
            # What a server does once in its life, on the first request of a sort, is not what a request costs.
            self._ask(_FIRST_SECONDS)
        before = self._server.cpu()
        done = self.last = self._ask(self._seconds)
        after = at_rest(self._server) if self._to_the_end else 0.0
        return {
            "cpu_ms": (self._server.cpu() - before) / done.count * 1000,
            "per_s": done.count / done.seconds,
            "to_the_end_per_s": done.count / (done.seconds + after),
            "p50_ms": done.latency_ms(0.5),
            "p99_ms": done.latency_ms(0.99),
            "bytes": float(done.size),
        }

    def _ask(self, seconds: float) -> Load:
        # On from where the last round stopped: a page asked for again may have been kept.
        share = self._requests[self._at :] + self._requests[: self._at]
        done = load(
            self._server.port, share, seconds=seconds, connections=self._connections, status=self._status,
            each_once=True,
        )  # fmt: skip
        self._at = (self._at + done.count) % len(self._requests)
        return done


def at_rest(server: Server, at_most: float = 5.0) -> float:
    """Wait until the server does next to nothing; returns the seconds it still worked."""
    begun = time.perf_counter()
    while (worked := time.perf_counter() - begun) < at_most:
        before = server.cpu()
        time.sleep(_LOOK_SECONDS)
        if server.cpu() - before <= 0.2 * _LOOK_SECONDS:
            break
    return worked
