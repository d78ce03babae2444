"""A project as small as it can be: names live in a signed cookie, so there is no database to set up."""

import os
from pathlib import Path

DEBUG = True
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY", "only for this example")
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "tea.urls"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.csrf"]},
    }
]
USE_TZ = True

PARLEY_URL = os.environ.get("PARLEY_URL", "http://127.0.0.1:8000")  # as this machine sees it
PARLEY_WS = os.environ.get("PARLEY_WS", "ws://127.0.0.1:8000")  # as browsers see it
PARLEY_API_KEY = os.environ["PARLEY_API_KEY"]
PARLEY_TOKEN_SECRET = Path(os.environ["PARLEY_TOKEN_SECRET_FILE"]).read_text().strip()
