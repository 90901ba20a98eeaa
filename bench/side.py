"""Programs beside tieout, each in a process of its own: what they are given, and how long and how large they were."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tieout.core.settings import Settings

Streams = dict[str, list[Path]]
"""The landed rows of each entity of the open format, in the order of their deliveries."""
Found = set[tuple[str, str, int]]
"""Code, the entity's identifier, fen without their sign."""


@dataclass(frozen=True)
class Measured:
    """What a program found, the seconds of its work (without starting and importing), its largest memory in bytes."""

    found: Found
    seconds: float
    peak: int


def write_streams(settings: "Settings", path: Path) -> None:
    """Note where the landed rows are."""
    from tieout import landing

    streams: dict[str, list[str]] = {}
    for batch in sorted(landing.batches(settings, "open"), key=lambda one: one.delivery_rank):
        streams.setdefault(batch.stream, []).append(str(batch.rows_path))
    path.write_text(json.dumps(streams), encoding="utf-8")


def run(
    module: str, streams: Path, as_of: date, out: Path, *more: str, python: str | Path = sys.executable
) -> Measured:
    """Run one of the programs by itself."""
    out.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", module, str(streams), str(as_of), str(out), *more]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    answer = json.loads(ran.stdout.splitlines()[-1])
    return Measured({(code, one, fen) for code, one, fen in answer["found"]}, answer["seconds"], answer["peak"])


def report(work: Callable[[Streams, date, Path], Iterable[tuple[str, str, int]]]) -> None:
    """Do one of the programs' work as the command line says; print what `run` reads."""
    noted = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    streams = {name: [Path(one) for one in paths] for name, paths in noted.items()}
    as_of, out = date.fromisoformat(sys.argv[2]), Path(sys.argv[3])
    begun = time.perf_counter()
    found = [(str(code), str(one), int(fen)) for code, one, fen in work(streams, as_of, out)]
    seconds = time.perf_counter() - begun
    print(json.dumps({"found": found, "seconds": seconds, "peak": peak_memory()}))


def peak_memory() -> int:
    """The largest memory of this process in bytes; getrusage would tell its parent's where that was larger."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1_024 for line in status.splitlines() if line.startswith("VmHWM:"))
