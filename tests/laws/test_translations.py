"""Both languages are whole: no string without French, none with other placeholders, and the compiled file is true."""

import re

from tools import catalogue


def test_every_string_has_its_french():
    assert catalogue.missing(catalogue.merged()) == []


def test_the_catalogue_holds_nothing_the_source_no_longer_says():
    said = {(message.id if isinstance(message.id, str) else message.id[0]) for message in catalogue.template()}
    kept = {(message.id if isinstance(message.id, str) else message.id[0]) for message in catalogue.french()}
    assert kept - said == set()


def test_nothing_to_say_hides_behind_a_comment_or_inside_another_string():
    said = {message.id for message in catalogue.template()}
    assert "You confirm. How do you know it?" in said  # A template, with a comment at the end of its line.
    assert "Do you know more?" in said  # Python, inside an f-string.


def test_placeholders_are_those_of_the_source():
    assert catalogue.misplaced(catalogue.french()) == []


def test_the_compiled_catalogue_is_what_the_text_one_says():
    assert catalogue.FRENCH.with_suffix(".mo").read_bytes() == catalogue.compiled(catalogue.french())


BANNED = {
    "en": re.compile(r"\b(users?|content|feeds?|engage\w*|submit\w*|dashboard|mentee)\b", re.I),
    "fr": re.compile(
        r"\b(utilisat\w+|contenus?|publication|notification|tableau de bord|valider|soumettre|engagement)\b"
        r"|·|\(e\)|\(s\)",
        re.I,
    ),
}


def test_banned_words_are_in_neither_language():
    said = [text for message in catalogue.french() if message.id for text in _texts(message.id)]
    french = [text for message in catalogue.french() if message.id for text in _texts(message.string)]
    assert [text for text in said if BANNED["en"].search(text)] == []
    assert [text for text in french if BANNED["fr"].search(text)] == []


def test_french_is_set_as_french_is():
    """Curly apostrophes; no-break spaces before double punctuation (narrow before ; ! ?) and inside « »."""
    wrong = []
    for message in catalogue.french():
        for text in _texts(message.string) if message.id else ():
            bare = re.sub(r"https?://\S+|%\(\w+\)[sd]|\{\w*\}|`[^`]*`|<[^>]+>", "x", text)
            if re.search(r"[a-zà-ÿ]'[a-zà-ÿ]|\"|[^\s\u202f\u00a0][;!?](?:\s|$)| [;:!?»]|« |[a-zà-ÿ]:\s", bare, re.I):
                wrong.append(text)
    assert wrong == []


def _texts(value) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
