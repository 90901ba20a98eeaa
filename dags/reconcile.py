"""Ties out a business date: when all sources have handed it over, or at noon with what has come.

The date is the partition key, or `business_date` where the run is triggered by hand. What is published never steps
back: for a date before the latest published one, that one is tied out again, with what has come for the earlier date.
"""

from datetime import timedelta

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import (
    DAG,
    AssetAll,
    CronPartitionTimetable,
    IdentityMapper,
    Param,
    PartitionedAssetTimetable,
    task,
    teardown,
)

from tieout.core.settings import Settings
from tieout_airflow import wiring
from tieout_airflow.wiring import PUBLISHED, RAW, TaskLog, business_date, run_id

SETTINGS = Settings.load()


@task
def load(dag_run=None):
    from tieout.pipeline import reconcile

    return reconcile.load(SETTINGS, business_date(dag_run), run_id(dag_run), TaskLog())


@task
def build(layer: str, dag_run=None):
    from tieout.pipeline import reconcile

    reconcile.build(SETTINGS, layer, run_id(dag_run), TaskLog())


@task
def gate(dag_run=None):
    from airflow.sdk.exceptions import AirflowFailException

    from tieout.pipeline import reconcile

    if reconcile.gate(SETTINGS, run_id(dag_run), TaskLog()) == "failed":
        raise AirflowFailException("publication is withheld, readers keep the last version; `tieout status` says why")


@task(outlets=[PUBLISHED])
def publish(dag_run=None, outlet_events=None):
    from tieout.pipeline import reconcile

    published = reconcile.publish(SETTINGS, run_id(dag_run), TaskLog())
    outlet_events[PUBLISHED].extra = published
    return published


# What cannot be sent waits in the warehouse for deliver_alerts; the next run must not wait for it.
@teardown
@task(retries=1, retry_delay=timedelta(seconds=10))
def alert(dag_run=None):
    wiring.tell_run(SETTINGS, dag_run)


@task.short_circuit
def is_due(dag_run=None):
    from tieout.pipeline import reconcile

    return not reconcile.has_begun(SETTINGS, business_date(dag_run))


with DAG(
    "reconcile",
    description="Load, build layer by layer, gate, publish and alert for a business date.",
    doc_md=__doc__,
    schedule=PartitionedAssetTimetable(assets=AssetAll(*RAW.values()), default_partition_mapper=IdentityMapper()),
    catchup=False,
    # Two dates at once would build upon each other's tables.
    max_active_runs=1,
    params={"business_date": Param(None, type=["null", "string"], format="date")},
    default_args=wiring.DEFAULTS | {"pool": wiring.WAREHOUSE_POOL},
    on_failure_callback=wiring.tell_failure,
    deadline=wiring.within(timedelta(hours=2)),
    tags=["reconcile", "publication"],
):
    layers = [build.override(task_id=f"build_{layer}")(layer) for layer in ("staging", "intermediate", "marts")]
    load() >> layers[0] >> layers[1] >> layers[2] >> gate() >> publish() >> alert()

with DAG(
    "trigger_reconcile",
    description="At noon: ties out the business date with what has come, if that was not begun yet.",
    doc_md=__doc__,
    schedule=CronPartitionTimetable("0 12 * * *", timezone=wiring.TIMEZONE, run_offset=-1, key_format=wiring.DATE),
    start_date=SETTINGS.schedule_from,
    catchup=False,
    default_args=wiring.DEFAULTS,
    on_failure_callback=wiring.tell_failure,
    tags=["reconcile", "fallback"],
):
    is_due() >> TriggerDagRunOperator(
        task_id="trigger", trigger_dag_id="reconcile", conf={"business_date": "{{ dag_run.partition_key }}"}
    )
