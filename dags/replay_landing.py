"""Reads every landed file again with today's readers, after a reader was mended, and ties out once more."""

from datetime import timedelta

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, task

from tieout.core.settings import Settings
from tieout_airflow import wiring

SETTINGS = Settings.load()


@task(pool=wiring.WAREHOUSE_POOL, execution_timeout=timedelta(hours=6))
def replay():
    from tieout.pipeline import reconcile

    return reconcile.replay(SETTINGS, wiring.TaskLog())


with DAG(
    "replay_landing",
    description="Reads every landed file again, then ties out again.",
    doc_md=__doc__,
    schedule=None,
    max_active_runs=1,
    default_args=wiring.DEFAULTS,
    on_failure_callback=wiring.tell_failure,
    tags=["maintenance", "landing"],
):
    business_date = replay()
    business_date >> TriggerDagRunOperator(
        task_id="trigger", trigger_dag_id="reconcile", conf={"business_date": "{{ ti.xcom_pull('replay') }}"}
    )
