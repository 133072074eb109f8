"""Every setting of the site, read from the environment, safe by default; `docs/settings.md` lists them in one table."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONCE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from django.utils.translation import to_locale

env = environ.Env()

# The checkout holds templates and static files at the top; the wheel carries them inside the package.
PACKAGE_DIR = Path(__file__).resolve().parent
BASE_DIR = PACKAGE_DIR.parent
ASSETS_DIR = BASE_DIR if (BASE_DIR / "templates" / "base.html").exists() else PACKAGE_DIR / "_data"


def _choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return the variable's value; stop the start when it is none of the choices."""
    value: str = env.str(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value!r}: it is one of {', '.join(choices)}.")
    return value


def _kept_secret(path: Path) -> str:
    """Return the secret kept in the data folder, making it at the first start (readable by its owner only)."""
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        pass
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:  # Made with mode 0600.
        file.write(secrets.token_urlsafe(48))
        file.flush()
        # Linked when it is whole, so that nobody reads half of it; another process may have been faster.
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
    return path.read_text().strip()


def _is_translated(language: str, folders: list[Path]) -> bool:
    """Whether there is a catalogue of ours for the language, or for what it is a kind of (de for de-AT)."""
    names = {to_locale(language), to_locale(language.partition("-")[0])}
    return any((folder / name / "LC_MESSAGES" / "django.mo").is_file() for folder in folders for name in names)


def _pooled(database: dict[str, Any], most: int, patience: float = 5) -> dict[str, Any]:
    """Return a PostgreSQL database of which the threads of a server process share at most so many connections.

    A request waits `patience` seconds for one: so short that all threads don't wait for a dead server.
    Nothing is kept in a connection from one transaction to the next, so that a pgbouncer may lend it to others between.
    """
    return {
        **database,
        "ENGINE": "wiki.postgresql",
        "CONN_MAX_AGE": 0,  # A request gives its connection back to the pool; the pool keeps it.
        "CONN_HEALTH_CHECKS": False,  # Of the pool's own; ours finds all that died with the server at once.
        "DISABLE_SERVER_SIDE_CURSORS": True,  # They live longer than a transaction.
        "OPTIONS": {
            # A server that is away is known in seconds, and one that answers nothing more, such as after a power cut.
            "connect_timeout": 3,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": 20_000,  # Milliseconds.
            **database.get("OPTIONS", {}),  # Such as sslmode, from the address.
            "pool": {
                "min_size": 1,
                "max_size": most,
                "timeout": patience,
                # After it the next request tries anew; waits that double each time would go on for minutes when the
                # server is back.
                "reconnect_timeout": 2,
            },
        },
    }


# --- Where it runs -----------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
WIKI_DATA = Path(env.str("WIKI_DATA", default=str(Path.cwd() / "var"))).resolve()
# The database and mail are nobody else's on this machine; a folder that is there keeps the rights it was given.
WIKI_DATA.mkdir(mode=0o700, parents=True, exist_ok=True)
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret(WIKI_DATA / "secret-key")
# Earlier keys: sessions, links and the seals of second factors made with them stay good.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if SITE_URL:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, urlsplit(SITE_URL).hostname or ""]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
WIKI_PURGE_URLS = env.list("WIKI_PURGE_URLS", default=[])
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]
SENTRY_DSN = env.str("SENTRY_DSN", default="")
ROOT_URLCONF = "wiki.urls"
WSGI_APPLICATION = "wiki.wsgi.application"

