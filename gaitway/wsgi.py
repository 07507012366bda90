"""The web application, as granian serves it."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gaitway.settings")
application = get_wsgi_application()

# What is loaded once is looked through no more, and a batch of a thousand rows isn't stopped at every 700 new things.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 10, 10)
