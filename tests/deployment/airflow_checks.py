"""Checks against the installed Airflow, in a process of its own: reads JSON, answers in JSON.

In: {"commands": [[...]], "settings": ["AIRFLOW__…"]}. Out: what Airflow does not know of them.
"""

import contextlib
import importlib
import io
import json
import sys
from typing import Any


def _unknown_commands(commands: list[list[str]]) -> list[str]:
    from airflow.cli.cli_parser import get_parser

    parser = get_parser()
    wrong = []
    for command in commands:
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                parser.parse_args(command)
        except SystemExit:
            wrong.append(f"airflow {' '.join(command)}: {said.getvalue().strip().splitlines()[-1]}")
    return wrong


def _unknown_settings(names: list[str]) -> list[str]:
    from airflow.configuration import conf, retrieve_configuration_description
    from airflow.providers_manager import ProvidersManager

    known = retrieve_configuration_description(include_providers=False)
    for _, described in ProvidersManager().provider_configs:
        for section, content in described.items():
            known.setdefault(section, {"options": {}})["options"].update(content["options"])
    assert conf.get("core", "executor")
    # Documented under [core], may be set for one component.
    known["scheduler"]["options"]["mp_start_method"] = known["core"]["options"]["mp_start_method"]
    wrong = []
    for name in names:
        section, option = name.removeprefix("AIRFLOW__").lower().split("__")
        if option not in known.get(section, {"options": {}})["options"]:
            wrong.append(name)
    return wrong


def main() -> None:
    """Answer one question."""
    asked: dict[str, Any] = json.load(sys.stdin)
    answer = {"commands": _unknown_commands(asked["commands"]), "settings": _unknown_settings(asked["settings"])}
    for path in asked["objects"]:
        module, _, name = path.rpartition(".")
        getattr(importlib.import_module(module), name)
    sys.stdout.write(f"\n{json.dumps(answer)}")


if __name__ == "__main__":
    main()
