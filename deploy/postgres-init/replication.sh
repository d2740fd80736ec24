#!/bin/sh
# On an empty volume alone: a role that standbys follow by, and who may connect so. Run by the image on the primary.
set -eu
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" <<'SQL'
\getenv password REPLICA_PASSWORD
CREATE ROLE conflict_events_replica REPLICATION LOGIN PASSWORD :'password';
SQL
echo 'host replication conflict_events_replica all scram-sha-256' >>"$PGDATA/pg_hba.conf"
