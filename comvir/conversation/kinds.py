"""What a message says it is, and where what it says comes from. A message need not say either."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The kinds of message. A plain one has none."""

    FLASH = "flash", _("Flash")
    TESTIMONY = "testimony", _("Account")
    FACT = "fact", _("Fact")
    QUESTION = "question", _("Question")
    OPINION = "opinion", _("Opinion")
    RESOURCE = "resource", _("Resource")


# What states something others may have seen too: pages invite them to say so.
STATEMENTS = frozenset({Kind.FLASH, Kind.TESTIMONY, Kind.FACT})


class SourceKind(models.TextChoices):
    """How the author knows."""

    EYES = "eyes", _("Seen myself")
    PERSON = "person", _("I was told")
    LINK = "link", _("A link")
    DOCUMENT = "document", _("A document")
