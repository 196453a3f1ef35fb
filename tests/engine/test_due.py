"""What is due is said once, whoever says it: the house, processes beside it, one of them cut off half-way."""

from __future__ import annotations

import time

import pytest

from tests.engine.listening import Writer
from tests.house import open_house

pytestmark = pytest.mark.enable_socket
PAPERS = 16


def test_each_paper_is_said_once_by_two_processes_though_one_is_killed(tmp_path):
    with open_house(tmp_path, empty=True) as house:
        unlucky, other = Writer(house), Writer(house)
        other.ask("town")
        assert other.ask(f"later {PAPERS}") == "put away"
        unlucky.tell("due")
        other.tell("due")
        time.sleep(1.15)
        unlucky.process.kill()
        unlucky.process.wait(20)
        assert other.answer() <= PAPERS
        assert other.ask("papers") == [f"Paper {number:03}" for number in range(PAPERS)]
        other.close()
        for pipe in (unlucky.process.stdin, unlucky.process.stdout):
            pipe.close()
