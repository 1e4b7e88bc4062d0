#!/bin/sh
# Runs a command with a PostgreSQL cluster of its own, whose address stands in an environment variable.
# usage: with-postgresql.sh VARIABLE COMMAND [ARGUMENT ...]
#
# The cluster has PostgreSQL's defaults, so what it acknowledges is safe on disk; POSTGRESQL_OPTIONS adds to them
# (POSTGRESQL_OPTIONS="-c fsync=off" for tests). It lies below /var/tmp, which is a disk where /tmp may be memory;
# POSTGRESQL_FOLDER names another folder. Where the variable names a database already, or PostgreSQL is not
# installed, the command runs without a cluster.
set -eu
variable=$1
shift

eval "given=\${$variable:-}"
initdb=$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
if [ -n "$given" ]; then
    exec "$@"
fi
if [ -z "$initdb" ]; then
    echo "PostgreSQL is not installed, and $variable names no database: going on without." >&2
    exec "$@"
fi
binaries=$(dirname "$initdb")

cluster=$(mktemp -d "${POSTGRESQL_FOLDER:-/var/tmp}/tabularium-postgresql.XXXXXX")
# PostgreSQL refuses to run as root; Debian's package makes a user for it.
as_owner() { (cd "$cluster" && "$@"); }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$cluster"
    as_owner() { (cd "$cluster" && runuser -u postgres -- "$@"); }
fi
stop() {
    as_owner "$binaries/pg_ctl" --pgdata="$cluster/data" --mode=immediate stop >/dev/null 2>&1 || true
    rm -rf "$cluster"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

as_owner "$binaries/initdb" --pgdata="$cluster/data" --auth=trust --username=tabularium \
    --encoding=UTF8 --locale=C.UTF-8 >/dev/null
# By its socket alone, so that no other program reaches it.
as_owner "$binaries/pg_ctl" --pgdata="$cluster/data" --wait --log="$cluster/log" \
    --options="-k $cluster -c listen_addresses='' ${POSTGRESQL_OPTIONS:-}" start >/dev/null
export "$variable=postgresql://tabularium@/postgres?host=$cluster"
"$@"
