"""The site's settings for a test run: a data folder that lives as long as the run, quick passwords, files on disk.

Each pytest-xdist worker has a folder, a database file and a Redis database of its own.
"""

import atexit
import os
import shutil
import tempfile

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if "WIKI_TEST_RUN" not in os.environ:
    # The first process of a run makes the folder and takes it away; workers and children inherit the name.
    _folder = os.environ["WIKI_TEST_RUN"] = tempfile.mkdtemp(prefix="medwiki-tests-")
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

os.environ["WIKI_DATA"] = os.path.join(os.environ["WIKI_TEST_RUN"], WORKER or "main")  # noqa: PTH118
os.environ.setdefault("SECRET_KEY", "of tests, known to everybody")
os.environ.setdefault("STATICFILES_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")

from wiki.settings import *  # noqa: E402, F403
from wiki.settings import CACHES, DATABASES, MIDDLEWARE, WIKI_DATA  # noqa: E402

# Argon2 is slow on purpose; a test that is about it names it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WIKI_SENDS_BESIDE = False  # No thread of the process looks into a test's transaction.
WIKI_REGISTRATION_SECONDS = 0  # A test fills forms faster than people.
# It asks for stamps on a connection that doesn't see a test's transaction: tests/kept.py puts it back.
MIDDLEWARE.remove("wiki.rolepages.RolePagesMiddleware")
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file in WAL mode, as in production, seen by other threads and processes; only the wait for the disk is left out.
    DATABASES["default"]["TEST"] = {"NAME": str(WIKI_DATA / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )

if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    # `clear()` empties a whole Redis database: no two workers may share one.
    _number = int(WORKER.removeprefix("gw") or 0) + 1
    CACHES["default"]["LOCATION"] = f"{str(CACHES['default']['LOCATION']).rpartition('/')[0]}/{_number}"
