"""Languages people speak: a short list, each in its own name, so that everybody finds theirs."""

TONGUES = {
    "fr": "Français",
    "en": "English",
    "ar": "العربية",
    "br": "Brezhoneg",
    "ca": "Català",
    "co": "Corsu",
    "de": "Deutsch",
    "es": "Español",
    "eu": "Euskara",
    "fa": "فارسی",
    "it": "Italiano",
    "kab": "Taqbaylit",
    "lsf": "LSF (langue des signes)",
    "oc": "Occitan",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "wo": "Wolof",
    "zh": "中文",
}


def tongue_choices() -> list[tuple[str, str]]:
    return list(TONGUES.items())


def tongues_of(codes: list[str]) -> list[str]:
    """The names of these languages; one that is not in the list is left out."""
    return [TONGUES[code] for code in codes if code in TONGUES]
