# A PostgreSQL 15 and a Redis 7 for one run of the tests, on unix sockets in a folder of their own; and
# a PgBouncer in front of it, in transaction mode and over TLS, for a run of them through that.
# shellcheck shell=bash

postgres_bin=/usr/lib/postgresql/15/bin
servers=
durable=
postgres_pid=
redis_pid=
pooler_pid=

# start_servers LOG_FOLDER: exports FREEHOLD_TEST_PG (what libpq connects with, as the superuser
# postgres) and FREEHOLD_TEST_REDIS. Set `trap stop_servers EXIT` before.
start_servers() {
  servers=$(mktemp -d "$(quick_folder)/freehold-test.XXXXXX")
  chmod 755 "$servers"
  start_postgres "$servers/postgres" "$1/postgres.log"
  start_redis "$servers/redis" "$1/redis.log"
  until_up "$postgres_pid" "$1/postgres.log" "$postgres_bin/pg_isready" -q -h "$servers/postgres"
  until_up "$redis_pid" "$1/redis.log" redis-cli -s "$servers/redis/redis.sock" ping
  # What the admin of a managed host may do: tests make and migrate their databases as this role.
  psql -q -h "$servers/postgres" -U postgres -d postgres -c 'create role host_admin login createrole createdb'
  export FREEHOLD_TEST_PG="host=$servers/postgres user=postgres dbname=postgres"
  export FREEHOLD_TEST_REDIS="unix://$servers/redis/redis.sock"
}

# In memory where there is enough of it: each test makes databases of its own, which are a thousand files.
# Not under TMPDIR: the path has to be short enough for a socket and open to another user.
quick_folder() {
  local kilobytes
  kilobytes=$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)
  if [[ -z $durable && -w /dev/shm && ${kilobytes:-0} -gt 8000000 ]]; then echo /dev/shm; else echo /tmp; fi
}

# start_pooler LOG_FOLDER: after start_servers; exports FREEHOLD_TEST_POOLER, which is to the program
# what FREEHOLD_TEST_PG is to the tests. It prepares no statements for its clients (1.18), and a client
# has to check its certificate.
start_pooler() {
  local home=$servers/pooler port as role
  port=$(free_port)
  mkdir "$home"
  logged "$1/pooler.log" openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout "$home/key.pem" -out "$home/cert.pem"
  for role in app control auth staff worker mover; do
    echo "\"fh_$role\" \"\""
  done >"$home/users.txt"
  cat >"$home/pgbouncer.ini" <<END
[databases]
* = host=$servers/postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = trust
auth_file = $home/users.txt
stats_users = fh_app
pool_mode = transaction
client_tls_sslmode = require
client_tls_key_file = $home/key.pem
client_tls_cert_file = $home/cert.pem
max_client_conn = 2000
default_pool_size = 8
server_idle_timeout = 2
server_round_robin = 1
log_connections = 0
log_disconnections = 0
END
  as_user postgres
  if [[ $EUID -eq 0 ]]; then chown -R postgres: "$home"; fi
  "${as[@]}" pgbouncer "$home/pgbouncer.ini" >"$1/pooler.log" 2>&1 </dev/null &
  pooler_pid=$!
  export FREEHOLD_TEST_POOLER="host=localhost port=$port sslmode=verify-full sslrootcert=$home/cert.pem"
  until_up "$pooler_pid" "$1/pooler.log" \
    psql -q -d "$FREEHOLD_TEST_POOLER dbname=pgbouncer user=fh_app" -c 'show version'
}

# Durability is off, unless `durable` is set: a test that kills the database starts one of its own.
start_postgres() {
  local home=$1 log=$2 as settings=(-c fsync=off -c synchronous_commit=off -c full_page_writes=off)
  if [[ -n $durable ]]; then settings=(); fi
  as_user postgres
  make_home postgres "$home"
  logged "$log" "${as[@]}" "$postgres_bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 \
    --locale=C.UTF-8 --no-sync
  "${as[@]}" "$postgres_bin/postgres" -D "$home/data" -k "$home" -c listen_addresses= \
    "${settings[@]}" \
    -c max_connections=200 -c shared_buffers=128MB -c log_min_duration_statement=1s \
    >"$log" 2>&1 </dev/null &
  postgres_pid=$!
}

start_redis() {
  local home=$1 log=$2 as
  as_user redis
  make_home redis "$home"
  "${as[@]}" redis-server --port 0 --unixsocket "$home/redis.sock" --unixsocketperm 777 \
    --dir "$home" --save '' --appendonly no >"$log" 2>&1 </dev/null &
  redis_pid=$!
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Sets `as` to what a server is run with. PostgreSQL refuses root, so root hands each server to the
# user that its package made. The death signal ends a server whose script was killed.
as_user() {
  as=(setpriv --pdeathsig INT)
  if [[ $EUID -eq 0 ]]; then
    as=(setpriv --reuid "$1" --regid "$1" --init-groups --pdeathsig INT)
  fi
}

make_home() {
  mkdir "$2"
  if [[ $EUID -eq 0 ]]; then chown "$1:" "$2"; fi
}

# until_up PID LOG COMMAND...: waits until the command succeeds; fails when the process is gone.
until_up() {
  local pid=$1 log=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    if [[ ! -d /proc/$pid ]]; then
      cat "$log" >&2
      fail "A server for the tests did not start; see above."
    fi
    sleep 0.02
  done
}

stop_servers() {
  local pid
  for pid in $pooler_pid $postgres_pid $redis_pid; do
    kill -INT "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [[ -n $servers ]]; then rm -rf -- "$servers"; fi
}
