"""The one module that knows Great Expectations' contexts: declared suites in, plain outcomes out."""

import importlib
import logging
import os
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

_REPOSITORY = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Outcome:
    """What one expectation came to. `error` is the text of an exception inside Great Expectations: never a success."""

    rule: str
    severity: str
    success: bool
    kwargs: dict[str, Any]
    result: dict[str, Any]
    error: str | None = None


def declared(module: str) -> ModuleType:
    """Import a module of the folder `expectations`, which stands beside the package and not in it."""
    if str(_REPOSITORY) not in sys.path:
        sys.path.append(str(_REPOSITORY))
    return importlib.import_module(f"expectations.{module}")


def open_context() -> Any:
    """Open an ephemeral context: nothing is written, nothing is sent, no progress bars."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # A hundred lines about their own working would hide a task's own; the second module sets its own level.
    for name in ("great_expectations", "great_expectations.data_context.types.base"):
        logging.getLogger(name).setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


def validate_frame(
    source: Any, name: str, frame: Any, expectations: Sequence[Any], places: Sequence[str], *, everywhere: bool = False
) -> list[Outcome]:
    """Validate a frame; an outcome names what failed by the columns `places`, some of it or all of it (`everywhere`).

    `source` is a pandas data source of an open context.
    """
    definition = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
    batch = definition.get_batch(batch_parameters={"dataframe": frame})
    form = {"result_format": "COMPLETE" if everywhere else "SUMMARY", "unexpected_index_column_names": list(places)}
    return _outcomes(batch, name, expectations, form)


def validate_relation(source: Any, relation: str, expectations: Sequence[Any]) -> list[Outcome]:
    """Validate a table or view (`schema.name`) of a PostgreSQL data source of an open context.

    A relation that cannot be reached fails all its expectations.
    """
    from great_expectations.datasource.fluent.interfaces import TestConnectionError

    schema, _, table = relation.partition(".")
    with warnings.catch_warnings():
        # Deprecated in favour of the data source's own schema, which PostgreSQL's data source does not have in 1.24.
        warnings.filterwarnings("ignore", message="`schema_name` is deprecated", category=DeprecationWarning)
        try:
            asset = source.add_table_asset(relation, schema_name=schema, table_name=table)
        except TestConnectionError as error:
            return [_failure(expectation, _shorten(str(error))) for expectation in expectations]
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    return _outcomes(batch, relation, expectations, {"result_format": "COMPLETE"})


def _outcomes(batch: Any, name: str, expectations: Sequence[Any], form: dict[str, Any]) -> list[Outcome]:
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=name, expectations=list(expectations))
    return [_outcome(result) for result in batch.validate(suite, result_format=form).results]


def _outcome(result: Any) -> Outcome:
    config = result.expectation_config
    error = _error_in(result.exception_info)
    # A rule that could not be measured has failed, and gravely: nobody knows what it would have found.
    severity = "critical" if error else str(config.severity.value)
    return Outcome(
        config.meta["rule"], severity, bool(result.success) and not error, config.kwargs, result.result or {}, error
    )


def _failure(expectation: Any, error: str) -> Outcome:
    return Outcome(expectation.meta["rule"], "critical", False, {}, {}, error)


def _error_in(info: Any) -> str | None:
    """Find the message: Great Expectations keeps it in one dict, or in one for each metric that failed."""
    entries = [info] if "raised_exception" in (info or {}) else list((info or {}).values())
    messages = {_shorten(entry["exception_message"]) for entry in entries if entry["raised_exception"]}
    return "; ".join(sorted(messages)) or None


def _shorten(message: str | None) -> str:
    """Leave out the statement, which SQLAlchemy adds to the database's own words."""
    return " ".join((message or "unknown error").split("[SQL:")[0].split())
