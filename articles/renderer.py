"""Rendering behind a guard: text from outside is parsed in child processes, each ended when its time is up.

Ten kilobytes can hang the parser and with it every thread of its process; so nothing of ours parses but these children.
They are started on first use, at most one a processor and four in all, and end when this process does.
"""

import atexit
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from articles import signals
from articles.text import guarding, worker
from articles.text.rendering import Rendered

DEFAULT_SECONDS: Final = 1.6
# The child may work so long; on a busy machine its work may take this many times longer before we stop waiting.
_PATIENCE: Final = 2.0
_START_SECONDS: Final = 30.0
_WAIT_SECONDS: Final = 15.0
_LONGEST_LIFE: Final = 2_000
_CHUNK: Final = 1 << 16


class RenderError(Exception):
    """A text that isn't rendered: `message` is a plain sentence for its editor, `line` is 1-based or None."""

    def __init__(self, code: str, message: str, line: int | None = None) -> None:
        super().__init__(message if line is None else f"Line {line}: {message}")
        self.code = code
        self.message = message
        self.line = line


class RenderTimeout(RenderError):
    """The text took longer than it may, or too many others were waiting."""


def render(text: str, *, seconds: float | None = None) -> Rendered:
    """The text rendered in `seconds` of work (default: WIKI_RENDER_SECONDS); raises RenderError or RenderTimeout."""
    plugins = list(getattr(settings, "WIKI_SYNTAX_PLUGINS", ()))
    return Rendered.from_json(_ask({"do": "render", "text": text, "plugins": plugins}, seconds))


def begin(text: str) -> Callable[[], Rendered]:
    """Begin to render a text, and return what waits for it: it gives, or raises, what `render` would.

    Whoever has something else to do meanwhile need not stand and wait for the child.
    """
    ended: Future[Rendered] = Future()

    def work() -> None:
        try:
            ended.set_result(render(text))
        except BaseException as error:
            ended.set_exception(error)

    # A thread of its own, which gives the child back as soon as it has answered: a caller that held it while asking
    # for another could wait for ever for others that do the same.
    threading.Thread(target=copy_context().run, args=(work,), daemon=True).start()
    return ended.result


def normalise_headings(section_text: str, *, seconds: float | None = None) -> str:
    """`text.sections.normalise_headings` behind the same guard; raises RenderError or RenderTimeout."""
    if "\n=" not in section_text and "\n-" not in section_text:
        return section_text
    answer: str = _ask({"do": "normalise", "text": section_text}, seconds)
    return answer


def shut_down() -> None:
    """End all children of this process; the next render starts new ones."""
    global _pool
    with _pool_lock:
        pool, _pool = _pool, None
    if pool:
        pool.close()


def _ask(message: dict[str, Any], seconds: float | None) -> Any:
    if len(message["text"]) > guarding.MAX_TEXT:
        # Not worth sending: the child's guard would say the same.
        raise RenderError("size", f"The text is longer than {guarding.MAX_TEXT // 1024} KB. Please split the article.")
    limit = float(getattr(settings, "WIKI_RENDER_SECONDS", DEFAULT_SECONDS)) if seconds is None else seconds
    answer = _answer_to(worker.packed(message | {"seconds": limit}), limit)
    if error := answer.get("error"):
        raise RenderError(error["code"], error["message"], error["line"])
    return answer["ok"]


def _answer_to(message: bytes, limit: float) -> Any:
    outcome = "died"
    try:
        answer = _this_process_pool().ask(message, limit)
        outcome = "refused" if "error" in answer else "ok"
    except RenderError as error:
        outcome = error.code
        raise
    finally:
        signals.render_ended.send_robust(None, outcome=outcome)
    return answer


class _DeadlineError(Exception):
    """The child didn't answer in time."""


class _DeadError(Exception):
    """The child is no more."""


class _SpentError(Exception):
    """The child was ended by the kernel: it had worked as long as it may."""


