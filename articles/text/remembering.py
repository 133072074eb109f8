"""Answers that are asked for again, kept while there is room: by the guarded child, for as long as it lives.

Only what is a function of its question alone may be kept, so that an answer from here is the one that would be made.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final, TypeVar

Answer = TypeVar("Answer")
# What an entry takes besides its answer: its key, and its place in the dictionary.
_ENTRY: Final = 300


class Memory:
    """So many bytes of answers; what was not asked for longest makes room."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.used = 0
        self._answers: OrderedDict[bytes, tuple[Any, int]] = OrderedDict()

    def __len__(self) -> int:
        """How many answers there are."""
        return len(self._answers)

    def find(self, key: bytes) -> Any:
        """The answer kept under this key, or None."""
        found = self._answers.get(key)
        if found is None:
            return None
        self._answers.move_to_end(key)
        return found[0]

    def keep(self, key: bytes, answer: Any, size: int) -> None:
        """Keep an answer of so many bytes, instead of an earlier one; one that would take half the room is not kept."""
        _, earlier = self._answers.pop(key, (None, 0))
        self.used -= earlier
        size += _ENTRY
        if size > self.room // 2:
            return
        self._answers[key] = answer, size
        self.used += size
        while self.used > self.room:
            _, (_, freed) = self._answers.popitem(last=False)
            self.used -= freed


def key_of(kind: str, question: str) -> bytes:
    """What a question is kept under: nobody finds two texts with one hash, so nobody is given another's answer.

    >>> key_of("clean", "<p>a") == key_of("parse", "<p>a")
    False
    """
    return hashlib.sha256(f"{kind}\0{question}".encode("utf-8", "surrogatepass")).digest()


def size_of(text: str) -> int:
    """How many bytes a text takes at most: four a character where one of them needs it."""
    return len(text) * (1 if text.isascii() else 4)


def asked(
    memory: Memory | None,
    kind: str,
    question: str,
    answer: Callable[[str], Answer],
    *,
    size: Callable[[Answer], int],
) -> Answer:
    """The answer to a question, from memory where it is there; `answer` depends on the question alone.

    `size` tells how many bytes one takes.
    """
    if memory is None:
        return answer(question)
    key = key_of(kind, question)
    known: Answer | None = memory.find(key)
    if known is None:
        known = answer(question)
        memory.keep(key, known, size(known))
    return known