# --- The wiki ----------------------------------------------------------------------------------------------------
WIKI_NAME = env.str("WIKI_NAME", default="MedWiki")
WIKI_LONG_NAME = env.str("WIKI_LONG_NAME", default="{name}, the medical encyclopedia people can trust")
WIKI_TAGLINE = env.str("WIKI_TAGLINE", default="From {name}, the medical encyclopedia people can trust")
WIKI_MOTTO = env.str("WIKI_MOTTO", default="", multiline=True)
WIKI_CREDITS = env.str(
    "WIKI_CREDITS", default="Each article is by the people named below it, and names its own sources."
)
WIKI_LICENCE = env.str("WIKI_LICENCE", default="CC BY-SA 4.0")
WIKI_LICENCE_URL = env.str("WIKI_LICENCE_URL", default="https://creativecommons.org/licenses/by-sa/4.0/")
WIKI_LANGUAGE = env.str("WIKI_LANGUAGE", default="en")
WIKI_STUB_WORDS = env.int("WIKI_STUB_WORDS", default=100)
WIKI_ANONYMOUS_EDITS = _choice("WIKI_ANONYMOUS_EDITS", "propose", ("propose", "publish", "off"))
WIKI_CONTRIBUTOR_EDITS = _choice("WIKI_CONTRIBUTOR_EDITS", "propose", ("propose", "publish"))
WIKI_RISK_APPROVERS = _choice("WIKI_RISK_APPROVERS", "auto", ("1", "2", "auto"))
WIKI_VISITOR_QUESTION = env.str("WIKI_VISITOR_QUESTION", default="")
WIKI_REPORTS = _choice("WIKI_REPORTS", "on", ("on", "off"))
WIKI_DASHBOARD = _choice("WIKI_DASHBOARD", "off", ("on", "off"))
WIKI_EMERGENCY_LINE = env.str(
    "WIKI_EMERGENCY_LINE",
    default="In an emergency, call your local emergency number now. Nobody gives medical advice here.",
)
# Hours in which moderators want to have looked into a report, by what kind of thing it is.
WIKI_CASE_HOURS: dict[str, int] = {
    "dangerous": env.int("WIKI_HOURS_FOR_DANGEROUS", default=4),
    "privacy": env.int("WIKI_HOURS_FOR_PRIVACY", default=24),
    "wrong": env.int("WIKI_HOURS_FOR_WRONG", default=72),
    "copyright": env.int("WIKI_HOURS_FOR_COPYRIGHT", default=72),
    "outdated": env.int("WIKI_HOURS_FOR_OUTDATED", default=336),
}
WIKI_REGISTRATION = _choice("WIKI_REGISTRATION", "open", ("open", "approval", "closed"))
# Search engines would list the site under whatever address they came by, until it has one of its own.
WIKI_INDEXING = _choice("WIKI_INDEXING", "on" if SITE_URL else "off", ("on", "off"))
# The function that answers for the choices which administrators change while the wiki runs (articles/choices.py).
WIKI_CHOICES = "wiki.wording.words.choice"
WIKI_READ_ONLY = _choice("WIKI_READ_ONLY", "off", ("off", "on"))
WIKI_ANNOUNCEMENT = env.str("WIKI_ANNOUNCEMENT", default="")
WIKI_RENDER_SECONDS = env.float("WIKI_RENDER_SECONDS", default=1.6)
WIKI_SEARCH_BACKEND = env.str("WIKI_SEARCH_BACKEND", default="")
WIKI_SYNTAX_PLUGINS: list[str] = []

# --- Apps --------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "wiki.apps.SiteAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "wiki.apps.StaticFilesConfig",
    "django.contrib.humanize",
    "reversion",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "articles",
    "wiki",
    "wiki.accounts",
    "wiki.wording",
    "wiki.ladder",
    "wiki.cases",
    "wiki.notifications",
]

MIDDLEWARE = [
    # Outermost, so that answers made of exceptions in any other middleware pass through it too.
    "wiki.middleware.MedicalDisclaimerMiddleware",
    "wiki.routing.ReplicaMiddleware",
    "wiki.purging.SharedCacheMiddleware",
    "wiki.middleware.HeadersMiddleware",
    "wiki.middleware.RobotsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wiki.middleware.ErrorPageMiddleware",
    "wiki.middleware.StubNoticeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wiki.middleware.EyesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "wiki.middleware.ReadOnlyMiddleware",
    "wiki.middleware.BlocksMiddleware",
    # Innermost, for it stands in for a view.
    "wiki.rolepages.RolePagesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ASSETS_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "wiki.context.site",
            ],
        },
    },
]

# --- Data --------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{WIKI_DATA / 'medwiki.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),
        # A transaction that reads first and writes later fails at once on SQLite, whatever the timeout.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was acknowledged survives a power cut; NORMAL in WAL mode may roll it back.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(WIKI_DATA / "test.sqlite3")}
else:
    DATABASES["default"] = _pooled(DATABASES["default"], env.int("DATABASE_CONNECTIONS", default=20))
REPLICAS = [f"replica{number}" for number, _url in enumerate(env.list("REPLICA_URLS", default=[]), 1)]
if REPLICAS:
    if DATABASES["default"]["ENGINE"] != "wiki.postgresql":
        raise ImproperlyConfigured("REPLICA_URLS: only PostgreSQL has replicas; DATABASE_URL names none.")
    # Who would wait for one asks another instead.
    DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 1
    DATABASES |= {
        alias: _pooled(env.db_url_config(url), env.int("DATABASE_CONNECTIONS", default=20), patience=0.5)
        for alias, url in zip(REPLICAS, env.list("REPLICA_URLS"), strict=True)
    }
    DATABASE_ROUTERS = ["wiki.routing.Router"]
