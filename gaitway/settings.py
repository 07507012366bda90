"""Settings, read from the environment once. docs/settings.md lists every GAITWAY_ variable."""

import os
from pathlib import Path

from gaitway.lib import home, languages, logs, mail, proxies, signon, sqlite

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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
MIDDLEWARE = [
    "gaitway.web.measuring.Measured",
    "gaitway.web.tracing.Traced",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "gaitway.web.middleware.Compressed",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "gaitway.web.viewing.ViewAs",
    "gaitway.web.middleware.Speaking",
    "gaitway.api.door.Door",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "gaitway.web.middleware.Seen",
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
        # Behind a pooler in transaction mode, each transaction may have another connection.
        disable_server_side_cursors=os.environ.get("GAITWAY_POOLED") == "1",
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer waits for its turn instead of failing half-way. FULL: what was acknowledged survives a power loss.
    DATABASES["default"]["ENGINE"] = "gaitway.lib.sqlite"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }

# Limits that all processes share: how often a password may be wrong. Sized so that nobody can push them out.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "gaitway_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

CSRF_FAILURE_VIEW = "gaitway.web.errors.forbidden"
AUTH_USER_MODEL = "gaitway.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
# As NIST 800-63B asks: length, what was leaked before and what anybody would try; no rules about signs and digits.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "gaitway.web.passwords.OurWords"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portfolio"
LOGOUT_REDIRECT_URL = "account_login"
PASSWORD_RESET_TIMEOUT = 3600  # seconds that the link in a mail lives

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
try:
    LANGUAGE_CODE = languages.of_the_house(os.environ.get("GAITWAY_LANGUAGE", "en"))
except ValueError as error:
    raise SystemExit(str(error)) from None
LANGUAGES = list(languages.NAMES.items())
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("GAITWAY_TIME_ZONE", "UTC")
SECURITY_CONTACT = os.environ.get("GAITWAY_SECURITY_CONTACT", "")  # an e-mail or an address, in security.txt
METRICS_TOKEN = os.environ.get("GAITWAY_METRICS_TOKEN", "")  # who has it may read /metrics
STREAMS = int(os.environ.get("GAITWAY_STREAMS", "500"))  # browsers of one web process that hear of changes at once

ADDRESS = os.environ.get("GAITWAY_ADDRESS", "http://127.0.0.1:8321").rstrip("/")  # what links in mails begin with
_MAIL = mail.settings(os.environ.get("GAITWAY_EMAIL_URL", ""))
EMAIL_ON = bool(_MAIL["EMAIL_ON"])  # whether anything is sent at all
globals().update(_MAIL)  # EMAIL_HOST and all the others that Django knows
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("GAITWAY_EMAIL_FROM", "gaitway@localhost")

STATIC_URL = "/static/"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "gaitway.web.sheet.Joined",
]
STATICFILES_DIRS = [Path(__file__).parent / "web" / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "gaitway.web.storage.Files"},
}
WHITENOISE_MANIFEST_STRICT = False

HTTPS = os.environ.get("GAITWAY_HTTPS") == "1"
PROXIES = proxies.count(os.environ.get("GAITWAY_PROXIES", "0"))  # in front of Gaitway: whose headers it believes
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# Nobody signs up: people are invited. gaitway.web.adapters holds what is decided at sign-in.
ACCOUNT_ADAPTER = "gaitway.web.adapters.Accounts"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the link of an invitation proves the address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_FORMS = {"reset_password": "gaitway.web.signin.ForgottenForm"}
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/m/key,30/h/key",  # also of codes: six digits take years to guess
    "reset_password": "20/m/ip,5/m/key",
    "reauthenticate": "10/m/user",
}
MFA_ADAPTER = "gaitway.web.adapters.Factors"
MFA_FORMS = {
    "add_webauthn": "gaitway.web.passkeys.AddForm",
    "authenticate_webauthn": "gaitway.web.passkeys.AuthenticateForm",
    "login_webauthn": "gaitway.web.passkeys.LoginForm",
    "reauthenticate_webauthn": "gaitway.web.passkeys.ReauthenticateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Gaitway"
MFA_TOTP_TOLERANCE = 1  # steps of 30 seconds: telephones are late
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # browsers themselves allow it on localhost alone
SOCIALACCOUNT_ADAPTER = "gaitway.web.adapters.Providers"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = signon.providers(os.environ)
SSO_JOINS = os.environ.get("GAITWAY_SSO_JOINS") == "1"  # a verified e-mail may bring an invited person in
SAML = "saml" in SOCIALACCOUNT_PROVIDERS
if SAML:
    INSTALLED_APPS.append("allauth.socialaccount.providers.saml")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^metrics$", "^api/"]  # asked from the machine itself; the API refuses, aloud
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
if HTTPS:  # browsers take such a cookie from this host alone, and over HTTPS alone
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
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
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
    }
}
try:
    LOGGING = logs.settings(os.environ.get("GAITWAY_LOG", "INFO"), SECRET_KEY)
except ValueError as error:
    raise SystemExit(str(error)) from None
