#!/bin/sh
# A hot standby: the first start copies the primary, later ones go on from where it was. Promote it with
# `psql -c 'SELECT pg_promote()'` (docs/scaling.md says what else a failover takes).
set -eu
if [ "$(id -u)" = 0 ]; then
  # The volume is handed to the server's own user, as the image's start does it.
  mkdir -p "$PGDATA"
  chown -R postgres "$PGDATA"
  exec gosu postgres sh "$0"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  find "$PGDATA" -mindepth 1 -delete # what a copy that was broken off has left
  chmod 700 "$PGDATA"
  # A slot: the primary keeps what this one has not had yet. It is made once; another first start uses it again.
  pg_basebackup --pgdata="$PGDATA" --wal-method=stream --checkpoint=fast --write-recovery-conf --slot="$SLOT" \
    --create-slot --dbname="$PRIMARY" ||
    pg_basebackup --pgdata="$PGDATA" --wal-method=stream --checkpoint=fast --write-recovery-conf --slot="$SLOT" \
      --dbname="$PRIMARY"
fi
exec postgres -c listen_addresses='*' -c hba_file=/pg_hba.conf -c hot_standby=on -c hot_standby_feedback=on -c max_standby_streaming_delay=60s
