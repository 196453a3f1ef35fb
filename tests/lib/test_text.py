"""What people type, made safe and short: in a time that grows with its length, whatever it is made of."""

import subprocess
import sys

import pytest

from comvir.lib.text import excerpt, render, shows_nothing, tidy

# Processor time, for all cases: each alone would take minutes if it grew with the square of the length.
SECONDS = 20
BOUNDED = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from comvir.lib.text import excerpt, render, tidy
"""
HOSTILE = {
    "marks that have to be put in order": 'tidy("a" + "\\u0345\\u0301" * 500_000)',
    "empty lines": 'excerpt("a" + "\\n" * 400_000 + "b")',
    "opening brackets": 'excerpt("[" * 400_000)',
    "links left open": 'excerpt("[](" * 130_000)',
    "schemes without a name": 'render("://" * 40_000)',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_text_takes_no_longer_than_other_text(what):
    done = subprocess.run([sys.executable, "-c", BOUNDED + HOSTILE[what]], capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")


def test_accents_are_composed_wherever_the_pieces_part():
    for before in range(495, 505):
        assert tidy("y " * before + "e\u0301t") == "y " * before + "ét"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("> quoted\n\nMine **now**", "Mine now"),
        ("- one\n- two", "one two"),
        ("See [the page](https://example.org/a_(b)), please", "See the page, please"),
        ("[not a link] (really)", "[not a link] (really)"),
        ("```\ncode\n```\nafter", "after"),
        ("> only quoted", "> only quoted"),
    ],
)
def test_an_excerpt_has_no_marks(text, words):
    assert excerpt(text) == words


def test_addresses_become_links_and_carry_no_weight():
    rel = 'rel="ugc nofollow noopener noreferrer"'
    assert render("At https://example.org/a_b_c.") == (
        f'<p>At <a href="https://example.org/a_b_c" {rel}>https://example.org/a_b_c</a>.</p>'
    )


def test_a_table_is_one_as_long_as_its_cells_are_worth_it():
    head = "|a" * 10 + "\n" + "|-" * 10 + "\n"
    assert render(head + "x\n" * 100).count("<td>") == 1000
    assert len(render(head + "x\n" * 9_000)) < 100_000


@pytest.mark.parametrize(
    ("text", "nothing"),
    [("", True), ("\u200b\u2060", True), ("\u3164", True), ("\u2800 \u00ad", True), ("李", False), ("👩‍🌾", False)],
)
def test_what_cannot_be_seen_is_nothing(text, nothing):
    assert shows_nothing(text) is nothing
