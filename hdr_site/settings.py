"""All settings, read top to bottom. What may differ between installations comes from the environment (env.py).

docs/operations.md lists every variable; a test compares the two.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from hdr_site import env, languages

django_stubs_ext.monkeypatch()  # so that Django's generic classes can be written with their types

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Who we are -----------------------------------------------------------------------------------------------------

SECRET_KEY = env.secret("SECRET_KEY", at_least=40)
DEBUG = env.flag("DEBUG", default=False)
SITE_URL = env.web_address("SITE_URL", "http://localhost:8000")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [SITE_HOST, *env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
OPERATOR_NAME = env.text("OPERATOR_NAME", "")  # for the page on privacy
OPERATOR_CONTACT = env.text("OPERATOR_CONTACT", "")

# --- Parts ----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "hdr_site.foundation",
    "accounts",
    "recognition",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.facebook",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "hdr_site.apps.StaffSiteConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "hdr_site.outage.DatabaseOutageMiddleware",
    "hdr_site.request_origin.RequestOriginMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "hdr_site.compression.CompressionMiddleware",
    "hdr_site.request_limits.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hdr_site.preferences.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.limiting.AttemptLimitMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "accounts.middleware.KeptByNobodyMiddleware",
]

ROOT_URLCONF = "hdr_site.urls"
WSGI_APPLICATION = "hdr_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hdr_site.context.installation",
            ],
        },
    },
]

# --- What keeps state -----------------------------------------------------------------------------------------------

DATABASE_STATEMENT_SECONDS = env.integer("DATABASE_STATEMENT_SECONDS", 30, at_least=0, at_most=3600)  # 0: no limit
DATABASES = {
    "default": env.database("DATABASE_URL", statement_seconds=DATABASE_STATEMENT_SECONDS)
    | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
REDIS_PATIENCE = {"socket_connect_timeout": 1, "socket_timeout": 1}  # seconds; Redis is only the doorbell
# A connection that Redis has closed meanwhile is made anew; a Redis that does not answer is not asked three times more.
REDIS_ONCE = REDIS_PATIENCE | {"retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))}
CACHES = {
    "default": {
        "BACKEND": "hdr_site.foundation.cache.RedisOrLocalCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "hdr",
        "OPTIONS": REDIS_ONCE,
    }
}

STORAGES = {
    "default": env.storage("STORAGE_URL"),
    "staticfiles": {"BACKEND": "hdr_site.static_files.GzipManifestStorage"},
}
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static", ("figures", BASE_DIR / "docs" / "figures")]
STATIC_ROOT = env.text("STATIC_ROOT", str(BASE_DIR / "var" / "static"))

# Whether browsers keep the pages' shell, to work without a network. While static files have no hash in their names, a
# browser would go on with what it kept.
SERVICE_WORKER = env.flag("SERVICE_WORKER", default=not DEBUG)

# --- Mail: written to the outbox in Postgres, sent from there by a worker -------------------------------------------

EMAIL_BACKEND = "hdr_site.foundation.outbox.OutboxBackend"
_mail = env.email("EMAIL_URL")
EMAIL_TRANSPORT: str = _mail["EMAIL_TRANSPORT"]
EMAIL_FILE_PATH: str | None = _mail.get("EMAIL_FILE_PATH")
EMAIL_HOST: str = _mail.get("EMAIL_HOST", "localhost")
EMAIL_PORT: int = _mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", f"Digits <no-reply@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Accounts -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # an address is unique without case, by a constraint on lower(email)
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2Hasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "dashboard"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_FORMS = {
    "signup": "accounts.entry_forms.SignUpForm",
    "login": "accounts.entry_forms.LogInForm",
    "set_password": "accounts.entry_forms.FirstPasswordForm",
    "change_password": "accounts.entry_forms.OtherPasswordForm",
    "add_email": "accounts.forms.NewAddressForm",
    "confirm_login_code": "accounts.entry_forms.SignInCodeForm",
    "reset_password_from_key": "accounts.entry_forms.NewPasswordForm",
}
SIGN_UP = env.choice("SIGN_UP", "open", ("open", "closed"))
SIGN_UP_DOMAINS = env.words("SIGN_UP_DOMAINS", ())  # none: addresses of all domains; written as in ALLOWED_HOSTS
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.sign_up.ApplicantForm"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True  # our adapter puts a link beside the code
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 3
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = 3
ACCOUNT_LOGIN_TIMEOUT = 60 * 60  # a sign-in half-way: long enough for a code and three more
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}  # 1234-5678: a phone's number keys type it
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # this browser stays in, with a new key; sessions.py ends all others
ACCOUNT_CHANGE_EMAIL = True  # one address: a new one replaces the old as soon as it is confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True  # "your password was changed", to whoever owns the account
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_PREVENT_ENUMERATION = True
# Ours (accounts/limits.py) say when to try again, and have no lock that could hang while Redis comes and goes.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_ADAPTER = "accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Handwritten digits"
MFA_TOTP_TOLERANCE = 1  # time steps of 30 s that a phone's clock may be off; a code is accepted once all the same
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # so every passkey is worth a password and a factor, and none is worth less
MFA_FORMS = {
    "authenticate": "accounts.factor_forms.SignInCode",
    "authenticate_webauthn": "accounts.factor_forms.SignInPasskey",
    "reauthenticate": "accounts.factor_forms.AgainCode",
    "reauthenticate_webauthn": "accounts.factor_forms.AgainPasskey",
    "activate_totp": "accounts.factor_forms.SetUpCode",
    "add_webauthn": "accounts.factor_forms.AddPasskey",
    "login_webauthn": "accounts.factor_forms.LogInPasskey",
    "edit_webauthn": "accounts.factor_forms.RenamePasskey",
}
# Signing in with an account elsewhere. Each service is offered when its two variables are set.
_google = env.client("GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET")
_facebook = env.client("FACEBOOK_CLIENT_ID", "FACEBOOK_CLIENT_SECRET")
_linkedin = env.client("LINKEDIN_CLIENT_ID", "LINKEDIN_CLIENT_SECRET")
_google_server = env.service("GOOGLE_SERVER", "https://accounts.google.com")
_linkedin_server = env.service("LINKEDIN_SERVER", "https://www.linkedin.com/oauth")
_openid_apps = [
    # Google's ID token says all we ask for. LinkedIn refuses a request for a token that carries PKCE's code_verifier,
    # and its discovery document does not offer PKCE.
    {
        "provider_id": "google",
        "name": "Google",
        "settings": {"server_url": _google_server, "oauth_pkce_enabled": True, "fetch_userinfo": False},
    }
    | _google,
    {
        "provider_id": "linkedin",
        "name": "LinkedIn",
        "settings": {"server_url": _linkedin_server, "oauth_pkce_enabled": False},
    }
    | _linkedin,
]
_facebook_app = {"provider_id": "facebook", "name": "Facebook", "settings": {"oauth_pkce_enabled": True}} | _facebook
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {
    "openid_connect": {
        "APPS": [app for app in _openid_apps if "client_id" in app],
        "provider_class": "accounts.identity_providers.OpenIDConnect",
    },
    "facebook": {
        "APPS": [_facebook_app] if _facebook else [],
        "provider_class": "accounts.identity_providers.Facebook",
        "VERSION": "v24.0",
        "FIELDS": ["id", "email", "name"],
    },
}
SOCIALACCOUNT_ADAPTER = "accounts.social.SocialAccountAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = (2, 3)  # seconds to connect, and of silence; a person waits for it
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # an address alone opens no account, whoever vouches for it
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
SESSION_COOKIE_AGE = 14 * 24 * 3600  # two weeks from logging in; looking at pages does not make it longer
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True  # our scripts read the token from the form
SAMPLES_COOKIE_NAME = "samples"  # which tries of our samples are this visitor's; set when one is tried
if HTTPS:  # browsers take such names only from this very host over https: no neighbouring site can set one
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, SAMPLES_COOKIE_NAME = "__Host-session", "__Host-csrf", "__Host-samples"
CSRF_FAILURE_VIEW = "hdr_site.error_pages.csrf_failure"

# --- Behind a proxy, and what browsers are told ---------------------------------------------------------------------

TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, at_least=0, at_most=5)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked over plain http by whoever watches the process
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "worker-src": [SELF],  # the reader in the page
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF, "blob:", "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Uploads and reading --------------------------------------------------------------------------------------------

UPLOAD_MAX_BYTES = env.integer("UPLOAD_MAX_MEGABYTES", 20, at_least=1, at_most=100) * 1_000_000
UPLOAD_MAX_PIXELS = env.integer("UPLOAD_MAX_MEGAPIXELS", 40, at_least=1, at_most=100) * 1_000_000
OWNER_UPLOADS_PER_MINUTE = env.integer("OWNER_UPLOADS_PER_MINUTE", 120, at_least=1, at_most=1_000_000)
FETCH_DENIED_NETWORKS = env.networks("FETCH_DENIED_NETWORKS")  # beside all that are not public
OWNER_STORAGE_BYTES = env.integer("OWNER_STORAGE_MEGABYTES", 5_000, at_least=1, at_most=100_000_000) * 1_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # form fields and JSON; files are limited by UPLOAD_MAX_BYTES
DATA_UPLOAD_MAX_NUMBER_FILES = 100  # of one form; their bytes together are limited at the door
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # larger files wait on disk
JOB_LEASE = timedelta(seconds=env.integer("JOB_LEASE_SECONDS", 30, at_least=2, at_most=600))
READING_SECONDS = env.integer("READING_SECONDS", 20, at_least=1, at_most=300)
SWEEP_EVERY = timedelta(seconds=env.integer("SWEEP_SECONDS", 5, at_least=1, at_most=60))

# --- Celery: only a doorbell, the row in Postgres is the job --------------------------------------------------------

CELERY_BROKER_URL = env.as_broker(REDIS_URL)
# A bell is tried twice at once and not with two seconds between: who rings waits for it, and the sweep rings again.
CELERY_BROKER_TRANSPORT_OPTIONS = REDIS_PATIENCE | {
    "ack_emulation": False,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "hdr_site.foundation.tasks.sweep",
        "schedule": SWEEP_EVERY,
        "options": {"expires": 10},
    },
    "erase-pictures-over-their-time": {
        "task": "recognition.tasks.erase_what_is_over",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 30},
    },
    "erase-what-was-looked-at": {
        "task": "recognition.tasks.erase_what_was_looked_at",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 30},
    },
    "finish-batches": {
        "task": "recognition.tasks.finish_batches",
        "schedule": timedelta(seconds=10),
        "options": {"expires": 10},
    },
    "tidy-exports": {
        "task": "recognition.tasks.tidy_exports",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 30},
    },
    "tidy-intakes": {
        "task": "recognition.tasks.tidy_intakes",
        "schedule": timedelta(minutes=1),
        "options": {"expires": 30},
    },
    "remove-files-without-a-row": {
        "task": "recognition.tasks.remove_orphaned_files",
        "schedule": timedelta(hours=1),
        "options": {"expires": 1800},
    },
    "tidy-accounts": {
        "task": "accounts.tasks.tidy",
        "schedule": timedelta(minutes=10),
        "options": {"expires": 300},
    },
}

# --- What crosses between apps: each module knows how to archive and erase what its app keeps of a person -----------

PERSONAL_DATA = ["recognition.personal_data", "hdr_site.foundation.personal_data", "accounts.personal_data"]

# --- REST -----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "hdr_site.api_scopes.TokenAllows"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["hdr_site.api_bodies.BoundedJSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "hdr_site.openapi.ScopedSchema",
    "EXCEPTION_HANDLER": "hdr_site.api_errors.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Handwritten digits",
    "DESCRIPTION": "Send a picture of handwritten numbers, get the digits and how sure we are of each.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    # A link inside each operation's button could not be told from it, and coloured examples have too little contrast.
    "SWAGGER_UI_SETTINGS": {"deepLinking": False, "syntaxHighlight": False, "persistAuthorization": False},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {"ExportKind": "recognition.answer_files.Kind"},
}

# --- Language and time ----------------------------------------------------------------------------------------------

LANGUAGE_CODE = languages.ENGLISH
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = languages.in_folder(LOCALE_PATHS[0])
LANGUAGE_COOKIE_NAME = "language"  # what was chosen at the foot of a page, for a year
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE = HTTPS, True, "Lax"
TIME_ZONE = "UTC"
USE_TZ = USE_I18N = True

# --- Logs: one line an event on standard error, never a picture, a password or a token ------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no_secrets": {"()": "hdr_site.log_privacy.HideSecretLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_secrets"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "urllib3": {"level": "INFO"},  # below that it writes addresses, and Facebook's carry an access token
    },
}
