"""Django settings. What differs between registers comes from environment variables.

TABULARIUM_DATA: the data folder; it holds the embedded database and the register's own secret.
TABULARIUM_DATABASE: `postgresql://user:password@host/name` to keep the register in PostgreSQL instead.
TABULARIUM_REPLICA: a copy of that database that follows it, from which public pages are read while it is no
    more than TABULARIUM_REPLICA_LAG seconds behind; 5 if not said.
TABULARIUM_LARGEST_DOCUMENT: how many bytes a document of an organisation may have; 10 MiB if not said.
TABULARIUM_KEYS: the folder of the keys of backups; `keys` in the data folder if not said.
TABULARIUM_LARGEST_SUBMISSION: how many bytes a submission by the API may have; 64 MiB if not said.
TABULARIUM_ADDRESS: where readers find the register, `https://register.example`; for links that are sent,
    and whether cookies travel by HTTPS alone.
TABULARIUM_PROXIES: how many servers of our own stand before this one and pass requests on; 0 if not said.
TABULARIUM_SIGN_IN: the file of sign-in providers; `sign-in.toml` in the data folder if not said.
TABULARIUM_SMTP: the relay through which notices go as mail, `smtps://login:password@host:465` or
    `smtp+starttls://login:password@host:587`. TABULARIUM_SENDER: from which address.
TABULARIUM_MAILBOX_NETWORKS: networks, such as `10.1.0.0/16`, in which mailboxes of organisations may stand
    though they are not of the public internet; several with commas between them.
TABULARIUM_CERTIFICATES: a file with certificates to trust beside the machine's own, for relay and mailboxes.
TABULARIUM_LOG_NAME: what the log is called in its checkpoints; the register's address without scheme and with
    `/log` after it if not said. It never changes once something was signed.
TABULARIUM_LOG_EVERY: so many seconds lie between two checkpoints of the log; 3600 if not said. Leaves wait
    for the end of such an interval, counted in UTC, so that no checkpoint tells when a leaf came to be.
TABULARIUM_LOG: the file that says which token signs the log and who witnesses it; `log.toml` in the data
    folder if not said.
TABULARIUM_READING_LIMIT: how many calls a minute one address may send to the API and to reconciliation
    without a key; each process counts by itself; 600 if not said.
TABULARIUM_NAME: what the register is called in what is taken along from it; `Tabularium` if not said.
TABULARIUM_EXTRACT_DAYS: for how many days an extract is valid; 30 if not said.
TABULARIUM_EXTRACT_CERTIFICATE: a PEM or PKCS#12 file with the certificate and private key that extracts are
    signed with; the test certificate in the data folder if not said. TABULARIUM_EXTRACT_PASSPHRASE: a file
    with its passphrase.
TABULARIUM_OPEN_DATA_AT: at which hour of the night, `HH:MM` in UTC, the files of open data are built anew;
    02:30 if not said, `off` for not at all. TABULARIUM_OPEN_DATA_LICENCE: `CC-BY-4.0`, which it is if not
    said, or `CC0-1.0`.
TABULARIUM_LOGS: `json` for logs that programs read, one object a line; `text` if not said.
    TABULARIUM_REQUEST_LOG: `on` writes a line for each answer: which kind of page, which status, how long.
TABULARIUM_METRICS_TOKEN: a file with the token that a monitoring system shows to be given figures at
    `/metrics`; none are given, or taken, if not said.
TABULARIUM_TRACES: `http://host:4318`, a collector of OpenTelemetry that is sent spans; none if not said.
TABULARIUM_DISK_LEAST: so many bytes have to be free where the data folder lies for the register to say that
    it is ready; 268435456 if not said.
TABULARIUM_SECOND_FACTOR: `off` lets approvers and registrars act with a password alone.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from tabularium.accounts.providers import FILE, as_allauth_has_them, read
from tabularium.operation.databases import postgresql, sqlite
from tabularium.operation.logs import logging_settings

PACKAGE = Path(__file__).resolve().parent
DATA_FOLDER = Path(os.environ.get("TABULARIUM_DATA", "data/register"))


def _secret() -> str:
    """The register's own secret; without a register, one that nobody can know and that is gone after."""
    file = DATA_FOLDER / "secret.key"
    return file.read_text("ascii").strip() if file.is_file() else secrets.token_urlsafe(50)


