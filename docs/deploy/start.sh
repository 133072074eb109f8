#!/bin/sh
# What a container does when it starts: the steps of an update, none of which does harm when it is done again.
set -eu
cd "$(dirname "$0")"
python manage.py migrate --verbosity 0
python manage.py createcachetable
python manage.py collectstatic --no-input --verbosity 0
python manage.py load_pages
python manage.py apply_erasures
exec python manage.py serve --host "${HOST:-0.0.0.0}" --port "${PORT:-8000}"
