"""The guarded child: reads texts from its standard input and answers them rendered, until its input ends.

Started by `articles.renderer` as a plain script, without Django. A message is four bytes of length (big-endian) and
JSON: `{"do": "render", "text": ..., "seconds": ..., "plugins": [...]}` is answered `{"ok": ...}`, or
`{"error": {"code", "line", "message"}}`.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final

# A text in a megabyte's limit that takes more than this is an attack; without a limit it would take the whole machine.
_MEMORY: Final = 1536 * 1024 * 1024
# What is kept of sections, so that who changes one has only that one made anew: some thirty articles of 40 KB.
_ROOM: Final = 8 * 1024 * 1024
READY: Final = {"ready": True}


def main() -> None:
    """Say that we are ready, then answer one message after the other."""
    questions, answers = _own_channels()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    _end_with_parent()
    answer = _deeds()
    write(answers, READY)
    while (message := read(questions)) is not None:
        _allow(message["seconds"])
        reply = _answered(answer, message)
        _allow(0)
        write(answers, reply)


def read(stream: BinaryIO) -> Any:
    """The next message, or None when the other side has ended."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    body = stream.read(size)
    return unpacked(body) if len(body) == size else None


def write(stream: BinaryIO, message: Any) -> None:
    """Send one message."""
    stream.write(packed(message))
    stream.flush()


def packed(message: Any) -> bytes:
    """One message as bytes, its length first."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return len(body).to_bytes(4, "big") + body


def unpacked(body: bytes) -> Any:
    """What `packed` wrote, its length taken off."""
    return json.loads(body)


def _own_channels() -> tuple[BinaryIO, BinaryIO]:
    """Both pipes under numbers of our own, so that a stray `print` of a plugin can't break the talk."""
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return questions, answers


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on this system
        return
    try:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = _MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    except (OSError, ValueError):
        return


def _end_with_parent() -> None:
    """End when the parent has, although another process may have inherited the pipe and keep it open."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def _allow(seconds: float) -> None:
    """Let the kernel end us after `seconds` of work: a hung expression lets no thread and no handler of ours run.

    Counted is our own work, so that a busy machine doesn't refuse an honest text. 0 takes the limit away.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _deeds() -> Callable[[dict[str, Any]], Any]:
    """What we can do, imported here: it takes a moment, and only after the path is right."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from articles.text import remembering, rendering, sections

    memory = remembering.Memory(_ROOM)

    def answer(message: dict[str, Any]) -> Any:
        if message["do"] == "normalise":
            return sections.normalise_headings(message["text"])
        return rendering.render(message["text"], message.get("plugins", ()), memory).to_json()

    rendering.render("## Warm\n\nup [[a]] <b>x</b>\n")
    return answer


def _answered(answer: Callable[[dict[str, Any]], Any], message: dict[str, Any]) -> dict[str, Any]:
    from articles.text.guarding import ShapeError

    try:
        return {"ok": answer(message)}
    except ShapeError as error:
        return {"error": {"code": error.code, "line": error.line, "message": error.message}}
    except MemoryError:
        return _failure("memory", "This text needs too much memory to be shown.")
    except Exception as error:  # whatever it was, the next text must still be answered
        sys.stderr.write(f"rendering failed: {type(error).__name__}: {error}\n")
        return _failure("failed", "This text could not be rendered.")


def _failure(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "line": None, "message": message}}


if __name__ == "__main__":
    main()
