"""The two things that a back end has to do with Parley: sign tokens, and publish."""

import base64
import hashlib
import hmac
import json
import time
import urllib.request
import uuid

from django.conf import settings

TOKEN_SECONDS = 600
ANSWER_SECONDS = 5


def make_token(user):
    """What `jwt.encode(claims, secret, algorithm="HS256")` of PyJWT makes, the usual way."""
    claims = {"sub": user, "exp": int(time.time()) + TOKEN_SECONDS}
    text = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    digest = hmac.digest(settings.PARLEY_TOKEN_SECRET.encode(), text.encode(), hashlib.sha256)
    return f"{text}.{_base64url(digest)}"


def publish(channel, data):
    """Everybody in the channel hears `data`, once. Raises OSError or RuntimeError when nobody may have."""
    fields = {"channel": channel, "data": data, "idempotency_key": str(uuid.uuid4())}
    request = urllib.request.Request(
        f"{settings.PARLEY_URL}/api/publish",
        json.dumps(fields).encode(),
        {"X-API-Key": settings.PARLEY_API_KEY},
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as response:
        reply = json.load(response)
    if "error" in reply:
        raise RuntimeError(reply["error"]["message"])
    return reply["result"]


def _part(value):
    return _base64url(json.dumps(value).encode())


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
