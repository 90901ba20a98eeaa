"""What Airflow has to know of tieout beyond its DAGs."""

from airflow.plugins_manager import AirflowPlugin

from tieout_airflow.wiring import RunCreated


class TieoutPlugin(AirflowPlugin):
    """Registers the moment from which deadlines are counted."""

    name = "tieout"
    deadline_references = [RunCreated]  # noqa: RUF012
