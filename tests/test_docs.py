"""What the documents list is what there is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    ROOT / name
    for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", *map(str, sorted((ROOT / "docs").rglob("*.md"))))
]

# Read by the Makefile or by single commands, not by the settings.
OTHERS = {"PORT", "HOST", "SAMPLE", "WIKI_PASSWORD"}


def _read_by_the_settings() -> set[str]:
    text = (ROOT / "wiki" / "settings.py").read_text()
    return set(re.findall(r"(?:\benv(?:\.\w+)?|_choice|environ\.get|getenv)\(\s*\"([A-Z_]+)\"", text))


def _in_the_table() -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(), re.MULTILINE)


def test_each_setting_read_from_the_environment_is_in_the_table_and_the_other_way_round():
    assert set(_in_the_table()) - OTHERS == _read_by_the_settings()


def test_no_setting_is_in_the_table_twice():
    assert len(_in_the_table()) == len(set(_in_the_table()))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_each_link_between_documents_leads_somewhere(document: Path):
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_each_make_target_named_in_the_readme_exists():
    named = set(re.findall(r"`(?:[A-Z]+=\S+ )*make (\w+)", (ROOT / "README.md").read_text()))
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named <= targets
