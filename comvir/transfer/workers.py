"""Other processes that read the words of mails while this one writes: half of an import's time is spent reading."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.process import BaseProcess
from typing import TypeVar

from comvir.lib.archive.words import Words, all_words

# Starting a process costs as long as reading some hundred mails.
WORTH_IT = 2000
MOST_WORKERS = 3
CHUNK = 50
T = TypeVar("T")


def read_ahead(batches: Iterable[tuple[T, list[bytes]]], total: int) -> Iterator[tuple[T, list[Words]]]:
    """Each batch with the words of its mails, the next batch being read meanwhile.

    `total` is how many mails there are in all: few are read here.
    """
    cores = os.cpu_count() or 1
    workers = min(MOST_WORKERS, cores)
    if total < WORTH_IT or cores < 2:
        for batch, raws in batches:
            yield batch, all_words(raws)
        return
    # Spawned, not forked: a forked child would share this process's connection to the database.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_with_parent) as pool:
        waiting: tuple[T, list[list[bytes]], list[Future[list[Words]]]] | None = None
        for batch, raws in batches:
            chunks = [raws[start : start + CHUNK] for start in range(0, len(raws), CHUNK)]
            ahead = (batch, chunks, [pool.submit(all_words, chunk) for chunk in chunks])
            if waiting is not None:
                yield waiting[0], _gathered(waiting[1], waiting[2])
            waiting = ahead
        if waiting is not None:
            yield waiting[0], _gathered(waiting[1], waiting[2])


def _gathered(chunks: list[list[bytes]], futures: list[Future[list[Words]]]) -> list[Words]:
    words: list[Words] = []
    for chunk, future in zip(chunks, futures, strict=True):
        try:
            words += future.result()
        except BrokenProcessPool:
            words += all_words(chunk)
    return words


def _leave_with_parent() -> None:
    """An interruption is the parent's to answer; and whatever ends the parent, even a kill, ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=[parent], daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(0)
