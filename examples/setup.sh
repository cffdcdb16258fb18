#!/bin/sh
# Makes the tables and puts them under row level security. Once it is real: migrations of your tool.
set -e
# shellcheck source=/dev/null
. ./var/product.env
psql --quiet "$DATABASE_OWNER_URL" --file tables.sql
freehold protect --dsn "$DATABASE_OWNER_URL" --apply note
