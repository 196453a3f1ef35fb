"""The circles, their huddles, and how each person came to them."""

from dataclasses import dataclass

from comvir.people.models import JoinMode, Theme, Visibility


@dataclass(frozen=True)
class Circle:
    """A circle as it was opened; `charters` are the moments of its versions, `stewards` (who, when, named by whom)."""

    key: str
    by: str
    when: str
    name: str
    theme: Theme
    summary: str
    place: str
    rhythm: str
    visibility: Visibility
    join_mode: JoinMode
    charters: tuple[str, ...]
    questions: str = ""
    stewards: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Link:
    """An invitation; `uses` above one is for stewards. One with uses left at the end stays open."""

    key: str
    circle: str
    by: str
    when: str
    words: str
    uses: int = 1


@dataclass(frozen=True)
class Arrival:
    """Somebody comes in: by a `link`, by `answers` a steward accepts, or, with neither, through the open door.

    `answers` has one line for each question of the circle. `welcomed` is (who, when);
    without it the person is still a newcomer.
    """

    who: str
    circle: str
    when: str
    link: str = ""
    answers: str = ""
    accepted: tuple[str, str] = ("", "")
    welcomed: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Company:
    """A huddle with those it was gathered with."""

    key: str
    circle: str
    by: str
    when: str
    name: str
    others: tuple[str, ...]


@dataclass(frozen=True)
class Outing:
    """A day on which people of a circle met, each two of them, and say so in the evening."""

    circle: str
    when: str
    who: tuple[str, ...]


CIRCLES = [
    Circle(
        "petanque", "josette", "104 sun 17:50", "Pétanque du dimanche", Theme.OUTINGS,
        "On joue, on parle, on se rend service. Qui ne peut plus courir joue quand même.",
        "Boulodrome des Platanes, La Ciotat", "Chaque dimanche à 15 h",
        Visibility.LISTED, JoinMode.REQUEST, ("104 sun 18:00", "51 mon 10:00"),
        questions="Comment nous avez-vous connus ?\nQu'est-ce qui vous ferait plaisir un dimanche ?",
        stewards=(("bernadette", "99 sun 19:00", "josette"),),
    ),
    Circle(
        "saintjean", "nadege", "89 sat 09:00", "Quartier Saint-Jean", Theme.NEIGHBOURHOOD,
        "Les nouvelles de la rue, les échelles qui se prêtent, les chats qui se perdent. Tout le monde peut lire.",
        "Saint-Jean, La Ciotat", "Tous les jours",
        Visibility.PUBLIC, JoinMode.OPEN, ("89 sat 09:30",),
        stewards=(("lucie", "20 sun 18:00", "nadege"),),
    ),
    Circle(
        "cordes", "yann", "86 tue 20:30", "Cordes et vents", Theme.MUSIC,
        "On s'écoute avant de se juger. Débutants bienvenus, sourds du voisinage aussi.",
        "Chez Yann, ou sur le môle", "Un jeudi sur deux, 18 h",
        Visibility.LISTED, JoinMode.INVITATION, ("86 tue 21:00",),
    ),
    Circle(
        "jungle", "nadege", "76 mon 18:00", "La Jungle apprivoisée", Theme.LEARNING,
        "Apprendre à plusieurs, en français or in English. Les chiffres mordent moins quand on est deux.",
        "Médiathèque, table du fond, et en ligne", "Mardi à 18 h 30",
        Visibility.LISTED, JoinMode.OPEN, ("76 mon 18:30",),
        stewards=(("yann", "75 tue 20:30", "nadege"),),
    ),
    Circle(
        "tribu", "hugo", "79 sun 21:00", "La Tribu du Bouftou", Theme.TRIBE,
        "On chasse ensemble le vendredi soir, et on répond au téléphone le reste de la semaine. English spoken, badly.",
        "En ligne", "Vendredi à 21 h",
        Visibility.LISTED, JoinMode.INVITATION, ("79 sun 21:30",),
    ),
    Circle(
        "passerelles", "bernadette", "72 wed 20:00", "Passerelles", Theme.SUPPORT,
        "Un lieu discret pour dire ce qui est lourd à quelqu'un qui écoute.",
        "", "", Visibility.HIDDEN, JoinMode.INVITATION, ("72 wed 20:30",),
        stewards=(("nadege", "70 wed 20:00", "bernadette"),),
    ),
]  # fmt: skip

