"""What was said, what was quoted and what was a signature; and all of it readable as Markdown."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comvir.lib.archive.markdown import escape, markdown_of
from comvir.lib.archive.text import part
from comvir.lib.text import render
from tests.transfer.mails import SHARED

REPLIES = SHARED / "hostile" / "mail"


def markdown(text: str) -> str:
    return markdown_of(part(text))


@pytest.mark.skipif(not REPLIES.is_dir(), reason="../shared/data/hostile/mail is not there")
def test_replies_of_many_programs_and_languages_are_trimmed_as_people_would():
    wrong = []
    for mail in sorted((REPLIES / "emails").iterdir()):
        expected = _lines(REPLIES / "trimmed" / mail.name)
        if part(mail.read_bytes().decode()).remaining() != expected:
            wrong.append(mail.name)
    assert wrong == []


def _lines(path: Path) -> str:
    return path.read_bytes().decode().replace("\r\n", "\n").rstrip().strip("\n")


@pytest.mark.parametrize(
    "opening",
    [
        "On Mon, 6 Jan 2020 at 12:00, Ana <ana@example.org> wrote:",
        "On Mon, 6 Jan 2020 at 12:00, Ana <ana@example.org>\nwrote:",
        "Le lun. 6 janv. 2020 à 12:00, Ana <ana@example.org> a écrit :",
        "Le 06/01/2020 à 12:00, Ana a écrit\xa0:",
        "Am 6. Januar 2020 12:00 schrieb Ana <ana@example.org>:",
        "El 6 de enero de 2020 12:00, Ana escribió:",
    ],
)
def test_a_quote_goes_with_the_line_that_opens_it(opening):
    parted = part(f"Moi aussi.\n\n{opening}\n> Je viens.\n")
    assert parted.remaining() == "Moi aussi."
    assert parted.trailing == (*opening.split("\n"), "> Je viens.")


@pytest.mark.parametrize(
    "below",
    [
        "-----Original Message-----\nFrom: Ana\nSent: Monday\nTo: Bo\nSubject: Boules\n\nJe viens.",
        "-----Message d'origine-----\nDe : Ana\nEnvoyé : lundi\nÀ : Bo\nObjet : Boules\n\nJe viens.",
        "De : Ana <ana@example.org>\nEnvoyé : lundi 6 janvier 2020 12:00\nÀ : Bo\nObjet : Boules\n\nJe viens.",
        "________________________________\nFrom: Ana\nSent: Monday\nTo: Bo\nSubject: Boules\n\nJe viens.",
    ],
)
def test_a_whole_mail_left_below_the_answer_is_cut_off(below):
    assert part(f"Moi aussi.\n\n{below}\n").remaining() == "Moi aussi."


@pytest.mark.parametrize(
    "line", ["Envoyé de mon iPhone", "Sent from my iPhone", "Von meinem iPhone gesendet", "Get Outlook for iOS"]
)
def test_what_the_telephone_adds_is_a_signature(line):
    parted = part(f"Oui.\n\n{line}\n")
    assert (parted.remaining(), parted.signature) == ("Oui.", (line,))


def test_a_signature_is_told_from_what_is_said():
    parted = part("Oui.\n\n-- \nAna\nLyon\n")
    assert (parted.remaining(), parted.signature) == ("Oui.", ("-- ", "Ana", "Lyon"))


def test_what_the_list_adds_below_every_mail_is_left_out():
    footer = "_______________________________________________\nPetanque mailing list\nPetanque@lists.example\n"
    assert markdown(f"Oui.\n\n{footer}") == "Oui."


def test_an_answer_between_the_quoted_lines_keeps_them():
    assert markdown("> Tu viens ?\n\nOui.\n\n> Et Bo ?\n\nAussi.\n") == "> Tu viens ?\n\nOui.\n\n> Et Bo ?\n\nAussi."


def test_quotes_within_quotes_keep_their_levels_when_rendered():
    html = render(markdown(">> Un\n> Deux\n\nTrois\n"))
    assert html == ("<blockquote>\n<blockquote>\n<p>Un</p>\n</blockquote>\n<p>Deux</p>\n</blockquote>\n<p>Trois</p>")


def test_the_signature_is_the_last_paragraph():
    assert render(markdown("Oui.\n-- \nAna\n")).endswith("<p>--<br>\nAna</p>")


@pytest.mark.parametrize(
    "line",
    [
        "# no heading", "1. no list", "- no list", "* no list", "+ no list", "a * b * c", "2*3*4", "a_b _c d_ e_",
        "\\[x\\]",
        "`help' and `foo'", "&lt;b&gt; &copy;", "<b>bold</b>", "~~not struck~~", "[a](javascript:x)", "![a](b.png)",
        "[1]: https://a.example", "===", "C:\\_data\\*", "#hash", "> not quoted", "snake_case_name", "end\\",
    ],
)  # fmt: skip
def test_plain_text_is_shown_as_it_stands(line):
    html = render("before\n" + escape(line))
    shown = unescape(re.sub(r"</?(?:p|br|a|em)\b[^>]*>", "", html)).split("\n")[-1]
    assert shown.replace("_c d_", "c d") == line.replace("_c d_", "c d")
    assert not re.search(r"<(?:h[1-6]|li|s|strong|code|blockquote|img|b)\b", html)


def test_emphasis_as_people_type_it_in_mails_is_kept():
    assert render(escape("*really* and _so_")) == "<p><em>really</em> and <em>so</em></p>"


def test_addresses_with_marks_in_them_stay_links():
    html = render(escape("see https://a.example/~ana/_x_*y*z, and write"))
    assert 'href="https://a.example/~ana/_x_*y*z"' in html


def test_columns_and_code_keep_their_blanks():
    assert markdown("a    b    c\n1    2    3\n") == "```\na    b    c\n1    2    3\n```"
    assert markdown("So:\n\n    x <- c(1, 2)\n    plot(x)\n") == "So:\n\n```\nx <- c(1, 2)\nplot(x)\n```"


@given(st.text(alphabet=st.sampled_from("ab >*_`#-=\n\\[]()<&;~|1.:"), max_size=120))
def test_no_text_whatever_stops_the_parting_or_the_rendering(text):
    html = render(markdown(text))
    assert "<script" not in html
