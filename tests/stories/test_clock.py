"""The clock can be held, for the length of a block and for nobody else."""

from datetime import UTC, datetime
from threading import Thread

import pytest

from comvir.lib import clock

NOON, EVENING = datetime(2026, 6, 4, 12, tzinfo=UTC), datetime(2026, 6, 4, 20, tzinfo=UTC)


def test_a_held_clock_says_the_same_until_it_is_let_go():
    before = clock.now()
    with clock.clock_at(NOON):
        with clock.clock_at(EVENING):
            assert clock.now() == EVENING
        assert clock.now() == NOON
    assert before <= clock.now() != NOON


def test_a_clock_is_let_go_when_an_act_fails():
    with pytest.raises(RuntimeError), clock.clock_at(NOON):
        raise RuntimeError
    assert clock.now() != NOON


def test_a_clock_held_here_runs_elsewhere():
    seen = []
    with clock.clock_at(NOON):
        elsewhere = Thread(target=lambda: seen.append(clock.now()))
        elsewhere.start()
        elsewhere.join()
    assert seen != [NOON] and len(seen) == 1


def test_a_moment_without_its_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"), clock.clock_at(datetime(2026, 6, 4, 12)):  # noqa: DTZ001
        pass
