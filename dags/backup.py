"""Every night, in one file: landing, quarantine, configuration, what the warehouse alone knows. Two weeks are kept."""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

from tieout.core.settings import Settings
from tieout_airflow import wiring

SETTINGS = Settings.load()


@task(pool=wiring.WAREHOUSE_POOL, execution_timeout=timedelta(hours=6))
def back_up():
    from tieout import backup

    made = backup.backup(SETTINGS, SETTINGS.backups, wiring.log.info, keep=14)
    return str(made.path)


with DAG(
    "backup",
    description="Writes the night's backup.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 3 * * *", timezone=wiring.TIMEZONE),
    start_date=SETTINGS.schedule_from,
    catchup=False,
    max_active_runs=1,
    default_args=wiring.DEFAULTS,
    on_failure_callback=wiring.tell_failure,
    tags=["maintenance", "backup"],
):
    back_up()
