"""The guarded child, spoken to as the renderer does."""

import signal
import subprocess
import sys

import pytest

from articles.text import rendering, worker
from articles.text.rendering import Rendered


@pytest.fixture
def child():
    process = subprocess.Popen([sys.executable, "-I", worker.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert worker.read(process.stdout) == worker.READY
    yield process
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def ask(child, **message):
    worker.write(child.stdin, {"seconds": 5} | message)
    return worker.read(child.stdout)


def test_it_renders(child):
    answer = ask(child, do="render", text="## A\n\n[[B]] é\n")

    assert Rendered.from_json(answer["ok"]).links[0].title == "B"


def test_it_writes_headings_with_hashes(child):
    assert ask(child, do="normalise", text="A\n---\n") == {"ok": "## A\n"}


def test_a_refusal_is_an_answer(child):
    error = ask(child, do="render", text="a\n" + "[" * 1_000)["error"]

    assert (error["code"], error["line"]) == ("brackets", 2)
    assert "ok" in ask(child, do="render", text="next")


def test_a_failure_is_an_answer_too(child):
    assert ask(child, do="render", text="x", plugins=["no.such.plugin"])["error"]["code"] == "failed"
    assert "ok" in ask(child, do="render", text="next")


def test_a_text_asked_for_again_is_answered_the_same(child):
    text = "{{box}} a[^1] [[B]]\n\n## A\n\nb[^1] <b>*c*\n\n[^1]: note\n"
    texts = [text, text + "## New\n", text]

    answers = [Rendered.from_json(ask(child, do="render", text=each)["ok"]) for each in texts]

    assert answers == [rendering.render(each) for each in texts]


def test_it_ends_when_its_input_does(child):
    child.stdin.close()

    assert child.wait(5) == 0


def test_hung_it_is_ended_by_the_kernel(child):
    # The guard lets it pass, and it takes longer than it may.
    worker.write(child.stdin, {"do": "render", "text": "some *plain* words\n\n" * 9_000, "seconds": 0.05})

    assert child.wait(10) == -signal.SIGPROF


def test_what_is_packed_is_unpacked():
    message = {"text": "é\ud800\ufdd0"}

    assert worker.unpacked(worker.packed(message)[4:]) == message