class _Child:
    """One child process and the two pipes to it, used by one thread at a time."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  # our own file, run by our own interpreter
            [sys.executable, "-I", str(Path(worker.__file__).resolve())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        if self.process.stdin is None or self.process.stdout is None:
            raise AssertionError("both were asked for")
        self.questions, self.answers = self.process.stdin, self.process.stdout
        for pipe in (self.questions, self.answers):
            os.set_blocking(pipe.fileno(), False)
        self.asked = 0
        try:
            self._read(time.monotonic() + _START_SECONDS)
        except BaseException:
            self.end()
            raise

    def alive(self) -> bool:
        """Whether it still runs; one that ended while idle is simply replaced."""
        return self.process.poll() is None

    def ask(self, message: bytes, seconds: float) -> Any:
        """Send one message and wait for its answer; raises _SpentError, _DeadlineError or _DeadError."""
        deadline = time.monotonic() + seconds * _PATIENCE
        self.asked += 1
        try:
            self._write(message, deadline)
            return self._read(deadline)
        except _DeadError:
            if self.process.wait() == -signal.SIGPROF:
                raise _SpentError from None
            raise

    def end(self) -> None:
        """Kill it, and wait until it is gone."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        self.forget()

    def forget(self) -> None:
        """Close our ends of its pipes only: in a forked process it is a stranger's child."""
        for pipe in (self.questions, self.answers):
            with suppress(OSError):
                pipe.close()

    def _write(self, message: bytes, deadline: float) -> None:
        rest = memoryview(message)
        while rest:
            self._wait(self.questions.fileno(), select.POLLOUT, deadline)
            try:
                rest = rest[os.write(self.questions.fileno(), rest[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except OSError as error:
                raise _DeadError from error

    def _read(self, deadline: float) -> Any:
        body = bytearray()
        while len(body) < 4 or len(body) < 4 + int.from_bytes(body[:4], "big"):
            self._wait(self.answers.fileno(), select.POLLIN, deadline)
            try:
                part = os.read(self.answers.fileno(), 4 * _CHUNK)
            except BlockingIOError:
                continue
            except OSError as error:
                raise _DeadError from error
            if not part:
                raise _DeadError
            body += part
        return worker.unpacked(bytes(body[4:]))

    @staticmethod
    def _wait(descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise _DeadlineError


class _Pool:
    """The children of one process: lent to one thread at a time, the last used first."""

    def __init__(self, most: int) -> None:
        self.owner = os.getpid()
        self.most = most
        self.idle: list[_Child] = []
        self.lent: set[_Child] = set()
        self.starting = 0
        self.closed = False
        self.changed = threading.Condition()

    def ask(self, message: bytes, seconds: float) -> Any:
        """The child's answer; a child that was too slow or died is replaced."""
        child = self._take()
        kept = False
        try:
            answer = child.ask(message, seconds)
            kept = child.asked < _LONGEST_LIFE
        except (_SpentError, _DeadlineError):
            raise RenderTimeout("timeout", "This text takes too long to be rendered.") from None
        except _DeadError:
            raise RenderError("died", "This text could not be rendered.") from None
        finally:
            self._give_back(child, kept=kept)
        return answer

    def close(self) -> None:
        """End the idle children now, the lent ones when they come back."""
        with self.changed:
            self.closed = True
            idle, self.idle = self.idle, []
        for child in idle:
            child.end()

    def forget(self) -> None:
        """Let go of the pipes that a fork brought along, so that they end with their real parent."""
        for child in [*self.idle, *self.lent]:
            child.forget()

    def _take(self) -> _Child:
        give_up = time.monotonic() + _WAIT_SECONDS
        with self.changed:
            while True:
                while self.idle:
                    child = self.idle.pop()
                    if child.alive():
                        self.lent.add(child)
                        return child
                    child.end()
                if len(self.lent) + self.starting < self.most:
                    self.starting += 1
                    break
                if not self.changed.wait(give_up - time.monotonic()) and time.monotonic() >= give_up:
                    raise RenderTimeout("busy", "The server is busy rendering other texts. Please try again.")
        return self._start()

    def _start(self) -> _Child:
        child = None
        try:
            child = _Child()
        except (_DeadlineError, _DeadError, OSError) as error:
            raise RenderError("start", "The renderer could not be started. Please try again.") from error
        finally:
            with self.changed:
                self.starting -= 1
                if child is not None:
                    self.lent.add(child)
                self.changed.notify()
        return child

    def _give_back(self, child: _Child, *, kept: bool) -> None:
        if not kept:
            child.end()
        with self.changed:
            self.lent.discard(child)
            if self.closed:
                child.end()
            elif kept:
                self.idle.append(child)
            else:
                self.starting += 1
                # Meanwhile, so that the next text need not wait for the start.
                threading.Thread(target=self._replace, daemon=True).start()
            self.changed.notify()

    def _replace(self) -> None:
        with suppress(RenderError):
            self._give_back(self._start(), kept=True)


# A process's own: after a fork the child must not talk through its parent's pipes.
_pool: _Pool | None = None
_pool_lock = threading.Lock()


def _this_process_pool() -> _Pool:
    global _pool
    with _pool_lock:
        if _pool is None or _pool.owner != os.getpid():
            _pool = _Pool(max(1, min(4, os.cpu_count() or 1)))
        return _pool


def _after_fork() -> None:
    global _pool, _pool_lock
    _pool_lock = threading.Lock()
    pool, _pool = _pool, None
    if pool:
        pool.forget()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(shut_down)
