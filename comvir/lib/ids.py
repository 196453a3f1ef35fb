"""Names and codes nobody can guess, or that anybody can say aloud."""

import re
import secrets
import unicodedata

# Short, without accents, close enough in French and English to be dictated on the telephone.
_SPOKEN = (
    "abricot acacia amande ancre anis antenne aurore avion avril balcon banane baobab barque bassin bateau "
    "biscuit bison bistro bonbon bouquet bravo brise bronze bruno cabane cabri cactus cadran camion canal canari "
    "canoe carafe caravane carton cascade castor cedre cerise chalet chamois chant cigale citron cobalt colline "
    "compas concert coquelicot corail coton crabe crayon cristal croissant delta dimanche divan domino dragon "
    "dune echo encre escargot estragon etang fable falaise fanal farine figue flamme flute fontaine foret "
    "fougere fresque fusain galet garage gare girafe glacier gondole grange guitare hamac harpe hibou horizon "
    "iris ivoire jardin jasmin jongleur juin jupiter kayak kiosque lagune lampe lanterne laurier lavande lilas "
    "lion lotus lune magnolia mandoline mangue manteau marbre marin marmite melon menthe mimosa moulin nectar "
    "noisette nomade nuage oasis olive opale orage orange orchestre oregano palme panier papillon parasol parfum "
    "pastel patio pelican peuplier phare piano pigeon pinson piste pivoine platane plume poisson pollen pomme "
    "poney potiron prune pyjama quartz quinoa radeau radis raisin refuge renard riviere robot romarin rosee "
    "ruban rubis sable safran salade samedi sandale saphir sapin sardine satin savane savon sirop sofa soleil "
    "sonate sorbet soupe sucre tambour tapis thym tigre tilleul tomate topaze tortue totem train tulipe tunnel "
    "vague valise vanille velours velo verger village violon volcan voyage wagon yaourt zebre zephyr"
)
WORDS = _SPOKEN.split()


def spoken_code(words: int = 3) -> str:
    """A code such as `figue-phare-dune-482`: about 33 bits for three words."""
    return "-".join([*(secrets.choice(WORDS) for _ in range(words)), str(secrets.randbelow(900) + 100)])


def secret_key() -> str:
    """A key for a link that is used once: 192 bits, safe in an address."""
    return secrets.token_urlsafe(24)


def slug_of(name: str, limit: int = 40) -> str:
    """Letters, digits and hyphens only, from any name; empty when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:limit].strip("-")
