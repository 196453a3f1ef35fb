"""The settings of the tests: those of a house, with nothing that takes time or leaves the machine."""

import os
import tempfile

os.environ.setdefault("COMVIR_DATA", tempfile.mkdtemp(prefix="comvir-tests-"))

from comvir.config.settings import *  # noqa: F403
from comvir.config.settings import DATABASES, STATIC_ROOT

SECRET_KEY = "only for tests"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    # A pool keeps connections open that the dropping of the test database would have to wait for.
    DATABASES["default"]["OPTIONS"].pop("pool", None)