# By these backups are read and forgotten; they are kept apart from every backup.
KEY_FOLDER = Path(os.environ.get("TABULARIUM_KEYS", DATA_FOLDER / "keys"))

# Files that clerks send, until they were read. Nobody else on the machine needs to see it.
UPLOAD_FOLDER = DATA_FOLDER / "uploads"

# A longer file goes by the command line, which reads it where it lies.
LARGEST_SUBMISSION = int(os.environ.get("TABULARIUM_LARGEST_SUBMISSION", str(64 * 2**20)))
# What an organisation attaches to an answer, an objection or a request; each document, in bytes.
LARGEST_DOCUMENT = int(os.environ.get("TABULARIUM_LARGEST_DOCUMENT", str(10 * 2**20)))

# What people take along, and until when they can rely on it.
REGISTER_NAME = os.environ.get("TABULARIUM_NAME", "Tabularium")
EXTRACT_DAYS = int(os.environ.get("TABULARIUM_EXTRACT_DAYS", "30"))
EXTRACT_CERTIFICATE = Path(
    os.environ.get("TABULARIUM_EXTRACT_CERTIFICATE", DATA_FOLDER / "extract-certificate.pem")
)
EXTRACT_PASSPHRASE = os.environ.get("TABULARIUM_EXTRACT_PASSPHRASE", "")

NOTICES_SMTP = os.environ.get("TABULARIUM_SMTP", "")
NOTICES_SENDER = os.environ.get("TABULARIUM_SENDER", "")
NOTICES_MAILBOX_NETWORKS = os.environ.get("TABULARIUM_MAILBOX_NETWORKS", "").split(",")
NOTICES_CERTIFICATES = os.environ.get("TABULARIUM_CERTIFICATES", "")

OPEN_DATA_AT = os.environ.get("TABULARIUM_OPEN_DATA_AT", "02:30")
OPEN_DATA_LICENCE = os.environ.get("TABULARIUM_OPEN_DATA_LICENCE", "CC-BY-4.0")

# The town of the demo says on every page that it is made up.
REGISTER_IS_DEMO = (DATA_FOLDER / "demo.json").is_file()

SECRET_KEY = _secret()
DEBUG = False
ADDRESS = os.environ.get("TABULARIUM_ADDRESS", "http://127.0.0.1:8765").rstrip("/")
BY_HTTPS = ADDRESS.startswith("https://")

# Watching over it: docs/monitoring.md.
REQUEST_LOG = os.environ.get("TABULARIUM_REQUEST_LOG", "") == "on"
METRICS_TOKEN = os.environ.get("TABULARIUM_METRICS_TOKEN", "")
TRACES = os.environ.get("TABULARIUM_TRACES", "")
DISK_LEAST = int(os.environ.get("TABULARIUM_DISK_LEAST", str(256 * 2**20)))

# The log: its files, the keys that sign it, and what is said of both beyond the usual.
LOG_FOLDER = DATA_FOLDER / "log"
LOG_KEYS = DATA_FOLDER / "log-keys"
LOG_CONFIGURATION = Path(os.environ.get("TABULARIUM_LOG", DATA_FOLDER / "log.toml"))
LOG_EVERY = int(os.environ.get("TABULARIUM_LOG_EVERY", "3600"))
LOG_NAME = os.environ.get("TABULARIUM_LOG_NAME", "") or ADDRESS.partition("://")[2] + "/log"

ALLOWED_HOSTS = [
    *os.environ.get("TABULARIUM_HOSTS", "localhost,127.0.0.1,[::1]").split(","),
    *filter(None, [urlsplit(ADDRESS).hostname]),
]
_DATABASE = os.environ.get("TABULARIUM_DATABASE", "")
DATABASES = {
    "default": postgresql(_DATABASE) if _DATABASE else sqlite(DATA_FOLDER / "register.sqlite3")
}
if os.environ.get("TABULARIUM_REPLICA"):
    DATABASES["replica"] = postgresql(os.environ["TABULARIUM_REPLICA"])
