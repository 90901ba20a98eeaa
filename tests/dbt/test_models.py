"""The models decide as their unit tests say (dbt_project/models/**/_unit_tests_*.yml), as of 2026-05-31."""

import io
from contextlib import redirect_stderr, redirect_stdout

from built import AS_OF, Built

from tieout import warehouse
from tieout.dbt.build import configure
from tieout.dbt.project import PROJECT


def test_models_decide_as_their_unit_tests_say(built: Built) -> None:
    from dbt.cli.main import dbtRunner

    configure(built.settings, warehouse.url(built.settings))
    arguments = [
        "--quiet", "--no-use-colors", "--log-path", str(built.settings.dbt / "logs"),
        "test", "--select", "test_type:unit",
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(built.settings.dbt / "target"),
        "--vars", f"{{as_of: '{AS_OF.isoformat()}'}}",
    ]  # fmt: skip
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        outcome = dbtRunner().invoke(arguments)

    assert outcome.exception is None
    results = list(outcome.result)  # type: ignore[arg-type]
    assert len(results) > 40
    failed = [result for result in results if str(result.status) != "pass"]
    assert not failed, "\n".join(f"{result.node.name}: {result.message}" for result in failed)
