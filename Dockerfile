# The image of every Airflow component and of the `tieout` command. Built by docker-compose.yml.
FROM python:3.11.14-slim-bookworm AS build

ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir --disable-pip-version-check uv==0.13.9
WORKDIR /opt/tieout
RUN uv venv --python /usr/local/bin/python3 /opt/venv
COPY requirements.lock ./
RUN uv pip sync --no-cache --python /opt/venv/bin/python --require-hashes --compile-bytecode requirements.lock
# The layout of the repository: the package finds dbt_project and expectations beside plugins.
COPY pyproject.toml README.md LICENSE ./
COPY plugins plugins
COPY expectations expectations
COPY dbt_project dbt_project
COPY dags dags
COPY deploy/airflow deploy/airflow
RUN uv pip install --no-cache --python /opt/venv/bin/python --no-deps --editable . \
    && /opt/venv/bin/python -m compileall -q plugins expectations dags deploy

FROM python:3.11.14-slim-bookworm

RUN groupadd --gid 10001 tieout \
    && useradd --uid 10001 --gid tieout --no-create-home --home-dir /tmp --shell /usr/sbin/nologin tieout \
    # A new volume takes its owner from the folder that it is mounted on.
    && for folder in inbox landing backups; do install -d -o tieout -g tieout /var/lib/tieout/$folder; done \
    && install -d -o tieout -g tieout /var/lib/tieout /var/log/airflow /opt/airflow /etc/tieout
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/tieout /opt/tieout

ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/tieout/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/tieout/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    TIEOUT_HOME=/var/lib/tieout \
    DBT_SEND_ANONYMOUS_USAGE_STATS=false \
    GX_ANALYTICS_ENABLED=false
USER 10001:10001
WORKDIR /opt/tieout
CMD ["tieout", "--help"]
