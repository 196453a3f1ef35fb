"""Contenders in turn, round after round: what disturbs one disturbs the others, and ratios are taken within a round."""

import statistics
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
    """A contender: requests sent to a server for a while, never the same twice where `requests` does not end."""

    def __init__(
        self, server: Server, requests: list[bytes], seconds: float, *, connections: int = 8, status: int = 200
    ) -> None:
        self._server, self._requests, self._seconds = server, requests, seconds
        self._connections, self._status, self._at = connections, status, 0
        self.last: Load | None = None

    def __call__(self) -> Sample:
        before = self._server.cpu()
        # On from where the last round stopped: a page asked for again may have been kept.
        share = self._requests[self._at :] + self._requests[: self._at]
        done = load(
            self._server.port, share, seconds=self._seconds, connections=self._connections, status=self._status,
            each_once=True,
        )  # fmt: skip
        self._at = (self._at + done.count) % len(self._requests)
        self.last = done
        return {
            "cpu_ms": (self._server.cpu() - before) / done.count * 1000,
            "per_s": done.count / done.seconds,
            "p50_ms": done.latency_ms(0.5),
            "p99_ms": done.latency_ms(0.99),
            "bytes": float(done.size),
        }
