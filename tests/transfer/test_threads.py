"""Which mails belong together, worked out by hand, and the same in any order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comvir.lib.archive.threads import Leaf, answered_by, base_subject, threads_of, title_of

START = datetime(2020, 1, 1, tzinfo=UTC)


def leaf(name, day, *references, subject="Boules"):
    return Leaf(f"mid:{name}", name, references, subject, START + timedelta(days=day))


def names(leaves):
    return [[one.message_id for one in thread] for thread in threads_of(leaves)]


def test_answers_follow_what_they_answer():
    assert names([leaf("a", 0), leaf("b", 1), leaf("c", 2, "a"), leaf("d", 3, "a", "c")]) == [["a", "c", "d"], ["b"]]


def test_two_answers_to_a_mail_that_is_missing_belong_together():
    assert names([leaf("a", 0, "gone"), leaf("b", 1, "gone")]) == [["a", "b"]]


def test_references_in_a_circle_end():
    assert names([leaf("a", 0, "b"), leaf("b", 1, "c"), leaf("c", 2, "a")]) == [["a", "b", "c"]]


def test_an_answer_that_names_nothing_joins_its_subject():
    assert names([leaf("a", 0), leaf("b", 5, subject="Re: [boules] RE : boules")]) == [["a", "b"]]


def test_the_same_subject_without_an_answer_mark_begins_anew():
    assert names([leaf("a", 0), leaf("b", 5)]) == [["a"], ["b"]]


def test_a_subject_is_forgotten_ninety_days_after_its_last_mail():
    kept = [leaf("a", 0), leaf("b", 80, "a", subject="Re: Boules"), leaf("c", 170, subject="Re: Boules")]
    assert names(kept) == [["a", "b", "c"]]
    assert names([*kept[:2], leaf("c", 171, subject="Re: Boules")]) == [["a", "b"], ["c"]]


def test_a_subject_of_two_letters_joins_nothing():
    assert names([leaf("a", 0, subject="Hi"), leaf("b", 1, subject="Re: Hi")]) == [["a"], ["b"]]


@pytest.mark.parametrize(
    "subject",
    [
        "Re: Boules", "RE : [lyon] Boules", "Rép : Boules", "AW: SV: Boules", "Fwd: Re[2]: Boules", "TR : boules",
        "Boules (was: Re: Pluie)",
    ],
)  # fmt: skip
def test_the_subject_below_its_prefixes(subject):
    assert base_subject(subject)[0] == "boules"


def test_a_title_keeps_its_case_and_loses_its_labels():
    assert title_of("Re: [lyon] RE: Boules à Lyon") == "Boules à Lyon"
    assert title_of("Reading group") == "Reading group"


def test_an_answer_points_to_the_nearest_that_is_there_and_never_forward():
    thread = [leaf("a", 0), leaf("b", 1, "a"), leaf("c", 2, "a", "gone", "b"), leaf("d", 3, "e"), leaf("e", 4, "d")]
    assert answered_by(thread) == {"mid:a": None, "mid:b": "mid:a", "mid:c": "mid:b", "mid:d": None, "mid:e": "mid:d"}


@st.composite
def correspondences(draw):
    count = draw(st.integers(1, 10))
    return [
        leaf(
            str(number),
            draw(st.integers(0, 200)),
            *(str(other) for other in draw(st.lists(st.integers(0, 12), max_size=2)) if other != number),
            subject=draw(st.sampled_from(["Boules", "Re: Boules", "Pluie", "Re: Pluie", "Re: "])),
        )
        for number in range(count)
    ]


@given(correspondences(), st.randoms())
def test_the_order_of_arrival_changes_nothing(leaves, random):
    shuffled = leaves[:]
    random.shuffle(shuffled)
    assert names(shuffled) == names(leaves)
