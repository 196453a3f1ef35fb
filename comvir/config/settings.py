"""Django's settings: the environment in, values out. What a host may set is listed in docs/install.md."""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from comvir.lib import folder, sqlite

sqlite.install()

PACKAGE = Path(__file__).resolve().parent.parent
DATA = folder.data_folder()
MEDIA_ROOT = DATA / "media"
MAIL_FOLDER = DATA / "mail"

# A house that has no key yet (help texts, migrations on a build machine) gets one that lasts as long as the process.
SECRET_KEY = folder.read_secret_key(DATA) or os.urandom(32).hex()
DEBUG = False

# Where the house is reached: "example.org" or "https://example.org". On loopback it is always at home.
_given = os.environ.get("COMVIR_ADDRESS", "").rstrip("/")
# A bare host is one behind TLS: links in mails need the whole address.
PUBLIC_ADDRESS = _given if "//" in _given or not _given else f"https://{_given}"
_public = urlsplit(PUBLIC_ADDRESS)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"] + ([_public.hostname] if _public.hostname else [])
SECURE = bool(PUBLIC_ADDRESS) and _public.scheme == "https"
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"] if PUBLIC_ADDRESS else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "comvir.journal",
    "comvir.people",
    "comvir.conversation",
    "comvir.memory",
    "comvir.notifications",
    "comvir.transfer",
    "comvir.feeds",
    "comvir.intake",
    "comvir.web",
]

MIDDLEWARE = [
    "comvir.web.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "comvir.web.middleware.Viewer",
]

ROOT_URLCONF = "comvir.config.urls"
WSGI_APPLICATION = "comvir.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "comvir.web.context.house",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "comvir.web.templatetags.comvir"],
        },
    }
]


def _postgres(address: str) -> dict[str, object]:
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "comvir",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": parts.port or "",
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 10, "timeout": 10},
            "connect_timeout": 5,
            **dict(parse_qsl(parts.query)),
        },
    }


DATABASE_ADDRESS = os.environ.get("COMVIR_DATABASE", "")
if DATABASE_ADDRESS and not DATABASE_ADDRESS.startswith(("postgres://", "postgresql://")):
    # Falling back to SQLite would open an empty house beside the one that was meant.
    raise ImproperlyConfigured(
        "COMVIR_DATABASE has to begin with postgres:// (or be left out, for SQLite in the data folder)."
    )
DATABASES = {
    "default": _postgres(DATABASE_ADDRESS)
    if DATABASE_ADDRESS
    else sqlite.database_settings(DATA / folder.DATABASE_FILE)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One process serves a house, so its memory is shared by all that count attempts.
# Room for many counters, so that a flood of addresses does not push out those that matter.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["comvir.web.sessions.Backend"]
SESSION_ENGINE = "comvir.web.sessions"
LOGIN_URL = "/in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/in/"

ACCOUNT_ADAPTER = "comvir.web.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 30 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# Longer than a code lasts, so that who types one too late is told so.
ACCOUNT_LOGIN_TIMEOUT = 60 * 60
# Codes asked for: known and unknown addresses count alike. Several people of one club share an address of the network.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "25/5m/ip,5/30m/key",
    # Of a million codes, thirty tries a day find the right one once in ninety years.
    "code_tried": "30/d/key",
    "confirm_email": "5/30m/key",
    "signup": "20/30m/ip",
    "manage_email": "10/5m/user",
    "portrait": "30/30m/user",
    "picture": "30/30m/user",
    "reauthenticate": "10/5m/user",
}
ACCOUNT_FORMS = {
    "add_email": "comvir.web.codeforms.FurtherAddress",
    "confirm_email_verification_code": "comvir.web.codeforms.AddressCode",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "comvir.web.adapter.KeyAdapter"
MFA_FORMS = {
    "authenticate": "comvir.web.codeforms.SecondCode",
    "reauthenticate": "comvir.web.codeforms.SecondCodeAgain",
    "activate_totp": "comvir.web.codeforms.SecondCodeFirst",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "25/5m/ip"}
MFA_TOTP_ISSUER = "comvir"
# Passkeys need TLS except on this machine itself, where browsers take plain addresses too.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_COOKIE_NAME = "__Host-here" if SECURE else "here"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_NAME = "__Host-form" if SECURE else "form"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "comvir.web.errors.stale_form"
LANGUAGE_COOKIE_NAME = "__Host-language" if SECURE else "language"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = SECURE
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0

FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LANGUAGE_CODE = "fr" if os.environ.get("COMVIR_LANGUAGE", "fr") == "fr" else "en"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("COMVIR_TIME_ZONE", "Europe/Paris")

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# Named after what they hold, so browsers may keep them for ever; `serve` gathers them when they have changed.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# COMVIR_MAIL=smtp://name:password@host:587 sends; without it mails are kept as files, and the terminal says so.
_mail = urlsplit(os.environ.get("COMVIR_MAIL", ""))
if _mail.hostname:
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and EMAIL_PORT != 25
    EMAIL_TIMEOUT = 10
else:
    EMAIL_BACKEND = "comvir.web.mail.KeptMail"
DEFAULT_FROM_EMAIL = os.environ.get("COMVIR_MAIL_FROM", f"comvir <comvir@{_public.hostname or 'localhost'}>")

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