# Where `backup --keep` puts its files, and from how many hours on a backup is too old for /readyz (0: never).
WIKI_BACKUPS = Path(env.str("WIKI_BACKUPS", default=str(WIKI_DATA / "backups")))
WIKI_BACKUP_HOURS = env.int("WIKI_BACKUP_HOURS", default=0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://cache")}
if CACHES["default"]["BACKEND"].endswith("RedisCache"):
    CACHES["default"]["BACKEND"] = "wiki.caching.ForgivingRedisCache"
# Pages kept at the door, in each process: megabytes of memory, and of a file for those that find no room there.
WIKI_PAGE_CACHE_MB = env.int("WIKI_PAGE_CACHE_MB", default=64)
WIKI_PAGE_SHELF_MB = env.int("WIKI_PAGE_SHELF_MB", default=256)
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# An article may have 512 KB; up to 4 MB the text is given back with the refusal, and the door refuses more.
DATA_UPLOAD_MAX_MEMORY_SIZE = 13 * 1024 * 1024  # 4 MB of text, each byte percent-encoded, and the other fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

# --- Language and time -------------------------------------------------------------------------------------------
LOCALE_PATHS = [WIKI_DATA / "locale", ASSETS_DIR / "locale"]
# Django speaks many languages, we only those that somebody has translated us into: the interface is whole in one of
# them, or whole in English. Articles are in WIKI_LANGUAGE in any case.
LANGUAGE_CODE = WIKI_LANGUAGE if _is_translated(WIKI_LANGUAGE, LOCALE_PATHS) else "en"
LANGUAGES = [(LANGUAGE_CODE, _("The interface's language"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files -------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = WIKI_DATA / "static"
STATICFILES_DIRS = [ASSETS_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": env.str("STATICFILES_STORAGE", default="wiki.assets.HashedFilesStorage")},
}

# --- Accounts ----------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# Not django-allauth's own: ours finds names in any spelling by an index, and tells a closed account from a wrong
# password neither by text nor by time.
AUTHENTICATION_BACKENDS = ["wiki.accounts.backends.AccountBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "wiki.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = False  # Its limits live in the cache; ours are counted in the database, see articles/limits.py.
ACCOUNT_PREVENT_ENUMERATION = "strict"  # Registering must not tell whose e-mail address is known here.
MFA_ADAPTER = "wiki.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False  # As above: ours are in the database.
MFA_ALLOW_UNVERIFIED_EMAIL = True  # An address is optional here, and no way to take over an account.
MFA_TOTP_TOLERANCE = 1  # A clock may be half a minute wrong; a code works once, see accounts/second_factor.py.
PASSWORD_RESET_TIMEOUT = env.int("WIKI_RESET_LINK_HOURS", default=12) * 3600
WIKI_REQUIRE_2FA = _choice("WIKI_REQUIRE_2FA", "none", ("none", "moderator", "reviewer"))
WIKI_REGISTRATION_SECONDS = env.int("WIKI_REGISTRATION_SECONDS", default=3)  # No person fills the form faster.
WIKI_REGISTRATIONS_PER_HOUR = env.int("WIKI_REGISTRATIONS_PER_HOUR", default=20)  # From one network address.
EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{WIKI_DATA / 'mail'}")
vars().update(EMAIL_CONFIG)
EMAIL_FILE_PATH = str(WIKI_DATA / "mail")
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"wiki@{urlsplit(SITE_URL).hostname or 'localhost'}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_SUBJECT_PREFIX = f"[{WIKI_NAME}] "
# What people are told is mailed at once, by a thread beside the answer; tests send it themselves.
WIKI_SENDS_BESIDE = True
EMAIL_TIMEOUT = 20  # Seconds; without it a mail server that says nothing is waited for without end.

# --- Security ----------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wiki.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # Probes come from beside the proxy, over plain http.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        # A nonce only where a template takes one (request.csp_nonce): the forms of the editors, which no cache keeps.
        "style-src": ["'self'", NONCE],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- Numbers -----------------------------------------------------------------------------------------------------
WIKI_METRICS_TOKEN = env.str("WIKI_METRICS_TOKEN", default="")

# --- Logs --------------------------------------------------------------------------------------------------------
WIKI_SLOW_QUERY_MS = env.int("WIKI_SLOW_QUERY_MS", default=500)
LOG_FORMAT = _choice("LOG_FORMAT", "line", ("line", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request": {"()": "wiki.logs.OfTheRequest"}},
    "formatters": {"line": {"()": "wiki.logs.LineFormatter"}, "json": {"()": "wiki.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["request"]},
        "alarms": {"class": "wiki.alarms.AlarmMails"},
    },
    "loggers": {
        # Without Django's own handlers: one of them mails the whole request, cookies and forms included.
        "django": {"handlers": [], "level": "INFO"},
        # What is refused or not found stands in the access line already.
        "django.request": {"handlers": ["alarms"], "level": "ERROR"},
        "wiki": {"handlers": ["alarms"]},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