LINKS = [
    Link("first", "petanque", "josette", "104 sun 18:05", "On est quatre et il faut être six. Venez.", uses=3),
    Link("karim", "petanque", "josette", "103 mon 09:00", "Karim, vous passez tous les soirs devant. Arrêtez-vous."),
    Link("gilles", "petanque", "marcel", "102 mon 11:00", "Viens, collègue. Maryse a dit oui pour toi."),
    Link("thuy", "petanque", "karim", "89 fri 18:30", "Celle qui rit le plus fort du bus devrait venir dimanche."),
    Link("samir", "petanque", "thuy", "9h55", "Viens dimanche, apporte tes olives."),
    Link("open", "petanque", "josette", "13h00", "Dimanche, on joue. Venez comme vous êtes.", uses=10),
    Link("c-thuy", "cordes", "yann", "86 wed 09:00", "Il nous faut une voix et une oreille."),
    Link("c-marcel", "cordes", "yann", "85 sun 12:00", "Marcel, votre mandoline s'ennuie."),
    Link("c-fatou", "cordes", "thuy", "74 sat 11:00", "Je t'ai entendue chanter au square."),
    Link("c-hugo", "cordes", "thuy", "66 fri 19:00", "Tu as une guitare et pas d'excuse."),
    Link("c-lucie", "cordes", "fatou", "33 thu 13:00", "Une flûte, enfin !"),
    Link("t-thuy", "tribu", "hugo", "79 mon 21:00", "Il manque une soigneuse."),
    Link("t-paulo", "tribu", "hugo", "78 sun 20:00", "Tu conduis des bus, tu sauras mener une charge."),
    Link("t-karim", "tribu", "thuy", "60 thu 22:00", "Pour les nuits calmes à la caserne."),
    Link("t-tom", "tribu", "paulo", "30 tue 19:30", "Friday nights. Nobody minds the accent."),
    Link("t-lucie", "tribu", "thuy", "25 sat 16:00", "Entre deux gardes, viens taper des monstres."),
    Link("p-nadege", "passerelles", "bernadette", "72 thu 09:00", "J'ai besoin de quelqu'un qui sache se taire."),
    Link("p-fatou", "passerelles", "bernadette", "70 mon 09:00", "Si tu veux. Quand tu veux."),
    Link("p-marcel", "passerelles", "bernadette", "55 sun 19:00", "Pour les soirs où c'est long."),
    Link("p-lucie", "passerelles", "nadege", "22 sun 19:00", "Tu sais écouter sans réparer. C'est rare."),
    Link("p-gilles", "passerelles", "marcel", "12 wed 10:00", "Moi aussi j'y vais. On n'est pas obligé de parler."),
]  # fmt: skip

ARRIVALS = [
    Arrival("marcel", "petanque", "104 sun 18:12", link="first", welcomed=("josette", "104 sun 18:15")),
    Arrival("bernadette", "petanque", "104 sun 18:22", link="first", welcomed=("josette", "104 sun 18:25")),
    Arrival("andre", "petanque", "104 sun 18:32", link="first", welcomed=("marcel", "104 sun 18:45")),
    Arrival("karim", "petanque", "103 wed 19:15", link="karim", welcomed=("josette", "103 wed 20:00")),
    Arrival("gilles", "petanque", "102 thu 12:30", link="gilles", welcomed=("marcel", "102 thu 12:45")),
    Arrival("thuy", "petanque", "88 sat 10:10", link="thuy", welcomed=("josette", "88 sat 11:00")),
    Arrival(
        "nadege", "petanque", "70 sun 11:00", welcomed=("bernadette", "70 sun 12:00"),
        accepted=("josette", "70 sun 11:40"),
        answers="J'habite en face du boulodrome, je vous entends rire.\nRire du bon côté de la fenêtre.",
    ),
    Arrival(
        "yann", "petanque", "64 sat 17:00", welcomed=("andre", "64 sat 18:30"), accepted=("bernadette", "64 sat 18:00"),
        answers="Par Thuy.\nPerdre sans que ce soit grave.",
    ),
    Arrival(
        "fatou", "petanque", "58 wed 13:10", welcomed=("josette", "58 wed 19:10"), accepted=("josette", "58 wed 19:00"),
        answers="Par Nadège, au marché.\nUn banc, et des gens dessus.",
    ),
    Arrival(
        "lucie", "petanque", "41 tue 20:10", welcomed=("marcel", "41 wed 09:20"), accepted=("josette", "41 wed 08:30"),
        answers="L'affiche à la pharmacie.\nConnaître deux ou trois prénoms.",
    ),
    Arrival("samir", "petanque", "9h30", link="samir"),
    Arrival("andre", "saintjean", "89 sat 11:00", welcomed=("nadege", "89 sat 11:30")),
    Arrival("josette", "saintjean", "88 mon 09:00", welcomed=("andre", "88 mon 12:00")),
    Arrival("karim", "saintjean", "80 thu 18:00", welcomed=("nadege", "80 thu 19:00")),
    Arrival("marcel", "saintjean", "77 tue 09:00", welcomed=("josette", "77 tue 10:00")),
    Arrival("fatou", "saintjean", "73 mon 13:00", welcomed=("nadege", "73 mon 18:00")),
    Arrival("lucie", "saintjean", "39 sun 18:00", welcomed=("fatou", "39 sun 19:30")),
    Arrival("hugo", "saintjean", "7h20"),
    Arrival("thuy", "cordes", "86 wed 12:00", link="c-thuy", welcomed=("yann", "86 wed 18:00")),
    Arrival("marcel", "cordes", "85 mon 09:00", link="c-marcel", welcomed=("thuy", "85 mon 10:00")),
    Arrival("fatou", "cordes", "74 sat 13:00", link="c-fatou", welcomed=("yann", "74 sat 14:00")),
    Arrival("hugo", "cordes", "66 sat 12:00", link="c-hugo", welcomed=("thuy", "66 sat 13:00")),
    Arrival("lucie", "cordes", "33 fri 20:00", link="c-lucie", welcomed=("yann", "33 fri 21:00")),
    Arrival("yann", "jungle", "76 mon 19:30", welcomed=("nadege", "76 mon 20:00")),
    Arrival("fatou", "jungle", "71 tue 18:00", welcomed=("yann", "71 tue 18:40")),
    Arrival("paulo", "jungle", "44 tue 17:00", welcomed=("nadege", "44 tue 18:30")),
    Arrival("tom", "jungle", "38 wed 21:40", welcomed=("nadege", "38 wed 21:55")),
    Arrival("lucie", "jungle", "35 tue 10:00", welcomed=("paulo", "35 tue 12:00")),
    Arrival("thuy", "tribu", "79 mon 22:00", link="t-thuy", welcomed=("hugo", "79 mon 22:05")),
    Arrival("paulo", "tribu", "78 sun 21:00", link="t-paulo", welcomed=("thuy", "78 sun 21:30")),
    Arrival("karim", "tribu", "60 thu 22:20", link="t-karim", welcomed=("hugo", "60 thu 22:30")),
    Arrival("tom", "tribu", "30 tue 20:00", link="t-tom", welcomed=("paulo", "30 tue 20:02")),
    Arrival("lucie", "tribu", "24 sun 11:00", link="t-lucie", welcomed=("hugo", "24 sun 12:00")),
    Arrival("nadege", "passerelles", "72 thu 21:00", link="p-nadege", welcomed=("bernadette", "72 thu 21:30")),
    Arrival("fatou", "passerelles", "70 mon 22:00", link="p-fatou", welcomed=("bernadette", "70 mon 22:20")),
    Arrival("marcel", "passerelles", "55 sun 21:00", link="p-marcel", welcomed=("nadege", "55 sun 21:40")),
    Arrival("lucie", "passerelles", "22 mon 14:00", link="p-lucie", welcomed=("bernadette", "22 mon 18:00")),
    Arrival("gilles", "passerelles", "12 thu 22:00", link="p-gilles", welcomed=("bernadette", "12 thu 22:10")),
]  # fmt: skip

