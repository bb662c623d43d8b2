"""A few threads that do jobs at the same time, and that nobody has to wait for.

The standard library's pool is waited for when a program ends, however long its jobs take: whoever
stops Tocsin would wait for the slowest server that it talks to.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

Answer = TypeVar("Answer")
_Job = tuple[Future[Any], Callable[[], Any]]


class Pool(Executor):
    """At most `most` threads, each started when there is more to do than the others can."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._unfinished = 0
        self._is_shut = False

    def submit(self, fn: Callable[..., Answer], /, *args: Any, **kwargs: Any) -> Future[Answer]:
        """Have a job done. Raises RuntimeError once the pool is shut."""
        coming: Future[Answer] = Future()
        with self._lock:
            if self._is_shut:
                raise RuntimeError(f"{self._name}: nothing more is taken")
            self._unfinished += 1
            self._jobs.put((coming, lambda: fn(*args, **kwargs)))
            if len(self._threads) < min(self._most, self._unfinished):
                name = f"{self._name} {len(self._threads) + 1}"
                thread = threading.Thread(target=self._work, name=name, daemon=True)
                self._threads.append(thread)
                thread.start()
        return coming

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take nothing more. cancel_futures: nor begin what waits; wait: until all is done."""
        with self._lock:
            self._is_shut = True
            threads = list(self._threads)
            if cancel_futures:
                self._cancel()
            self._jobs.put(None)
        for thread in threads if wait else ():
            thread.join()

    def _cancel(self) -> None:
        while not self._jobs.empty():
            job = self._jobs.get()
            if job is not None:
                job[0].cancel()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            coming, do = job
            if coming.set_running_or_notify_cancel():
                try:
                    coming.set_result(do())
                except BaseException as error:  # noqa: BLE001  handed to whoever asked for it
                    coming.set_exception(error)
            with self._lock:
                self._unfinished -= 1
            del coming, do, job
        self._jobs.put(None)  # for the next thread
