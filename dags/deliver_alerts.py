"""Sends the messages that wait: their channel was down, or they were written where none can be sent.

Tells also of the last run, where nobody has yet: its gate was mended and it was published afterwards.
"""

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

from tieout.core.settings import Settings
from tieout_airflow import wiring

SETTINGS = Settings.load()


# Nobody is told of its failure: the way to tell is what failed. The messages stay, and the next run sends them.
@task(execution_timeout=timedelta(minutes=8), retries=0, on_failure_callback=None)
def deliver():
    from tieout import alerts
    from tieout.pipeline import reconcile

    urls = wiring.alert_urls()
    reconcile.tell_untold(SETTINGS, urls, wiring.TaskLog())
    sent = alerts.deliver(SETTINGS, urls)
    return {"sent": sent.sent, "waiting": sent.waiting, "problems": list(sent.problems)}


with DAG(
    "deliver_alerts",
    description="Sends the messages that wait.",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/10 * * * *", timezone=wiring.TIMEZONE),
    catchup=False,
    max_active_runs=1,
    default_args=wiring.DEFAULTS,
    tags=["alerts", "delivery"],
):
    deliver()
