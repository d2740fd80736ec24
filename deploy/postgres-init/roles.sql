-- The two roles of a deployment, on a server that has no other use. Run by psql as the superuser, in the database that
-- they are for, and safe to run again: it makes what is missing, and sets the passwords to those of the environment.
-- The tables' grants come with `python -m seed migrate`, which knows the tables.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv reader_password READER_PASSWORD

BEGIN;
-- Two that start at the same moment do it one after the other.
SELECT pg_advisory_xact_lock(hashtext('conflict-events roles'));

SELECT format('CREATE ROLE %I', name)
FROM (VALUES ('conflict_events_owner'), ('conflict_events_reader')) AS roles (name)
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

ALTER ROLE conflict_events_owner
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner_password';
ALTER ROLE conflict_events_reader
    LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'reader_password';

-- The reader may switch the first one off: what holds is that it is granted SELECT alone. The others keep a slow
-- question, or a client that went away in the middle of one, from holding the database up.
ALTER ROLE conflict_events_reader SET default_transaction_read_only = on;
ALTER ROLE conflict_events_reader SET statement_timeout = '30s';
ALTER ROLE conflict_events_reader SET lock_timeout = '5s';
ALTER ROLE conflict_events_reader SET idle_in_transaction_session_timeout = '60s';

-- The owner of the database owns its schema `public` with it (pg_database_owner). Everybody else loses what
-- PostgreSQL gives to all and what would be a way to write: temporary tables, here or in the databases that every
-- server has, and large objects.
ALTER DATABASE :"DBNAME" OWNER TO conflict_events_owner;
REVOKE ALL ON DATABASE :"DBNAME", postgres, template1 FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION
    lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea), lo_put(oid, bigint, bytea) FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO conflict_events_reader;
COMMIT;
