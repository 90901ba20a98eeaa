"""Brings a deployment up to date: Airflow's metadata database, its pool, tieout's warehouse. Safe to repeat.

`python -m tieout_airflow.setup`, with the environment that Airflow and tieout will run in.
"""

from tieout import warehouse
from tieout.core.settings import Settings
from tieout.sources import STREAMS
from tieout_airflow.wiring import WAREHOUSE_POOL


def main() -> None:
    """Migrate, make the pool of one, prepare the warehouse, and make the folders that files are put into."""
    from airflow.cli.cli_parser import get_parser

    parser = get_parser()
    for command in (
        ["db", "migrate"],
        ["pools", "set", WAREHOUSE_POOL, "1", "What changes the warehouse, one after the other"],
    ):
        arguments = parser.parse_args(command)
        arguments.func(arguments)
    settings = Settings.load()
    for source, stream in STREAMS:
        (settings.inbox / source / stream).mkdir(parents=True, exist_ok=True)
    warehouse.start(settings)


if __name__ == "__main__":
    main()
