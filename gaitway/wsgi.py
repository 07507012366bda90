"""The web application, for any server of WSGI."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gaitway.settings")

from gaitway.web.serving import django

application = django()
