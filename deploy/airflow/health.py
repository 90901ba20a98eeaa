"""Whether a component of Airflow is alive, as the API server says: `health.py scheduler`. Exit code 0 or 1.

Costs a tenth of a second; `airflow jobs check` costs five, several times a minute, for every component.
"""

import json
import os
import sys
from urllib.request import urlopen


def main() -> None:
    """Ask for one component: metadatabase, scheduler, triggerer or dag_processor."""
    component = sys.argv[1]
    address = os.environ.get("AIRFLOW__CORE__EXECUTION_API_SERVER_URL", "").removesuffix("execution/")
    with urlopen(f"{address}api/v2/monitor/health", timeout=10) as answer:  # noqa: S310 - our own server
        status = json.load(answer)[component]["status"]
    if status != "healthy":
        sys.exit(f"{component} is {status}")


if __name__ == "__main__":
    main()
