"""Makes the first person who may log in to Airflow, from TIEOUT_ADMIN_USER and TIEOUT_ADMIN_PASSWORD. Safe to repeat.

Somebody who is there already keeps his password: it is changed in the UI or by `airflow users reset-password`.
"""

import os
import sys


def main() -> None:
    """Add the administrator unless there is one of that name."""
    name = os.environ.get("TIEOUT_ADMIN_USER") or "admin"
    password = os.environ.get("TIEOUT_ADMIN_PASSWORD")
    if not password:
        sys.exit("TIEOUT_ADMIN_PASSWORD is not set: it is the first administrator's password.")
    from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder
    from airflow.utils.providers_configuration_loader import providers_configuration_loaded

    @providers_configuration_loaded
    def add() -> str:
        with get_application_builder() as builder:
            manager = builder.sm
            if manager.find_user(name):
                return f"{name} is there already"
            role = manager.find_role("Admin")
            # An address nobody has: Airflow wants one, and sends nothing to it.
            if not manager.add_user(name, "tieout", "administrator", f"{name}@localhost", role, password):
                sys.exit(f"The administrator {name} could not be made; the lines above say why.")
            return f"{name} may log in as administrator"

    sys.stdout.write(add() + "\n")


if __name__ == "__main__":
    main()
