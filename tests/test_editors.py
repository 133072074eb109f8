"""The two editors as they are built: pinned, small enough, and found by their names; nothing here needs a browser."""

import gzip
import json
import re
import shutil
import subprocess
from html import unescape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from articles.text import parsing

ROOT = Path(__file__).resolve().parent.parent
EDITOR = ROOT / "static" / "editor"
BUILT = ROOT / "static" / "build"
LARGEST = 120 * 1024  # bytes on the wire, with all that an editor may load

_HEADING = re.compile(r"(?m)^(?=#{1,6} )")
_IMPORTED = re.compile(r"""(?:from|import)\s*\(?\s*["'](\.[^"']+)["']""")


@pytest.fixture
def built() -> Path:
    """The folder of what `make editors` built."""
    if not (BUILT / "source.js").is_file():
        pytest.skip("the editors are not built: there is no npm on this machine, or nobody said `make editors`")
    return BUILT


def _with_all_it_loads(script: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = [script]
    while waiting:
        path = waiting.pop().resolve()
        if path not in found:
            found.add(path)
            waiting += [path.parent / name for name in _IMPORTED.findall(path.read_text())]
    return found


def test_the_versions_are_exact():
    package = json.loads((EDITOR / "package.json").read_text())
    wanted = package["dependencies"] | package["devDependencies"]
    assert [version for version in wanted.values() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_lock_names_no_place_to_load_from_and_each_package_by_its_hash():
    packages = json.loads((EDITOR / "package-lock.json").read_text())["packages"]
    locked = [package for name, package in packages.items() if name]
    assert [package for package in locked if "resolved" in package] == []
    assert all(package["integrity"].startswith("sha512-") for package in locked)


@pytest.mark.parametrize("name", ["source", "visual"])
def test_an_editor_is_no_larger_than_its_limit(name: str, built: Path):
    # One that isn't there yet weighs nothing.
    scripts = [path for entry in built.glob(f"{name}.js") for path in _with_all_it_loads(entry)]
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= LARGEST


def test_the_licences_of_all_that_is_built_in_come_along(built: Path):
    licences = (built / "licences.txt").read_text()
    assert "@codemirror/view" in licences
    assert "Permission is hereby granted" in licences


def test_the_collected_editors_load_files_that_are_there(built: Path, tmp_path: Path, settings: Any):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "wiki.assets.HashedFilesStorage"}}
    call_command("collectstatic", interactive=False, stdout=StringIO())

    hashed = [path for path in (tmp_path / "build").glob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", path.name)]
    loaded = {path for script in hashed for path in _with_all_it_loads(script)}

    assert len(loaded) > 1
    assert [path.name for path in loaded if not re.search(r"\.[0-9a-f]{12}\.js$", path.name)] == []


def test_the_sources_are_not_collected(tmp_path: Path, settings: Any):
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, stdout=StringIO())
    assert not (tmp_path / "editor").exists()


# --- What the visual editor reads and writes ---------------------------------------------------------------------
@pytest.fixture(scope="module")
def node() -> str:
    """Node, beside the packages of the editors."""
    found = shutil.which("node")
    if found is None or not (EDITOR / "node_modules" / "prosemirror-model").is_dir():
        pytest.skip("the editors are not built: there is no npm on this machine, or nobody said `make editors`")
    return found


def test_the_tests_of_the_editors_own_pass(node: str):
    files = sorted(path.relative_to(EDITOR) for path in (EDITOR / "test").glob("*.test.js"))
    run = subprocess.run([node, "--test", *files], cwd=EDITOR, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
    assert "\n# skipped 0\n" in run.stdout and "\n# pass 0\n" not in run.stdout


def test_whatever_signs_are_typed_the_article_shows_them_and_takes_none_for_a_mark(node: str):
    run = subprocess.run([node, "test/typed.js"], cwd=EDITOR, capture_output=True, text=True, check=True)
    typed = json.loads(run.stdout)
    assert len(typed) > 5000
    assert [(meant, written) for meant, written in typed if not _shows(written, meant)] == []


def _shows(written: str, meant: str) -> bool:
    """Whether the text shows these words, spaces aside, and no mark of the wiki."""
    parsed = parsing.parse(written)
    html = "".join(f"{piece.heading_html} {piece.html}" for piece in parsed.pieces)
    words = unescape(re.sub(r"<[^>]*>", "", html))
    return not any(piece.marks for piece in parsed.pieces) and "".join(words.split()) == "".join(meant.split())


@pytest.fixture(scope="module")
def opened(node: str, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the visual editor did to each section of the shared articles: opened, written; one word typed, written."""
    articles: list[str] = []
    for name in ("articles-nih.jsonl.gz", "articles-openstax.jsonl.gz"):
        with gzip.open(shared_data / name, "rt") as lines:
            articles += [json.loads(line)["markdown"] for line in lines]
    texts = [section for article in articles for section in _HEADING.split(article) if section.strip()]
    path = tmp_path_factory.mktemp("sections") / "sections.json"
    path.write_text(json.dumps(texts))
    run = subprocess.run([node, "test/corpus.js", path], cwd=EDITOR, capture_output=True, text=True, check=True)
    return {**json.loads(run.stdout), "texts": len(texts)}


@pytest.mark.corpus
def test_opening_and_saving_changes_no_byte_of_any_section(opened: dict[str, Any]):
    assert opened["texts"] >= 15_000
    assert opened["opened"] == []


@pytest.mark.corpus
def test_one_word_typed_changes_nothing_else_in_any_section(opened: dict[str, Any]):
    assert opened["typed"] >= 15_000
    assert opened["spread"] == []


@pytest.mark.corpus
def test_nearly_every_block_can_be_written_in_as_it_looks(opened: dict[str, Any]):
    assert opened["islands"] < opened["blocks"] / 100
