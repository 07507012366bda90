"""What is set in the environment: its name, what it means, and what holds without it. docs/settings.md says more."""

from django.utils.translation import gettext_lazy as _

ENVIRONMENT = {
    "GAITWAY_HOME": (
        _("The folder of the database, the secret key and the collected static files."),
        _("the user's data directory"),
    ),
    "GAITWAY_SECRET_KEY": (
        _("Signs sessions and links, and encrypts the secrets of second factors."),
        _("drawn at the first start, kept in the file secret-key in the home"),
    ),
    "GAITWAY_SECRET_KEYS": (
        _(
            "Keys that seal the secrets of channels in the database, with commas between them, 32 characters or more each."
        ),
        _("the secret key"),
    ),
    "GAITWAY_DATABASE_URL": (
        _("The database, such as postgresql://user:password@host/name."),
        _("gaitway.sqlite3 in the home"),
    ),
    "GAITWAY_POOLED": (_("A pooler in transaction mode stands before PostgreSQL (pooling)."), _("off")),
    "GAITWAY_HOSTS": (
        _("The host names that Gaitway answers to, with commas between them."),
        _("localhost,127.0.0.1,[::1],testserver"),
    ),
    "GAITWAY_HTTPS": (
        _("Cookies go over HTTPS only, plain HTTP is redirected, and browsers are told to stay on HTTPS for a year."),
        _("off"),
    ),
    "GAITWAY_PROXIES": (_("How many proxies stand in front of Gaitway."), _("0")),
    "GAITWAY_OIDC_ISSUER": (
        _("The provider of single sign-on by OpenID Connect: https://login.example.com."),
        _("off"),
    ),
    "GAITWAY_OIDC_CLIENT": (_("The name under which the provider knows Gaitway."), _("none")),
    "GAITWAY_OIDC_SECRET": (_("The secret that goes with it."), _("none")),
    "GAITWAY_OIDC_NAME": (_("What stands on the button."), _("Single sign-on")),
    "GAITWAY_SAML_ENTITY": (_("The provider of single sign-on by SAML, by its entity ID."), _("off")),
    "GAITWAY_SAML_URL": (_("Where it signs people in (HTTP-Redirect)."), _("none")),
    "GAITWAY_SAML_CERTIFICATE": (_("The file with the certificate (PEM) by which it signs."), _("none")),
    "GAITWAY_SAML_NAME": (_("What stands on the button."), _("SAML")),
    "GAITWAY_SSO_JOINS": (
        _(
            "Who was invited and has not come in yet may come in by the provider, where it says that their e-mail is verified."
        ),
        _("off"),
    ),
    "GAITWAY_LANGUAGE": (_("What is spoken where nobody has chosen a language: en, de, es or uk."), _("en")),
    "GAITWAY_TIME_ZONE": (_("The time zone in which a day begins and ends."), _("UTC")),
    "GAITWAY_PRIVATE_HOSTS": (
        _("Hosts in private networks that sources may be on, as host or host:port with commas between them."),
        _("none"),
    ),
    "GAITWAY_ADDRESS": (
        _("Where people reach Gaitway: what the links in mails and messages begin with."),
        _("http://127.0.0.1:8321"),
    ),
    "GAITWAY_EMAIL_URL": (_("The mail server."), _("none: no mail is sent")),
    "GAITWAY_EMAIL_FROM": (
        _("Whom mails come from: gaitway@example.com, or Gaitway <gaitway@example.com>."),
        _("gaitway@localhost"),
    ),
    "GAITWAY_STREAMS": (
        _("How many browsers of one web process hear of changes at once; each costs about 0.3 MB."),
        _("500"),
    ),
    "GAITWAY_SECURITY_CONTACT": (
        _(
            "Whom people tell of a security hole, in /.well-known/security.txt: an e-mail, or an address such as https://example.com/security."
        ),
        _("none"),
    ),
    "GAITWAY_METRICS_TOKEN": (_("Who sends it as Authorization: Bearer … may read /metrics."), _("none")),
    "GAITWAY_LOG": (_("How much is logged: DEBUG, INFO, WARNING or ERROR."), _("INFO")),
    "GAITWAY_DEMO": (_("The demo's link signs in without a password."), _("off")),
}
"""By the name of the variable."""