REPLICA_LAG = float(os.environ.get("TABULARIUM_REPLICA_LAG", "5"))
DATABASE_ROUTERS = ["tabularium.operation.replicas.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "register.User"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "tabularium.register",
    "tabularium.intake",
    "tabularium.notices",
    # Before allauth, whose templates it replaces.
    "tabularium.accounts",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "tabularium.opendata",
    "tabularium.public",
    "tabularium.api",
    "tabularium.extract",
    "tabularium.desk",
    "tabularium.reply",
    "tabularium.operation",
]
MIDDLEWARE = [
    # Before a host is asked for: whoever looks after a machine asks by its number.
    "tabularium.operation.middleware.Probes",
    "tabularium.operation.middleware.Watched",
    "tabularium.operation.replicas.PublicReadsFromReplica",
    "tabularium.api.hot_answers.HotAnswers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tabularium.public.middleware.PageHeaders",
    "tabularium.api.short_way.ShortWay",
    "tabularium.public.short_way.ShortWayToEntries",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before anything reads what was sent.
    "tabularium.reply.middleware.NoLargerThanNeeded",
    # These three read a session or a cookie only where a page asks for them, and no public page does.
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "tabularium.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                (
                    "tabularium.public.folded.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE / "log" / "locale"]

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Once seen by HTTPS, a browser comes by HTTPS alone for a year (RFC 6797).
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BY_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BY_HTTPS
X_FRAME_OPTIONS = "DENY"

# Signing in. allauth does it; what a page says and looks like is ours (tabularium.accounts).
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:home"
LOGOUT_REDIRECT_URL = "account_login"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("MinimumLengthValidator", {"min_length": 12}),
        ("UserAttributeSimilarityValidator", {"user_attributes": ["login"]}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # seconds; how long a link to set a password holds
SECOND_FACTOR_REQUIRED = os.environ.get("TABULARIUM_SECOND_FACTOR", "") != "off"

SESSION_ENGINE = "tabularium.accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # seconds from signing in, however busy somebody is
SESSION_IDLE_AGE = 3600  # seconds without a request
SESSION_COOKIE_NAME = "__Host-session" if BY_HTTPS else "session"
SESSION_COOKIE_SECURE = BY_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"  # Strict would lose who comes back from another sign-in provider
CSRF_COOKIE_NAME = "__Host-csrf" if BY_HTTPS else "csrf"
CSRF_COOKIE_SECURE = BY_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "tabularium.accounts.views.refusals.not_from_our_page"
READING_LIMIT = int(os.environ.get("TABULARIUM_READING_LIMIT", "600"))
PROXIES = int(os.environ.get("TABULARIUM_PROXIES", "0"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES

# Tries to sign in are counted here, together for all processes that answer.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_shared_memory",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ACCOUNT_ADAPTER = "tabularium.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "first_password": "10/m/ip",
    # Calls with keys of members, and keys that are none.
    "member_key": "300/m/user",
    "member_key_failed": "20/m/ip",
}
ACCOUNT_FORMS = {
    "login": "tabularium.accounts.forms.SignInForm",
    "change_password": "tabularium.accounts.forms.ChangePasswordForm",
    "reauthenticate": "tabularium.accounts.forms.ConfirmForm",
}
SOCIALACCOUNT_ADAPTER = "tabularium.accounts.provider.SignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = as_allauth_has_them(
    read(Path(os.environ.get("TABULARIUM_SIGN_IN", DATA_FOLDER / FILE)))
)
MFA_ADAPTER = "tabularium.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there are no addresses to verify
MFA_TOTP_ISSUER = "Tabularium"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "tabularium.accounts.forms.CodeForm",
    "reauthenticate": "tabularium.accounts.forms.ConfirmByCodeForm",
    "activate_totp": "tabularium.accounts.forms.ActivateCodesForm",
    "add_webauthn": "tabularium.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "tabularium.accounts.forms.NamePasskeyForm",
}

LOGGING = logging_settings(os.environ.get("TABULARIUM_LOGS", "text"))
