"""What people read of a standing."""

from datetime import UTC, datetime

import pytest

from comvir.memory.standing import Standing, Status, Voice
from comvir.memory.words import explained, headline, icon_of, in_words, independent, inline

NOW = datetime(2026, 6, 7, 9, 20, tzinfo=UTC)


def voices(count, stance=1, ground="", counted=True):
    return [Voice(100 * (stance + 2) + n, stance, ground, NOW, 1000 * counted, counted) for n in range(count)]


def standing(status, said, for_milli=0, against_milli=0, weighed=True):
    confirm = sum(voice.stance > 0 for voice in said)
    return Standing(
        1, status, for_milli, against_milli, confirm, len(said) - confirm, weighed, tuple(said), NOW, 9
    )  # fmt: skip


CASES = [
    (
        None,
        "Not yet verified",
        "Nobody else has said what they know yet.",
        "not yet verified",
    ),
    (
        standing(Status.CORROBORATED, voices(4), 4000),
        "Confirmed by 4 independent people",
        "They do not have it from one another.",
        "confirmed by 4",
    ),
    (
        standing(Status.CORROBORATED, voices(6) + voices(18, counted=False), 2630),
        "Confirmed by 2 independent people",
        "They do not have it from one another. Six people vouch for this, but they count as about two voices: "
        "they mostly know each other, have the same source or vouch together. "
        "18 newcomers also vouch, and count once somebody else here has met them.",
        "confirmed by 2",
    ),
    (
        standing(Status.SEEN, voices(1) + voices(1, counted=False), 1000),
        "Seen by some",
        "One person confirms this. It takes a few more who do not usually go together. "
        "A newcomer also vouches, and counts once somebody else here has met them.",
        "seen by some",
    ),
    (
        standing(Status.UNVERIFIED, voices(1, ground="hearsay", counted=False)),
        "Not yet verified",
        "Only one person says so, and has it from hearsay.",
        "not yet verified",
    ),
    (
        standing(Status.CONTESTED, voices(3) + voices(2, -1), 3000, 2000),
        "Disputed: two accounts",
        "Nobody is wrong beforehand. Here is what each one knows.",
        "disputed: two accounts",
    ),
    (
        standing(Status.DISPUTED, voices(2) + voices(1, -1), 2000, 1000),
        "Disputed",
        "One person says that it was otherwise. Here is what each one knows.",
        "disputed",
    ),
    (
        standing(Status.CONTRADICTED, voices(4, -1), 0, 2950),
        "Contradicted by 3 independent people",
        "Those who say that it was otherwise do not have it from one another. Four people say so, but they count as "
        "about three voices: they mostly know each other, have the same source or speak together.",
        "contradicted by 3",
    ),
    (
        standing(Status.DISPUTED, voices(2) + voices(1, -1), weighed=False),
        "2 people confirm, 1 disputes",
        "There are too few of us to weigh it.",
        "2 people confirm, 1 disputes",
    ),
    (
        standing(Status.SEEN, voices(1), weighed=False),
        "1 person confirms",
        "There are too few of us to weigh it.",
        "1 person confirms",
    ),
    (
        standing(Status.DISPUTED, voices(2, -1), weighed=False),
        "2 people dispute",
        "There are too few of us to weigh it.",
        "2 people dispute",
    ),
]


@pytest.mark.parametrize("case, head, body, short", CASES, ids=[case[1] for case in CASES])
def test_words(case, head, body, short):
    assert (headline(case), explained(case), inline(case)) == (head, body, short)


def test_of_two_who_go_together_nothing_is_said():
    tied = standing(Status.SEEN, voices(2), 1400)
    apart = standing(Status.SEEN, voices(2), 2000)
    assert [say(tied) for say in (headline, explained, inline)] == [say(apart) for say in (headline, explained, inline)]


def test_whole_voices_and_one_that_lacks_a_tenth():
    assert [independent(milli) for milli in (0, 899, 900, 2600, 2899, 2900, 4000)] == [0, 0, 1, 2, 2, 3, 4]


def test_numbers_in_words_up_to_sixteen():
    assert [in_words(number) for number in (2, 16, 17)] == ["two", "sixteen", "17"]


def test_every_status_has_its_symbol():
    from pathlib import Path

    import comvir.web

    sprite = (Path(comvir.web.__file__).parent / "static/web/icons.svg").read_text()
    assert all(f'id="{icon_of(status)}"' in sprite for status in Status)
