"""A `tieout run` that is killed in the middle of a step: `python killed.py STEP tieout-arguments…`.

It kills itself, so that the moment does not depend on the machine's speed.
"""

import os
import signal
import sys
from typing import Any

from tieout.cli import main
from tieout.cli.screen import Progress
from tieout.warehouse import copying, history

_AFTER = {"land": 200, "build": 60}
"""So many files or models are done when it happens."""


def _die(*_arguments: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_while(step: str) -> None:
    heard = 0
    listen = Progress.__call__

    def hear(self: Progress, name: str, doing: str) -> None:
        nonlocal heard
        listen(self, name, doing)
        heard += name == step
        if heard > _AFTER[step]:
            _die()

    Progress.__call__ = hear  # type: ignore[method-assign]


def _die_while_loading() -> None:
    copy, done = copying._copy_stream, 0

    def copy_some(*arguments: Any) -> int:
        nonlocal done
        done += 1
        return copy(*arguments) if done <= 12 else _die()

    copying._copy_stream = copy_some


if __name__ == "__main__":
    when = sys.argv.pop(1)
    if when == "load":
        _die_while_loading()
    elif when == "publish":
        # The new tables stand in the place of the old ones, and the transaction is still open.
        history.record = _die
    else:
        _die_while(when)
    main()