# Somebody whom nobody has answered yet, with what was said to and fro at the door.
WAITING = Arrival(
    "tom", "petanque", "11h30",
    answers="I walk past on Sundays and slow down. Nadège says it shows.\n"
    "To be bad at something, outdoors, in French.",
)  # fmt: skip
AT_THE_DOOR = [
    ("josette", "8h10", "Bonjour Tom, je vous ai vu ralentir, en effet. Dimanche à 15 h, banc de gauche : "
     "venez regarder d'abord, cela n'engage à rien. Vous avez déjà joué ?"),
    ("tom", "6h20", "Bonjour Josette ! Jamais. In Leeds we have bowls, with a green, and silence, and a tea lady. "
     "Est-ce que je peux venir avec du gâteau ?"),
]  # fmt: skip

COMPANIES = [
    Company(
        "gilles", "petanque", "josette", "13 wed 18:00", "Autour de Gilles", ("gilles", "lucie", "karim", "marcel")
    ),
    Company("vendredi", "tribu", "hugo", "24 sat 11:00", "La compagnie du vendredi", ("thuy", "karim", "tom", "lucie")),
]

OUTINGS = [
    Outing("petanque", "60 sun 20:00", ("josette", "marcel", "bernadette", "andre", "karim")),
    Outing("petanque", "48 sun 20:00", ("marcel", "gilles", "thuy", "nadege")),
    Outing("petanque", "36 sun 20:00", ("josette", "karim", "nadege", "fatou")),
    Outing("petanque", "30 sun 20:00", ("bernadette", "thuy", "yann", "fatou")),
    Outing("petanque", "24 sun 20:00", ("josette", "gilles", "lucie", "yann")),
    Outing("petanque", "18 sun 20:00", ("andre", "lucie", "thuy", "karim")),
    Outing("petanque", "12 sun 20:00", ("marcel", "andre", "gilles", "fatou")),
    Outing("petanque", "6 sun 20:00", ("josette", "bernadette", "lucie", "nadege")),
    Outing("saintjean", "40 sat 20:00", ("nadege", "andre", "josette", "karim")),
    Outing("saintjean", "28 sat 20:00", ("nadege", "marcel", "fatou", "lucie")),
    Outing("saintjean", "16 sat 20:00", ("josette", "karim", "fatou", "lucie")),
    Outing("saintjean", "8 sat 20:00", ("andre", "marcel", "lucie", "nadege")),
]
