"""Who lives in the town. The first sentence of `about` says who this is in the story: /demo/ shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CastMember:
    """One inhabitant; `arrives` is a moment as `moments` reads them, `about` is Markdown."""

    handle: str
    name: str
    arrives: str
    about: str
    languages: str = "français"
    time_zone: str = "Europe/Paris"

    @property
    def email(self) -> str:
        return f"{self.handle}@example.org"


CAST: list[CastMember] = [
    CastMember(
        "josette", "Josette Arnaud", "104 sun 17:30",
        "Retraitée de la poste, elle a ouvert la pétanque du dimanche et n'oublie aucun prénom. "
        "Chez elle la porte n'est jamais fermée, et le café jamais bien loin.",
    ),
    CastMember(
        "lucie", "Lucie Marchetti", "41 tue 20:00",
        "Infirmière de nuit, arrivée seule à La Ciotat il y a moins d'un an ; commencez par elle, elle est de tous les "
        "cercles. Conduit volontiers, fait des crêpes, joue de la flûte quand personne n'écoute.",
        "français, italien, English",
    ),
    CastMember(
        "karim", "Karim Belkacem", "103 wed 19:10",
        "Ambulancier, il était déjà là quand le travail puis Maryse ont manqué à Gilles. "
        "Couscous le lundi, trajets le soir.",
        "français, arabe",
    ),
    CastMember(
        "marcel", "Marcel Ortega", "104 sun 18:10",
        "Ancien chaudronnier aux chantiers, quatre-vingt-un ans, il raconte pourquoi on joue les pieds tanqués. "
        "Pointe mieux qu'il ne tire, dit-il. Joignable plutôt le matin, au téléphone.",
        "français, espagnol",
    ),
    CastMember(
        "gilles", "Gilles Ferrer", "102 thu 12:20",
        "Charpentier de marine, il a perdu son atelier puis sa femme, et le cercle ne l'a pas laissé seul. "
        "Revient aux boules le dimanche.",
    ),
    CastMember(
        "thuy", "Thuy Nguyen", "88 sat 10:00",
        "Comédienne et maman de Milo, elle a fait venir Samir à la pétanque. Prête sa chambre du fond à qui passe.",
        "français, tiếng Việt, English",
    ),
    CastMember(
        "samir", "Samir Haddad", "9h40",
        "Il vient d'arriver de Toulon, par le lien de Thuy, et personne ne lui a encore répondu. "
        "N'a jamais tenu une boule, mais apporte les olives.",
        "français, arabe",
    ),
    CastMember(
        "bernadette", "Bernadette Pons", "104 sun 18:20",
        "Ancienne aide-soignante, elle pose les bonnes questions et veille sur ce qui ne se dit pas en public. "
        "On peut lui écrire tard.",
    ),
    CastMember(
        "nadege", "Nadège Blanc", "90 mon 21:00",
        "Enseigne les statistiques à Aix et a passé une soirée entière à guider Tom, qu'elle ne connaissait pas. "
        "Préfère une question bête à un abandon.",
        "français, English",
    ),
    CastMember(
        "andre", "André Sanchez", "104 sun 18:30",
        "Répare les vélos de tout le quartier et tient ses nouvelles du marché. Elles sont parfois justes.",
        "français, espagnol",
    ),
    CastMember(
        "fatou", "Fatou Diop", "75 fri 13:00",
        "Assistante maternelle, elle chante dans le chœur et sait rester quand c'est difficile. "
        "Cherche des basses.",
        "français, wolof",
    ),
    CastMember(
        "yann", "Yann Le Goff", "92 sun 11:00",
        "Physicien la semaine, accordéoniste le reste du temps, il demande aux autres ce que vaut sa valse. "
        "Répète le jeudi, chez lui, fenêtres ouvertes.",
        "français, breton, English",
    ),
    CastMember(
        "hugo", "Hugo Castel", "80 fri 22:00",
        "Meneur de la tribu, il a logé Paulo trois nuits sans poser de question ; "
        "le voici nouveau dans le quartier. Guitare, patience, gâteaux ratés.",
        "français, English",
    ),
    CastMember(
        "paulo", "Paulo Reis", "78 sun 20:30",
        "Conducteur de bus, il s'est retrouvé sans toit un vendredi soir et la tribu a répondu en onze minutes. "
        "Apprend les statistiques à quarante-six ans.",
        "português, français",
    ),
    CastMember(
        "tom", "Tom Hargreaves", "38 wed 21:30",
        "A newcomer from Leeds who got lost in his numbers and found people; "
        "he is now waiting at the door of the pétanque. Slow French, quick tea.",
        "English, français (un peu)",
        "Europe/London",
    ),
]  # fmt: skip
