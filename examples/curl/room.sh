#!/bin/sh
# Publishes into the room `tea`, asks who is there and what was said, by the HTTP API (docs/http-api.md).
set -eu
server=${PARLEY_URL:-http://127.0.0.1:8000}
key=${PARLEY_API_KEY:-demo-api-key}

api() { # METHOD BODY
  curl -sS --fail-with-body -H "X-API-Key: $key" -d "$2" "$server/api/$1"
  echo
}

api publish '{"channel": "tea", "data": "hello from curl"}'

# No answer came? Send it again with the same key: it is answered again, and heard once.
api publish '{"channel": "tea", "data": "only once", "idempotency_key": "order-17-paid"}'
api publish '{"channel": "tea", "data": "only once", "idempotency_key": "order-17-paid"}'

api presence '{"channel": "tea"}'
api presence_stats '{"channel": "tea"}'
api history '{"channel": "tea", "limit": 10, "reverse": true}'
