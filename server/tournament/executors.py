"""Where matches run: in this process, in worker processes that can be killed, on a cluster.

Each is a `concurrent.futures` executor; whoever runs a tournament is handed one.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

OWN_MEMORY_MB = 512
"""That a worker itself may use."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Inline(Executor):
    """Runs what is submitted at once, here."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """See `Executor.submit`."""
        future: Future[_T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class KillablePool(Executor):
    """Worker processes; one that takes longer than `seconds` over a task is killed.

    The task's future then raises `TimeoutError`, and a new worker takes the place. Where the
    system keeps such limits, a worker may use `memory_mb` beyond its own needs.
    """

    def __init__(self, workers: int, seconds: float, memory_mb: int = 512) -> None:
        import multiprocessing

        from pebble import ProcessPool

        # Started afresh: a fork would take over the threads' locks of the one who starts it.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPool(
            workers, context=context, initializer=_begin, initargs=(memory_mb,)
        )
        self._seconds = seconds

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """See `Executor.submit`."""
        future: Future[_T] = self._pool.submit(fn, self._seconds, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """See `Executor.shutdown`; with `cancel_futures` the workers are killed."""
        if cancel_futures:
            self._pool.stop()
        else:
            self._pool.close()
        if wait:
            self._pool.join()


def _begin(memory_mb: int) -> None:
    # Ctrl-C reaches the whole group; the one who started the workers decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # A bot that eats memory gets a MemoryError, where the system keeps such limits.
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        size = (OWN_MEMORY_MB + memory_mb) << 20
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """A Dask cluster, such as ``tcp://10.0.0.5:8786``.

    Raises:
        ImportError: the extra `cluster` is not installed.
        OSError: nobody answers there.
    """
    from distributed import Client

    with Client(address) as client, client.get_executor(pure=False) as executor:
        yield executor
