"""With whose eyes a text is read: a reader's, from whom withheld sections are kept, unless somebody lends better ones.

So whoever forgets to ask shows too little, and never too much.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

_see_all: ContextVar[Callable[[], bool] | None] = ContextVar("see_all", default=None)


def see_all() -> bool:
    """Whether what is withheld from readers is seen here and now."""
    asked = _see_all.get()
    return asked is not None and asked()


@contextmanager
def of(may_see_all: Callable[[], bool]) -> Iterator[None]:
    """Read with the eyes of a person; whether they see all is asked at the first text of which something is withheld.

    Only then, so that a page that holds no such text asks nobody who they are.
    """
    token = _see_all.set(may_see_all)
    try:
        yield
    finally:
        _see_all.reset(token)


def wide_open() -> AbstractContextManager[None]:
    """Read the whole text: for what must know it, such as a save, and shows it to nobody."""
    return of(lambda: True)
