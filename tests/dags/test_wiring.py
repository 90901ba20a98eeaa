"""Every DAG loads, is what a data team expects of it, and costs nothing to parse."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "dags"

_PARSE = """
import importlib.util, json, sys
from pathlib import Path
from airflow.sdk import DAG

found, heavy = {}, set()
for path in sorted(Path(sys.argv[1]).glob("*.py")):
    spec = importlib.util.spec_from_file_location(f"parsed_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
from airflow.dag_processing.dagbag import DagBag
heavy = {"pandas", "pyarrow", "dbt", "great_expectations", "apprise", "openpyxl", "psycopg"} & sys.modules.keys()
bag = DagBag(dag_folder=sys.argv[1])
print(json.dumps({
    "errors": {str(path): text for path, text in bag.import_errors.items()},
    "heavy": sorted(heavy),
    "dags": {
        dag.dag_id: {
            "doc": dag.doc_md, "tags": sorted(dag.tags), "description": dag.description, "catchup": dag.catchup,
            "file": Path(dag.fileloc).name,
            "tasks": {
                task.task_id: {
                    "owner": task.owner, "retries": task.retries, "pool": task.pool,
                    "backoff": bool(task.retry_exponential_backoff),
                    "timeout": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                } for task in dag.tasks
            },
        } for dag in bag.dags.values()
    },
}))
"""


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> dict:
    home = tmp_path_factory.mktemp("parsing")
    environment = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "TIEOUT_HOME": str(home / "tieout"),
        "PATH": str(Path(sys.executable).parent),
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _PARSE, DAGS],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_dag_loads(parsed: dict) -> None:
    assert parsed["errors"] == {}
    assert set(parsed["dags"]) == {
        "ingest_alipay", "ingest_wechat", "ingest_taobao", "ingest_bank", "ingest_open", "reconcile",
        "trigger_reconcile", "replay_landing", "backup", "deliver_alerts",
    }  # fmt: skip


def test_parsing_loads_nothing_heavy(parsed: dict) -> None:
    assert parsed["heavy"] == []


def test_every_dag_says_what_it_does_and_every_task_has_an_owner_and_a_limit(parsed: dict) -> None:
    assert len(parsed["dags"]) > 5
    for name, dag in parsed["dags"].items():
        assert dag["doc"], name
        assert dag["description"], name
        assert len(dag["tags"]) == 2, name
        assert not dag["catchup"], name
        assert dag["tasks"], name
        for task, facts in dag["tasks"].items():
            assert facts["owner"] == "data", (name, task)
            assert facts["timeout"], (name, task)
            assert (facts["retries"] >= 1 and facts["backoff"]) or name == "deliver_alerts", (name, task)


def test_what_changes_the_warehouse_shares_the_pool_of_one(parsed: dict) -> None:
    pools = {
        (name, task): facts["pool"] for name, dag in parsed["dags"].items() for task, facts in dag["tasks"].items()
    }
    assert {task for (name, task), pool in pools.items() if name == "reconcile" and pool == "warehouse"} == {
        "load", "build_staging", "build_intermediate", "build_marts", "gate", "publish", "alert",
    }  # fmt: skip
    assert pools["replay_landing", "replay"] == pools["backup", "back_up"] == "warehouse"


def test_dag_files_stay_wiring() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in DAGS.glob("*.py")}
    assert len(lengths) == 5
    assert {name: length for name, length in lengths.items() if length > 110} == {}
    assert not [name for name in lengths if name.startswith("dbt_")]
