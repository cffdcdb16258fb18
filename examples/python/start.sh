#!/bin/sh
set -a
# shellcheck source=/dev/null
. ./var/product.env
exec python3 server.py
