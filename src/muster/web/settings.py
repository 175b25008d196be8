"""Muster's settings: one file, everything that differs between installations comes from the environment."""

from pathlib import Path

import dj_database_url

from muster.web import env, keys

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
DATA_DIR = Path(env.text("MUSTER_DATA", str(ROOT / "var")))
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("MUSTER_DEBUG")
DEMO = env.flag("MUSTER_DEMO")
SECRET_KEY = keys.secret_key(DATA_DIR)
FIELD_KEYS = keys.field_keys(DATA_DIR)
SIGNING_FILE = DATA_DIR / "signing.pem"  # what PDFs are sealed with: made on first use, unless the firm names its own
SIGNING_CERTIFICATE = env.text("MUSTER_SIGNING_CERTIFICATE")  # PEM: the certificate, then those above it
SIGNING_KEY = env.text("MUSTER_SIGNING_KEY")  # PEM; without it the key stands in the certificate's file
SIGNING_PASSWORD = env.text("MUSTER_SIGNING_PASSWORD")
ALLOWED_HOSTS = env.words("MUSTER_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("MUSTER_ORIGINS")
HTTPS = env.flag("MUSTER_HTTPS")
PROXIES = env.number("MUSTER_PROXIES", 0)  # how many proxies of ours stand in front; what they say is believed

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_vite",
    "django_tasks",
    "django_tasks_db",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "ninja",
    "muster.core",
    "muster.access",
    "muster.people",
    "muster.crm",
    "muster.activities",
    "muster.metrics",
    "muster.reporting",
    "muster.integrations",
    "muster.web",
]

MIDDLEWARE = [
    "muster.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "muster.access.middleware.SessionListMiddleware",
    "muster.access.middleware.ActorMiddleware",
    "muster.web.middleware.ErrorPagesMiddleware",
]

ROOT_URLCONF = "muster.web.urls"
WSGI_APPLICATION = "muster.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web/templates"],  # before allauth's own pages
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",  # render(request, "list.html#rows")
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "muster.core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "muster.web.context.shell",
            ],
        },
    }
]
COTTON_DIR = "cotton"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'muster.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(DATABASE_URL)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # synchronous=FULL: with NORMAL a power cut loses acknowledged commits. IMMEDIATE: a writer waits at BEGIN, where
    # it can.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA cache_size=-2000;"  # kB, for each thread that serves pages
        ),
    }
    DATABASES["default"]["CONN_MAX_AGE"] = 600  # s; opening the file, and closing it, would be a tenth of a page
    DATABASES["default"]["TEST"] = {
        "NAME": env.text("MUSTER_TEST_FILE") or None
    }  # a browser asks several things at once
else:
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.number("MUSTER_DB_POOL", 8)}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 3000}}
}
if REDIS_URL:
    TASKS: dict[str, dict[str, object]] = {"default": {"BACKEND": "django_tasks_rq.RQBackend", "QUEUES": ["default"]}}
    RQ_QUEUES = {"default": {"URL": REDIS_URL, "DEFAULT_TIMEOUT": -1}}  # a job takes as long as it takes
    INSTALLED_APPS += ["django_rq", "django_tasks_rq"]
else:
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env.number("MUSTER_PASSWORD_LENGTH", 10)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "muster.access.login.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "muster.access.login.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Muster"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
USERSESSIONS_TRACK_ACTIVITY = True
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
# One sign-in service needs no code: name it in the environment (docs/operators).
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": env.text("MUSTER_OIDC_ID", "oidc"),
                "name": env.text("MUSTER_OIDC_NAME", "OpenID Connect"),
                "client_id": env.text("MUSTER_OIDC_CLIENT"),
                "secret": env.text("MUSTER_OIDC_SECRET"),
                "settings": {"server_url": env.text("MUSTER_OIDC_SERVER")},
            }
        ]
        if env.text("MUSTER_OIDC_SERVER")
        else [],
    },
    "wecom": {
        "APPS": [
            {
                "client_id": env.text("MUSTER_WECOM_CORP"),
                "secret": env.text("MUSTER_WECOM_SECRET"),
                "settings": {"agent": env.text("MUSTER_WECOM_AGENT"), "address": env.text("MUSTER_WECOM_ADDRESS")},
            }
        ]
        if env.text("MUSTER_WECOM_CORP")
        else [],
    },
}

