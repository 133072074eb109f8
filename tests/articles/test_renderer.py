"""Rendering behind the guard."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from articles import renderer
from articles.renderer import RenderError, RenderTimeout

# Passes the guard, and takes the parser much longer than any deadline here.
SLOW = ("*a* **b** [[c]] " * 8 + "\n\n") * 3_800


@pytest.fixture(scope="module", autouse=True)
def _no_children_left():
    yield
    renderer.shut_down()


def idle_process():
    renderer.render("warm", seconds=10)
    return renderer._this_process_pool().idle[-1].process


def test_a_text_is_rendered():
    assert renderer.render("## A\n\n[[B]]\n", seconds=10).outline.entries[1].title == "A"


def test_a_text_is_rendered_while_its_sender_does_something_else():
    form = renderer.begin("## A\n\n[[B]]\n")

    assert form().outline.entries[1].title == "A"


def test_what_waits_for_a_text_raises_as_rendering_does():
    form = renderer.begin("a\n" + "[" * 1_000)

    with pytest.raises(RenderError, match=r"^Line 2: "):
        form()


def test_who_waits_for_a_text_keeps_nobody_from_rendering_another(monkeypatch):
    renderer.shut_down()
    monkeypatch.setattr(renderer.os, "cpu_count", lambda: 1)
    forms = [renderer.begin("w " * count) for count in range(1, 4)]

    assert renderer.render("one more", seconds=10).words == 2
    assert [form().words for form in forms] == [1, 2, 3]
    renderer.shut_down()


def test_underlined_headings_are_written_with_hashes():
    assert renderer.normalise_headings("A\n---\n", seconds=10) == "## A\n"
    assert renderer.normalise_headings("no heading") == "no heading"


def test_a_refused_text_is_an_error_that_names_the_line():
    with pytest.raises(RenderError, match=r"^Line 2: ") as refusal:
        renderer.render("a\n" + "[" * 1_000, seconds=10)

    assert (refusal.value.code, refusal.value.line) == ("brackets", 2)


def test_a_text_too_large_is_refused_without_sending_it():
    with pytest.raises(RenderError, match="512 KB"):
        renderer.render("a" * 5_000_000)


def test_a_slow_text_is_given_up_and_the_next_is_served():
    renderer.render("warm", seconds=10)
    start = time.monotonic()

    with pytest.raises(RenderTimeout):
        renderer.render(SLOW, seconds=0.3)

    assert time.monotonic() - start < 1.5
    assert renderer.render("next", seconds=10).words == 1


def test_a_child_that_died_while_idle_is_replaced():
    process = idle_process()
    process.kill()
    process.wait()

    assert renderer.render("next", seconds=10).words == 1


def test_a_child_that_dies_at_work_is_an_error_and_no_hang():
    process = idle_process()
    threading.Timer(0.2, process.kill).start()

    with pytest.raises(RenderError) as error:
        renderer.render(SLOW, seconds=10)

    assert error.value.code == "died"
    assert renderer.render("next", seconds=10).words == 1


def test_many_threads_share_few_children():
    answers = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append((n, renderer.render("w " * n, seconds=20).words)))
        for n in range(1, 17)
    ]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(answers) == [(n, n) for n in range(1, 17)]
    assert len(renderer._this_process_pool().idle) <= 4


SCRIPT = """
import sys, time
sys.path.insert(0, {root!r})
from django.conf import settings
settings.configure()
from articles import renderer
renderer.render("warm", seconds=20)
print(renderer._this_process_pool().idle[0].process.pid, flush=True)
{then}
"""


def start_parent(then):
    script = SCRIPT.format(root=str(Path(renderer.__file__).parents[1]), then=then)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    return parent, int(parent.stdout.readline())


def ended(pid, seconds):
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
                return True
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_children_end_with_their_parent(end):
    parent, pid = start_parent("time.sleep(60)")
    parent.send_signal(end)
    parent.wait()

    assert ended(pid, 5)


def test_a_child_at_work_ends_too_when_its_parent_is_killed():
    parent, pid = start_parent(f"print('go', flush=True)\nrenderer.render({SLOW[:9]!r} * 60_000, seconds=1)")
    parent.stdout.readline()
    time.sleep(0.2)
    parent.kill()
    parent.wait()

    assert ended(pid, 5)


def test_a_forked_process_has_children_of_its_own():
    parent, pid = start_parent(
        "import os\n"
        "if os.fork() == 0:\n"
        "    assert renderer.render('x y', seconds=20).words == 2\n"
        "    print(renderer._this_process_pool().idle[0].process.pid, flush=True)\n"
        "    sys.stdout.close(); os._exit(0)\n"
        "os.wait()\n"
        "assert renderer.render('x y z', seconds=20).words == 3\n"
        "print('done', flush=True)"
    )
    other, done = parent.stdout.read().split()

    assert int(other) != pid
    assert done == "done"
