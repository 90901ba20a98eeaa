"""Deliveries taken in by several processes at once where there is much to read, else by this one.

Reading holds Python's lock half of the time, so that threads would stand in each other's way. What a landing leaves
does not depend on the order in which its files are taken.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeVar

from tieout.core.errors import TieoutError
from tieout.core.settings import Settings
from tieout.landing import folders
from tieout.landing.folders import Progress

LEAST_BYTES = 128 << 20
"""What is less is read before another process has started."""

_MOST = 4
# Each holds a delivery's row groups: some 200 MB.

_SAY: ContextVar[Progress] = ContextVar("say")

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


def take_all(
    work: Callable[[Job, Progress], Outcome], jobs: Sequence[Job], size: int, settings: Settings, say: Progress
) -> Iterator[Outcome]:
    """Give each job's outcome, in their order; `size` is how many bytes all of them have to read.

    `work` and jobs go to other processes, so they must be picklable; what it says is said by one thread here. The
    processes end with this one, however it ends, and nobody else lands before they have. Raises what `work` raises, and
    TieoutError where a process was killed.
    """
    processes = min(os.cpu_count() or 1, len(jobs), _MOST)
    if processes < 2 or size < LEAST_BYTES:
        for job in jobs:
            yield work(job, say)
        return
    # Forking would copy the locks of Arrow's threads, whatever state they are in.
    context = multiprocessing.get_context("spawn")
    # No lock that a process could take with it: a line is short enough to be written at once.
    said, saying = context.Pipe(duplex=False)
    teller = threading.Thread(target=_tell, args=(said, say), daemon=True)
    teller.start()
    try:
        with ProcessPoolExecutor(processes, context, _begin, (settings, saying)) as pool:
            yield from pool.map(partial(_work, work), jobs)
    except BrokenProcessPool as error:
        raise TieoutError(
            "A process that was reading deliveries was killed, for want of memory perhaps. What was landed stays: land "
            "again."
        ) from error
    finally:
        saying.close()
        teller.join()


def _tell(said: "Connection[str, str]", say: Progress) -> None:
    # If it cannot be said, helpers cannot say it either and fail as this process would.
    with said, suppress(EOFError):
        while True:
            say(said.recv())


def _begin(settings: Settings, saying: "Connection[str, str]") -> None:
    _SAY.set(saying.send)
    # Who stops the landing by hand stops its processes with it, without their tracebacks.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    folders.help_landing(settings)
    parent = multiprocessing.parent_process()
    # From here on others wait for this process; one that has landed meanwhile did not.
    if parent is None or not parent.is_alive():
        os._exit(1)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _work(work: Callable[[Job, Progress], Outcome], job: Job) -> Outcome:
    return work(job, _SAY.get())