LANGUAGE_CODE = env.text("MUSTER_LANGUAGE", "zh-hans")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "muster_language"
FORMAT_MODULE_PATH = "muster.core.formats"
LOCALE_PATHS = sorted(PACKAGE.glob("*/locale"))  # our words before those of libraries
TIME_ZONE = env.text("MUSTER_TIME_ZONE", "Asia/Shanghai")
USE_I18N = USE_TZ = True
DEFAULT_CURRENCY = env.text("MUSTER_CURRENCY", "CNY")
FISCAL_YEAR_START = env.number("MUSTER_FISCAL_MONTH", 1)
WORK_CALENDAR = env.text("MUSTER_WORK_CALENDAR", "CN")  # whose holidays count: a country of the package holidays
VISIT_RADIUS = env.number("MUSTER_VISIT_RADIUS", 300)  # metres from the customer that count as on the spot
VISIT_KEEP_DAYS = env.number("MUSTER_VISIT_KEEP_DAYS", 180)  # after which the position of a check-in is forgotten
RECORDING_KEEP_DAYS = env.number("MUSTER_RECORDING_KEEP_DAYS", 180)  # after which a recorded call is deleted
LETTER_KEEP_DAYS = env.number("MUSTER_LETTER_KEEP_DAYS", 180)  # after which a letter forgets to whom it went
MAIL_SERVERS = env.text("MUSTER_MAIL_SERVERS").replace(",", " ").split()  # in our own network, that mailboxes may name
STRENGTH_FLOOR = env.number("MUSTER_STRENGTH_FLOOR", 5)  # deals, below which no rate is shown
METRICS_KEPT = env.flag("MUSTER_METRICS_KEPT", True)  # slow answers are kept up to a minute
COMPANY_NAME = env.text("MUSTER_COMPANY", "")

STATIC_URL = "/static/"
ASSETS_DIR = PACKAGE / "static"
STATICFILES_DIRS = [ASSETS_DIR] if ASSETS_DIR.exists() else []
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "servestatic.storage.CompressedStaticFilesStorage"},
}
DJANGO_VITE = {"default": {"dev_mode": False, "manifest_path": ASSETS_DIR / "vite-manifest.json"}}
MEDIA_ROOT = DATA_DIR / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
X_FRAME_OPTIONS = "DENY"

EMAIL_BACKEND = "django.core.mail.backends." + ("smtp" if env.text("MUSTER_SMTP_HOST") else "console") + ".EmailBackend"
EMAIL_HOST = env.text("MUSTER_SMTP_HOST", "localhost")
EMAIL_PORT = env.number("MUSTER_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("MUSTER_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("MUSTER_SMTP_PASSWORD")
EMAIL_USE_TLS = env.text("MUSTER_SMTP_SECURITY") == "starttls"
EMAIL_USE_SSL = env.text("MUSTER_SMTP_SECURITY") == "ssl"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MUSTER_MAIL_FROM", "Muster <muster@localhost>")
MAIL_IS_ON = bool(env.text("MUSTER_SMTP_HOST"))
PUBLIC_URL = env.text("MUSTER_URL", "http://127.0.0.1:8000").rstrip("/")  # what links in mails and groups begin with

NINJA_PAGINATION_MAX_LIMIT = 200
# SQLite leaves out what its indexes cannot do; the same models serve PostgreSQL, which can.
SILENCED_SYSTEM_CHECKS = ["models.W040", "models.W047"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.text("MUSTER_LOG_LEVEL", "WARNING")},
}
