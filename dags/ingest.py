"""One DAG a source: fetch or pick up what it delivers for a business date, land it, gate it, hand it over.

The business date is the partition key. `land` looks again and again until all is there that the schedules expect of the
date and the source's API has of it, or the waiting is over (TIEOUT_WAIT_HOURS). A source that fails keeps nobody
waiting: it is handed over as it is.
"""

from datetime import timedelta

from airflow.sdk import DAG, CronPartitionTimetable, PokeReturnValue, task, teardown

from tieout.core.settings import Settings
from tieout.sources import SOURCES
from tieout_airflow import wiring
from tieout_airflow.wiring import RAW, TaskLog, business_date, run_id

SETTINGS = Settings.load()


def ingest(source: str) -> None:
    """Wire the tasks of one source."""

    @task
    def fetch(dag_run=None):
        from tieout.pipeline import ingest as steps

        steps.fetch(SETTINGS, source, business_date(dag_run), run_id(dag_run), TaskLog())

    # Files may be put into the inbox by hand, whatever became of fetching.
    @task.sensor(
        mode="reschedule",
        poke_interval=SETTINGS.poke_seconds,
        timeout=timedelta(days=30, hours=SETTINGS.wait_hours),
        trigger_rule="all_done",
    )
    def land(dag_run=None):
        from tieout.pipeline import ingest as steps

        landed = steps.land(SETTINGS, source, business_date(dag_run), run_id(dag_run), TaskLog())
        return PokeReturnValue(is_done=not landed.is_waiting, xcom_value=landed.figures)

    @task
    def gate(dag_run=None):
        from airflow.sdk.exceptions import AirflowFailException

        from tieout.pipeline import ingest as steps

        verdict = steps.gate(SETTINGS, source, business_date(dag_run), run_id(dag_run), TaskLog())
        if verdict == "failed":
            raise AirflowFailException(f"the gate holds back what {source} delivered; the lines above say why")
        return verdict

    @teardown(on_failure_fail_dagrun=True)
    @task(outlets=[RAW[source]])
    def hand_over(dag_run=None, outlet_events=None):
        from tieout.pipeline import ingest as steps

        summary = steps.summarise(SETTINGS, source, business_date(dag_run), run_id(dag_run))
        outlet_events[RAW[source]].extra = summary
        wiring.tell_run(SETTINGS, dag_run)
        return summary

    fetch() >> land() >> gate() >> hand_over()


for name in SOURCES:
    with DAG(
        f"ingest_{name}",
        description=f"What {name} delivers for a business date: fetched or picked up, landed, gated.",
        doc_md=__doc__,
        # At midnight, so that a backfill from the 1st to the 31st is the business dates 1 to 31.
        schedule=CronPartitionTimetable("0 0 * * *", timezone=wiring.TIMEZONE, run_offset=-1, key_format=wiring.DATE),
        start_date=SETTINGS.schedule_from,
        catchup=False,
        default_args=wiring.DEFAULTS,
        on_failure_callback=wiring.tell_failure,
        deadline=wiring.within(timedelta(hours=14)),
        tags=["ingest", name],
    ):
        ingest(name)
