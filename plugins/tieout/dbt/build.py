"""dbt in this process: seeds, models and tests up to the marts, as of a business date, and the search amid them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from tieout import engines, matching, warehouse
from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.dbt import changes, partitions, seeds
from tieout.dbt.project import PROJECT

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunner, dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

LAYERS = {
    "staging": ("resource_type:seed", "path:models/staging"),
    "intermediate": ("path:models/intermediate",),
    "marts": ("path:models/marts", "path:models/exceptions", "path:models/reports"),
}
"""What each layer builds, in order. A test runs with the last layer that it looks at; together that is everything."""

FIRST, *_, LAST = LAYERS

SEARCHED = "int_payouts_to_search"
"""The model whose rows are searched before the models that use what was found are built."""

_TABLES = "config.materialized:table"
_OUT_OF_MEMORY = "Out of Memory Error"
_FAILED = frozenset({"error", "fail", "runtime error"})
_LEFT = _FAILED | {"skipped"}
_WITHOUT = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure")

_NOT_TOGETHER = ("deadlock detected", _OUT_OF_MEMORY, "database has been invalidated")
"""Why models are built once more, one after the other.

Two that are replaced at once may each want to drop the same view, and the server lets one of them go; two that fit into
DuckDB's memory one after the other may not do so together. DuckDB 2.0 stops altogether when it puts aside a join below
another one that keeps words as numbers of a list (https://github.com/duckdb/duckdb/pull/23360).
"""

_ONE_BY_ONE = [
    {"TIEOUT_DBT_DUCKDB_THREADS": "1", "TIEOUT_DBT_DUCKDB_PUTS_ASIDE": puts_aside} for puts_aside in ("false", "true")
]
"""How they are built then, and how if that does not help either.

Each thread takes memory that DuckDB cannot put aside. Where many joins nearly fit, DuckDB holds more of them than it
may, unless each puts aside all it holds; other models take more memory so.
"""


@dataclass(frozen=True)
class BuildResult:
    """What dbt did: nodes by status, and the seconds of each node."""

    statuses: dict[str, int]
    seconds: dict[str, float]


def build(
    settings: Settings,
    warehouse_url: str,
    as_of: date,
    *,
    layer: str | None = None,
    full: bool = False,
    progress: Callable[[str], None] | None = None,
) -> BuildResult:
    """Build all models as of a date, or those of one of LAYERS upon those before it.

    What the last build left is brought up to date (tieout.dbt.partitions); `full`: all is built anew. What SQL cannot
    say is searched between the models that name candidates and those that use what was found. Raises TieoutError naming
    the nodes that failed, with their messages.
    """
    from dbt.cli.main import dbtRunner

    configure(settings, warehouse_url)
    engine = engines.choose(settings)
    target = settings.dbt / "target"
    arguments = [
        "--no-write-json",
        "--log-level", "none",
        "--log-path", str(settings.dbt / "logs"),
        "--project-dir", str(PROJECT),
        "--profiles-dir", str(PROJECT),
        "--target-path", str(target),
    ]  # fmt: skip
    # The project is read once for all invocations, and without the date: with other variables than yesterday's dbt
    # would read it all again instead of what has changed.
    parsed = dbtRunner().invoke(["parse", *arguments])
    if parsed.exception is not None:
        raise TieoutError(f"dbt could not run: {parsed.exception}") from parsed.exception
    manifest = cast("Manifest", parsed.result)
    with warehouse.connect(settings) as connection:
        anew = changes.begin(engine, connection, manifest, as_of, first=layer in (None, FIRST), full=full)
    if anew:
        # Left to itself, dbt writes this at each call, which takes longer than ten models.
        manifest.write(str(target / "manifest.json"))  # type: ignore[no-untyped-call]
    runner = dbtRunner(manifest=manifest, callbacks=[_tell(progress)] if progress else [])
    arguments += ["--vars", f"{{as_of: '{as_of.isoformat()}'}}"]
    results: list[Any] = []
    for selection in (
        _phases(layer) if anew else _phases_upon(layer, [view.name for view in partitions.list_dated_views(manifest)])
    ):
        if results:
            found = matching.search_payouts(engine.read(matching.CANDIDATES))
            engine.replace(matching.SETS, matching.SET_COLUMNS, found.rows)
        results += _build(settings, runner, arguments, selection)
    if layer in (None, LAST):
        changes.complete(engine)
    statuses: dict[str, int] = {}
    for result in results:
        statuses[str(result.status)] = statuses.get(str(result.status), 0) + 1
    return BuildResult(statuses, {result.node.unique_id: result.execution_time for result in results})


def _phases(layer: str | None) -> list[list[str]]:
    """Give the selections of a build from nothing: two where the search stands between models of it."""
    selected = LAYERS[layer] if layer else ()
    # Tests that look at what is not built yet would look at tables of another day.
    how = [*_WITHOUT, "--indirect-selection", "buildable"]
    if layer not in (None, "intermediate"):
        return [[*how, "--select", *selected]]
    searched = f"+{SEARCHED}"
    first = [f"{searched},{part}" for part in selected] or [searched]
    return [
        [*how, "--select", *first],
        [*how, *(["--select", *selected] if selected else []), "--exclude", *first],
    ]


def _phases_upon(layer: str | None, dated_views: list[str]) -> list[list[str]]:
    """Give the selections of a build that begins with what the last one left: seeds and most views are what they were.

    All tests run at its end.
    """
    how = [*_WITHOUT, "--indirect-selection", "empty"]
    tables = [f"{part},{_TABLES}" for part in LAYERS[layer] if part.startswith("path:")] if layer else [_TABLES]
    tests = ["resource_type:test"] if layer in (None, LAST) else []
    if layer not in (None, "intermediate"):
        return [[*how, "--select", *tables, *tests]]
    first = [f"+{SEARCHED},{part}" for part in tables]
    return [[*how, "--select", *first, *dated_views], [*how, "--select", *tables, *tests, "--exclude", *first]]


def _build(settings: Settings, runner: "dbtRunner", arguments: list[str], selection: list[str]) -> list[Any]:
    """Build what is selected; what did not get along together once more, one model after the other."""
    outcome = runner.invoke(["build", *arguments, *selection])
    done: list[Any] = []
    for otherwise in _ONE_BY_ONE:
        if not any(cause in message for message in _messages(outcome) for cause in _NOT_TOGETHER):
            break
        results = _results(outcome)
        done += [result for result in results if str(result.status) not in _LEFT]
        left = [".".join(result.node.fqn) for result in results if str(result.status) in _LEFT]
        if left:
            selection = [*_WITHOUT, "--indirect-selection", "empty", "--select", *left]
        # dbt writes what it ran over a seed outside its project.
        seeds.merge(settings)
        # What comes after these models is built so as well.
        os.environ.update(otherwise)
        outcome = runner.invoke(["build", *arguments, *selection, "--threads", "1"])
    if outcome.exception is not None:
        raise TieoutError(f"dbt could not run: {outcome.exception}") from outcome.exception
    results = done + _results(outcome)
    if failed := _failed(results):
        lines = [f"  {result.node.unique_id}: {result.message}" for result in failed]
        if any(_OUT_OF_MEMORY in line for line in lines):
            lines.append("Let DuckDB hold more (TIEOUT_DUCKDB_MEMORY), or build with TIEOUT_ENGINE=postgres.")
        raise TieoutError("\n".join(["the build failed; the published data is as it was:", *lines]))
    return results


def _results(outcome: "dbtRunnerResult") -> list[Any]:
    """Give what dbt says of each node; nothing when it came to no end."""
    return list(outcome.result or ())  # type: ignore[arg-type]


def _messages(outcome: "dbtRunnerResult") -> list[str]:
    return [str(outcome.exception), *(str(result.message) for result in _failed(_results(outcome)))]


def _failed(results: list[Any]) -> list[Any]:
    return [result for result in results if str(result.status) in _FAILED]


def configure(settings: Settings, warehouse_url: str) -> None:
    """Tell dbt, in this process's environment, which seeds, engine and server it works with."""
    server = urlsplit(warehouse_url)
    os.environ.update(
        TIEOUT_SEEDS=str(seeds.merge(settings)),
        TIEOUT_ENGINE=settings.engine,
        TIEOUT_DBT_DUCKDB=str(settings.duckdb),
        TIEOUT_DBT_DUCKDB_MEMORY=f"{settings.duckdb_memory}MB",
        TIEOUT_DBT_DUCKDB_THREADS=str(os.cpu_count() or 1),
        TIEOUT_DBT_DUCKDB_PUTS_ASIDE="false",
        TIEOUT_DBT_HOST=server.hostname or "127.0.0.1",
        TIEOUT_DBT_PORT=str(server.port or 5432),
        TIEOUT_DBT_USER=unquote(server.username or ""),
        TIEOUT_DBT_PASSWORD=unquote(server.password or ""),
        TIEOUT_DBT_DATABASE=server.path.lstrip("/"),
        DBT_SEND_ANONYMOUS_USAGE_STATS="false",
        # Compiling a plan takes longer than running it; a server of the merchant's own has this switched on. Joins have
        # keys, but how many rows a window or a `having` leaves is a guess: where it guesses too few, one side is gone
        # through for each row of the other.
        PGOPTIONS="-c jit=off -c enable_nestloop=off",
    )


def _tell(progress: Callable[[str], None]) -> Callable[..., None]:
    def hear(event: object) -> None:
        info = getattr(event, "info", None)
        if info is not None and info.name in {"LogModelResult", "LogSeedResult"}:
            progress(event.data.node_info.node_name)  # type: ignore[attr-defined]

    return hear
