"""The web application, for any server of WSGI."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gaitway.settings")
django.setup()

from gaitway.web import serving  # noqa: E402  # its models need what is set up above

application = serving.django()
