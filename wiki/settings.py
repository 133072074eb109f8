"""Every setting of the site, read from the environment, safe by default; `docs/settings.md` lists them in one table."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
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
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]
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
WIKI_REGISTRATION = _choice("WIKI_REGISTRATION", "open", ("open", "approval", "closed"))
# Search engines would list the site under whatever address they came by, until it has one of its own.
WIKI_INDEXING = _choice("WIKI_INDEXING", "on" if SITE_URL else "off", ("on", "off"))
# The function that answers for the choices which administrators change while the wiki runs (articles/choices.py).
WIKI_CHOICES = "wiki.wording.words.choice"
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
]

MIDDLEWARE = [
    # Outermost, so that answers made of exceptions in any other middleware pass through it too.
    "wiki.middleware.MedicalDisclaimerMiddleware",
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
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
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
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A server process has many more threads than PostgreSQL likes connections: they share these.
    DATABASES["default"]["OPTIONS"] = {
        **DATABASES["default"].get("OPTIONS", {}),  # Such as sslmode, from DATABASE_URL.
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_CONNECTIONS", default=20), "timeout": 20},
    }
    DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True  # A transaction-mode pgbouncer can't keep them.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://cache")}
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
EMAIL_TIMEOUT = 20  # Seconds; without it a mail server that says nothing is waited for without end.

# --- Security ----------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "wiki.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # Probes come from beside the proxy, over plain http.
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

# --- Logs --------------------------------------------------------------------------------------------------------
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
