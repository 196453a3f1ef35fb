"""Words for a seeded house: paragraphs in French and English, rendered and cut into tokens once, used many times.

How often a word comes follows Zipf's law, so that a search finds rare, middling and very common ones; each paragraph
has a name that is its own, which makes it as rare as its uses.
"""

import random
from typing import NamedTuple

_LINKS = {
    "fr": "le la les de des du et est en un une que qui pour pas dans ce je vous nous avec au aux sur il elle on",
    "en": "the of and is in to a that for not it you we with on at this be are was have from i my your they",
}
_WORDS = {
    "fr": """dimanche place jardin voisins marché école rue matin soir pétanque gâteau musique voiture réunion pluie
    photo clé atelier vélo pain mairie travaux enfant chat forêt rivière pont gare bus café tarte chorale répétition
    lundi samedi entraide déménagement courses pharmacie médecin fenêtre toiture peinture outils échelle compost
    légumes fleurs fontaine incendie fumée pompiers police accident route fermée barrage marche sentier carte livre
    bibliothèque lecture cuisine recette fromage confiture tomates pommes cerises vendange fête lampions guitare
    violon piano théâtre scène costume danse ballon équipe match terrain maillot arbitre victoire horaire billet
    adresse téléphone courrier colis retard panne électricité chauffage hiver neige printemps été automne""",
    "en": """sunday square garden neighbours market school street morning evening bowls cake music car meeting rain
    photo key workshop bicycle bread council works child cat forest river bridge station bus coffee pie choir rehearsal
    monday saturday help moving shopping chemist doctor window roof paint tools ladder compost vegetables flowers
    fountain fire smoke firemen police accident road closed dam walk path map book library reading kitchen recipe
    cheese jam tomatoes apples cherries harvest party lanterns guitar violin piano theatre stage costume dance ball
    team match field shirt referee victory timetable ticket address telephone mail parcel delay breakdown
    electricity heating winter snow spring summer autumn""",
}  # fmt: skip
TAGS = {"fr": ("voisins", "entraide", "sorties", "travaux"), "en": ("neighbours", "help", "outings", "works")}
_SYLLABLES = """ba be bo ca co cu da de do fa fe ga go ka ki la le li lo ma mi mo na ne ni no pa pe pi ra re ri ro sa
si so ta te ti to va ve vi za"""
LINKS = {language: text.split() for language, text in _LINKS.items()}
WORDS = {language: text.split() for language, text in _WORDS.items()}


class Paragraph(NamedTuple):
    """Some sentences: as written, as shown, as the index keeps them. `name` is the word only it has."""

    text: str
    html: str
    tokens: str
    name: str
    tag: str


def paragraphs(language: str, count: int, seed: int) -> list[Paragraph]:
    """So many paragraphs, the same for the same seed, about 230 letters each."""
    from comvir.lib import text as texts  # noqa: PLC0415 - reads the settings
    from comvir.lib.words import tokens  # noqa: PLC0415 - the same

    dice = random.Random(f"{seed} {language}")
    weights = [1 / (rank + 3) for rank in range(len(WORDS[language]))]
    found = []
    for number in range(count):
        name = "".join(dice.choices(_SYLLABLES.split(), k=5)) + "aeiou"[number % 5]
        tag = dice.choice(TAGS[language]) if number % 40 == 0 else ""
        text = _sentences(dice, language, weights, name, tag)
        found.append(Paragraph(text, texts.render(text, tagged=True), " ".join(tokens(text, language)), name, tag))
    return found


def _sentences(dice: random.Random, language: str, weights: list[float], name: str, tag: str) -> str:
    told = []
    for number in range(dice.randint(2, 4)):
        words = dice.choices(WORDS[language], weights, k=dice.randint(5, 9))
        if number == 0:
            words.insert(2, name.capitalize())
        if dice.random() < 0.1:
            words[0] = f"**{words[0]}**"
        linked = [f"{dice.choice(LINKS[language])} {word}" if dice.random() < 0.7 else word for word in words]
        sentence = " ".join(linked)
        told.append(sentence[0].upper() + sentence[1:] + dice.choice((".", ".", ".", " ?", " !", ", 15 h.")))
    if dice.random() < 0.05:
        told.append(f"https://example.org/{name}")
    return " ".join([*told, f"#{tag}"] if tag else told)
