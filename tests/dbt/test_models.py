"""The models decide on any engine as their unit tests say (models/**/_unit_tests_*.yml), as of 2026-05-31."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from typing import get_args

import pytest
from built import AS_OF, Built

from tieout import warehouse
from tieout.core.settings import Engine
from tieout.dbt import build
from tieout.dbt.build import configure
from tieout.dbt.project import PROJECT


@pytest.mark.parametrize("engine", get_args(Engine))
def test_models_decide_as_their_unit_tests_say(built: Built, engine: Engine) -> None:
    from dbt.cli.main import dbtRunner

    settings = replace(built.settings, engine=engine)
    url = warehouse.url(settings)
    if settings != built.settings:
        # A unit test looks at the columns of what was built.
        build(settings, url, AS_OF)
    configure(settings, url)
    arguments = [
        "--quiet", "--no-use-colors", "--log-path", str(settings.dbt / "logs"),
        "test", "--select", "test_type:unit",
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(settings.dbt / f"unit_tests_{engine}"),
        "--vars", f"{{as_of: '{AS_OF.isoformat()}'}}",
    ]  # fmt: skip
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        outcome = dbtRunner().invoke(arguments)

    assert outcome.exception is None
    results = list(outcome.result)  # type: ignore[arg-type]
    assert len(results) > 40
    failed = [result for result in results if str(result.status) != "pass"]
    assert not failed, "\n".join(f"{result.node.name}: {result.message}" for result in failed)
