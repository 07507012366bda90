"""Settings, read from the environment once. docs/settings.md lists every GAITWAY_ variable."""

import os
from pathlib import Path

from gaitway.lib import home, mail, sqlite

sqlite.use_mended()

import dj_database_url  # noqa: E402  # imports Django's parts, after SQLite is in its place

HOME = home.folder()
DEBUG = False
DEMO = os.environ.get("GAITWAY_DEMO") == "1"  # a link signs in without a password
SECRET_KEY = home.secret_key()
ALLOWED_HOSTS = os.environ.get("GAITWAY_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")

INSTALLED_APPS = [
    "gaitway",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gaitway.web.middleware.Compressed",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gaitway.api.door.Door",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "gaitway.web.middleware.Answers",
]
ROOT_URLCONF = "gaitway.urls"
WSGI_APPLICATION = "gaitway.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent / "web" / "templates"],
        "OPTIONS": {
            "environment": "gaitway.web.environment.environment",
            "context_processors": ["gaitway.web.environment.frame"],
        },
    },
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("GAITWAY_DATABASE_URL") or f"sqlite:///{HOME / 'gaitway.sqlite3'}",
        conn_max_age=600,
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer waits for its turn instead of failing half-way. FULL: what was acknowledged survives a power loss.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }

CSRF_FAILURE_VIEW = "gaitway.web.errors.forbidden"
AUTH_USER_MODEL = "gaitway.Person"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "portfolio"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_RESET_TIMEOUT = 3600  # seconds that a sign-in link lives

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("GAITWAY_TIME_ZONE", "UTC")
STREAMS = int(os.environ.get("GAITWAY_STREAMS", "500"))  # browsers of one web process that hear of changes at once

ADDRESS = os.environ.get("GAITWAY_ADDRESS", "http://127.0.0.1:8321").rstrip("/")  # what links in mails begin with
_MAIL = mail.settings(os.environ.get("GAITWAY_EMAIL_URL", ""))
EMAIL_ON = bool(_MAIL["EMAIL_ON"])  # whether anything is sent at all
globals().update(_MAIL)  # EMAIL_HOST and all the others that Django knows
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("GAITWAY_EMAIL_FROM", "gaitway@localhost")

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "web" / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gaitway.web.storage.Files"},
}
WHITENOISE_MANIFEST_STRICT = False

HTTPS = os.environ.get("GAITWAY_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SESSION_COOKIE_AGE = 14 * 86_400
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 2**20  # bytes of one request
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"gaitway": {"handlers": ["console"], "level": os.environ.get("GAITWAY_LOG", "INFO")}},
}
