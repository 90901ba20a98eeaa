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
    from dbt.cli.main import dbtRunner
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
_WITHOUT = ("--exclude-resource-type", "unit_test", "--exclude-resource-type", "exposure")

_ATTEMPTS = 3
# Two models that are replaced at once may each want to drop the same view: the server lets one of them go.


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
        results += _invoke(runner, ["build", *arguments, *selection])
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


def _invoke(runner: "dbtRunner", arguments: list[str]) -> list[Any]:
    """Run dbt, again where two models that were replaced at once stood in each other's way."""
    for attempts_left in range(_ATTEMPTS - 1, -1, -1):
        outcome = runner.invoke(arguments)
        if outcome.exception is not None:
            raise TieoutError(f"dbt could not run: {outcome.exception}") from outcome.exception
        results: list[Any] = list(outcome.result)  # type: ignore[arg-type]
        failed = [result for result in results if str(result.status) in {"error", "fail", "runtime error"}]
        if not (attempts_left and any("deadlock detected" in str(result.message) for result in failed)):
            break
    if failed:
        raise TieoutError(
            "the build failed; the published data is as it was:\n"
            + "\n".join(f"  {result.node.unique_id}: {result.message}" for result in failed)
        )
    return results


def configure(settings: Settings, warehouse_url: str) -> None:
    """Tell dbt, in this process's environment, which seeds, engine and server it works with."""
    server = urlsplit(warehouse_url)
    os.environ.update(
        TIEOUT_SEEDS=str(seeds.merge(settings)),
        TIEOUT_ENGINE=settings.engine,
        TIEOUT_DBT_DUCKDB=str(settings.duckdb),
        TIEOUT_DBT_DUCKDB_MEMORY=engines.MEMORY,
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
