"""Lands a small file and then a large one, and asks the gate's questions of it. Arguments: stream, inboxes, home.

Prints by how many bytes the process's peak memory grew.
"""

import resource
import sys
from pathlib import Path

from tieout.core.settings import Settings
from tieout.landing import land
from tieout.quality.questions import ask
from tieout.quality.validation import declared
from tieout.sources import STREAMS


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _take_in(settings: Settings, inbox: Path, source: str, name: str) -> None:
    result = land(settings, inbox)
    if len(result.new) != 1:
        raise SystemExit(f"not landed: {result.quarantined}")
    ask(list(declared("raw").questions(STREAMS[source, name])), result.new)


def main() -> None:
    source, _, name = sys.argv[1].partition("/")
    small, large, home = (Path(argument) for argument in sys.argv[2:])
    _take_in(Settings(home), small, source, name)
    before = _peak()
    _take_in(Settings(home), large, source, name)
    sys.stdout.write(str(_peak() - before))


if __name__ == "__main__":
    main()
