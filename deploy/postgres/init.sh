#!/bin/sh
# The first start of the database: a role and a database for Airflow, and for the warehouse. Run once by the image.
set -eu
: "${AIRFLOW_DB_PASSWORD:?is not set}" "${TIEOUT_DB_PASSWORD:?is not set}"

# psql reads the passwords from its environment: on a command line the whole machine could see them.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
\getenv airflow_password AIRFLOW_DB_PASSWORD
\getenv tieout_password TIEOUT_DB_PASSWORD
create role airflow login password :'airflow_password';
create database airflow owner airflow;
revoke all on database airflow from public;
create role tieout login password :'tieout_password';
create database tieout owner tieout;
-- The reader of what is published. Without a password, so nobody can log in as it until it is given one.
create role tieout_reader login;
alter role tieout_reader set default_transaction_read_only = on;
alter role tieout_reader set search_path = published;
grant tieout_reader to tieout;
revoke all on database tieout from public;
grant connect on database tieout to tieout_reader;
SQL
