"""What is done behind the pages: all of it, again and again, and a chore that fails stops no other."""

import logging
import threading

from comvir.config.asgi import House
from comvir.config.housekeeping import Chores
from comvir.config.readers import READERS
from comvir.config.wsgi import application
from comvir.conversation.housekeeping import erase_removed, refresh_html


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


def test_the_house_erases_what_was_removed_and_renders_what_is_not():
    assert House(application, READERS)._chores._chores == [erase_removed, refresh_html]
