"""Django's pages, as a WSGI application. The house runs it inside `comvir.config.asgi`."""

import os

import django
from django.apps import apps
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comvir.config.settings")

# Where the house has set Django up already, doing it again would undo how its log speaks.
if not apps.ready:
    django.setup()

# Imported here, since it stands on rooms.
from comvir.web.unchanged import Unchanged

application = Unchanged(WSGIHandler())
