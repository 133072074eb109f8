"""The house is as it is drawn: each module in its package's drawing, with its test, and nothing unsafe in the walls."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"

# The packages whose docstring draws what is in them.
DRAWN = (
    "articles",
    "articles/admin",
    "articles/forms",
    "articles/models",
    "articles/moderation",
    "articles/reviewing",
    "articles/text",
    "wiki",
    "wiki/accounts",
)
# Asked about elsewhere: settings by the checks of `make test`, apps by every test that starts Django.
WITHOUT_MIRROR = {"__init__", "apps", "settings"}
# The one file that may say that text is safe HTML: it fills the placeholders of sanitized sections.
SAYS_SAFE = {"articles/reading.py"}
# What changes texts knows them whole; what it shows of them it asks for in `withholding`.
READS_WHOLE_TEXTS = {
    "articles/withholding.py",
    "articles/derived.py",
    "articles/editing.py",
    "articles/history.py",
    "articles/moderation/erasing.py",
    "articles/moderation/hiding.py",
    "articles/moderation/moving.py",
    "articles/writing.py",
}
BINARY = {".png", ".ico", ".gz", ".woff2", ".jpg"}

MODULES = sorted(
    path.relative_to(ROOT)
    for package in ("articles", "wiki")
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts and path.stem not in WITHOUT_MIRROR
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))


def _written_files() -> list[Path]:
    """What git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        path for name in listed.stdout.splitlines() if (path := ROOT / name).is_file() and path.suffix not in BINARY
    ]


# A module that only declares, such as a list of signals, holds nothing to ask about.
@pytest.mark.parametrize(
    "module", [path for path in MODULES if re.search(r"^\s*(def|class) ", (ROOT / path).read_text(), re.M)], ids=str
)
def test_each_module_has_its_mirror_test(module: Path):
    assert (TESTS / module.parent / f"test_{module.stem}.py").is_file()


@pytest.mark.parametrize("package", DRAWN)
def test_each_module_stands_in_the_drawing_of_its_package(package: str):
    folder = ROOT / package
    drawing = (folder / "__init__.py").read_text().split('"""')[1]
    rooms = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    undrawn = {room for room in rooms - {"__init__"} if not re.search(rf"\b{room}\b", drawing)}
    assert undrawn <= {"apps", "management", "migrations", "settings"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_each_module_opens_with_a_sentence_that_says_what_lives_in_it(module: Path):
    assert re.match(r'(#!.*\n)?r?"""\S', (ROOT / module).read_text())


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_only_the_audited_file_calls_text_safe(module: Path):
    said = re.search(r"\bmark_safe\b|\bSafeString\(|\bSafeText\b|__html__|allow_tags", (ROOT / module).read_text())
    assert said is None or str(module) in SAYS_SAFE


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_texts_and_outlines_of_versions_are_read_in_one_room(module: Path):
    """What is withheld from readers is taken out in `articles/withholding.py`: who reads past it would show it."""
    past_it = re.search(
        r"(?<!proposal)(?<!other)(?<!found)(?<!earlier)\.blob\.text\b|\.text\.text\b|from_json\(\w+(\.\w+)*\.outline\)",
        (ROOT / module).read_text(),
    )
    assert past_it is None or str(module) in READS_WHOLE_TEXTS


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_switches_escaping_off(template: Path):
    assert not re.search(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off", template.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_holds_an_inline_script_style_or_handler(template: Path):
    text = template.read_text()
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", text, re.IGNORECASE)
    assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", text, re.IGNORECASE))


def test_no_written_file_names_a_machine_or_a_registry():
    # In two pieces each, so that this file doesn't name them either.
    unwanted = re.compile(
        "|".join(
            [
                "/ro" + "ot/",
                "/ho" + "me/",
                "/wo" + "rk/",
                "/tmp/" + "(lab|plan)",
                "pypi" + r"\.org",
                "python" + r"hosted",
                "registry" + r"\.npm",
            ]
        )
    )
    found = {
        f"{path.relative_to(ROOT)}: {hit[0]}" for path in _written_files() if (hit := unwanted.search(path.read_text()))
    }
    assert found == set()


def test_no_name_is_one_under_which_anything_could_lie():
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers", "base_utils"}
    assert not [module for module in MODULES if module.stem in vague]


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_each_dependency_of_a_lock_is_hashed_and_the_lock_names_no_place(lock: str):
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    pins = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pins and all("==" in pin and "--hash=sha256:" in pin for pin in pins)
    assert "://" not in text and "--index" not in text


def test_the_run_lock_is_part_of_the_dev_lock():
    run, dev = (
        set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / "requirements" / f"{name}.lock").read_text(), re.MULTILINE))
        for name in ("run", "dev")
    )
    assert run <= dev
