-- The role that standbys follow by; run after roles.sql, as the superuser, each time. deploy/pg_hba.conf lets it in.
\set ON_ERROR_STOP on
\getenv replica_password REPLICA_PASSWORD

BEGIN;
SELECT pg_advisory_xact_lock(hashtext('conflict-events roles'));
SELECT 'CREATE ROLE conflict_events_replica'
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'conflict_events_replica')
\gexec
ALTER ROLE conflict_events_replica
    LOGIN REPLICATION NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'replica_password';
COMMIT;
