"""Alerts: what people are told when a check fails, once for each cause, and again when it is over.

Telling writes messages into an outbox in the warehouse; delivering sends them through apprise. So a channel that is
down delays a message and nothing else.
"""

from tieout.alerts.channels import Urls, urls_from_environment
from tieout.alerts.delivery import Delivered, deliver, forget, send_test
from tieout.alerts.telling import tell_deadline, tell_failure, tell_run, tell_success

__all__ = [
    "Delivered", "Urls", "deliver", "forget", "send_test", "tell_deadline", "tell_failure", "tell_run", "tell_success",
    "urls_from_environment",
]  # fmt: skip
