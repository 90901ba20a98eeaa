#!/bin/sh
# Writes new secrets into a file that is not there yet: `deploy/new-secrets.sh .env`. Hexadecimal, as some go into URLs.
set -eu
target=${1:?name the file, for instance .env}
umask 077
set -C # never over a file that is there: its secrets may be all that opens a database
{
    for name in POSTGRES_PASSWORD AIRFLOW_DB_PASSWORD TIEOUT_DB_PASSWORD AIRFLOW_JWT_SECRET AIRFLOW_API_SECRET_KEY \
        TIEOUT_ADMIN_PASSWORD REDIS_PASSWORD; do
        echo "$name=$(openssl rand -hex 24)"
    done
    echo "AIRFLOW_FERNET_KEY=$(openssl rand -base64 32 | tr '+/' '-_')"
} > "$target"
