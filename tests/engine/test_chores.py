"""What is done behind the pages: all of it, again and again, and a chore that fails stops no other."""

import logging
import threading

from comvir.config.chores import OUTSIDE, SOME_TIME, SOON
from comvir.config.housekeeping import Chores


def test_each_chore_is_done_until_nothing_is_left(caplog):
    left, done = [3, 2, 1, 0, 0], threading.Event()

    def breaks() -> int:
        raise RuntimeError

    def piecemeal() -> int:
        piece = left.pop(0) if left else 0
        if not left:
            done.set()
        return piece

    chores = Chores([breaks, piecemeal], look_round=0.01)
    with caplog.at_level(logging.ERROR, "comvir.housekeeping"):
        chores.start()
        assert done.wait(20)
        chores.stop()
    assert "a chore failed" in caplog.text


def test_every_chore_of_the_house_finds_nothing_to_do_in_a_tidy_one(town):
    assert {chore.__name__: chore() for chore in [*SOME_TIME, *SOON, *OUTSIDE]} == {
        "erase_removed": 0, "refresh_html": 0, "sweep_desk": 0, "settle": 0, "say_due": 0, "send_digests": 0,
        "index_rest": 0, "fetch_previews": 0, "poll_due": 0,
    }  # fmt: skip


def test_who_is_out_when_the_house_closes_is_left_behind():
    out, back = threading.Event(), threading.Event()

    def errand() -> int:
        out.set()
        back.wait(20)
        return 0

    chores = Chores([errand], look_round=0.01, patience=0.01)
    chores.start()
    assert out.wait(20)
    chores.stop()
    assert chores.is_alive()
    back.set()
    chores.join()
