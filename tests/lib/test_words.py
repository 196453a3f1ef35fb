"""Words as the search compares them."""

from html import escape

from hypothesis import given
from hypothesis import strategies as st

from comvir.lib.words import WORD, forms, highlighted, language_of, tokens


def test_french_words_are_stemmed_before_their_accents_go():
    assert tokens("Les entraidées et l’entraide", "fr") == ["le", "entraid", "et", "l", "entraid"]
    assert tokens("Elles répétaient, répéter", "fr") == ["elle", "repet", "repet"]


def test_english_words_are_stemmed_as_english():
    assert tokens("Meetings and meeting", "en") == ["meet", "and", "meet"]


def test_a_word_looked_for_is_tried_in_both_languages():
    assert forms("meetings") == ("meeting", "meet")
    assert forms("Pétanque") == ("petanqu",)


def test_the_language_of_a_text_is_that_of_its_common_words():
    assert language_of("We will meet on the court", "fr") == "en"
    assert language_of("Le platane est tombé sur l’allée", "en") == "fr"
    assert language_of("Platane!", "en") == "en"
    assert language_of("Platane!", "de") == "fr"


def test_what_was_found_is_marked_and_escaped():
    assert highlighted("Un <b>platane</b> tombé", frozenset(forms("platanes"))) == (
        "Un &lt;b&gt;<mark>platane</mark>&lt;/b&gt; tombé"
    )


def test_an_excerpt_is_taken_where_the_words_stand_closest():
    text = "platane " + "mot " * 200 + "le platane est tombé sur l’allée basse " + "mot " * 200
    shown = highlighted(text, frozenset([*forms("platane"), *forms("allée")]), length=120)
    assert shown.startswith("…") and shown.endswith("…")
    assert shown.count("<mark>") == 2
    assert "<mark>platane</mark> est tombé sur l’<mark>allée</mark>" in shown


@given(st.text(max_size=400), st.text(max_size=20))
def test_nothing_that_could_end_a_quotation_gets_into_a_token(text, word):
    found = [*tokens(text, "fr"), *(form for one in WORD.findall(word) for form in forms(one))]
    assert [token for token in found if set(token) & set("'\"\\ =@:|&!()<>")] == []


@given(st.text(max_size=300), st.text(max_size=10))
def test_highlighting_changes_nothing_but_the_marks(text, word):
    wanted = frozenset(form for one in WORD.findall(word) for form in forms(one))
    shown = highlighted(text, wanted, length=1000)
    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)
