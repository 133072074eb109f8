"""The wheel holds all that the site needs, and runs in an environment where nothing but its dependencies is."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built from the tree as it is."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a fresh environment with the locked dependencies and the wheel."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    lock = str(ROOT / "requirements" / "run.lock")
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    by_pip = [str(python), "-m", "pip", "install", "--quiet"]
    by_uv = [str(uv), "pip", "install", "--quiet", "--python", str(python)]
    if uv is None or subprocess.run([*by_uv, "--require-hashes", "-r", lock], check=False).returncode:
        subprocess.run([*by_pip, "--require-hashes", "-r", lock], check=True)
    subprocess.run([*by_pip, "--no-deps", "--no-index", str(wheel)], check=True)
    return python


def _django(python: Path, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "wiki.settings",
        "WIKI_DATA": str(folder / "data"),
    }
    return subprocess.run(
        [str(python), "-m", "django", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("folder", "inside"),
    [
        ("templates", "wiki/_data/templates"),
        ("static/css", "wiki/_data/static/css"),
        ("static/js", "wiki/_data/static/js"),
        ("static/img", "wiki/_data/static/img"),
        ("static/build", "wiki/_data/static/build"),
        ("locale", "wiki/_data/locale"),
        ("articles", "articles"),
        ("wiki", "wiki"),
    ],
)
def test_every_file_of_the_tree_is_in_the_wheel(contents: set[str], folder: str, inside: str):
    made = {"__pycache__", "node_modules"}
    wanted = {
        f"{inside}/{path.relative_to(ROOT / folder).as_posix()}"
        for path in (ROOT / folder).rglob("*.*")
        if path.is_file() and not made & set(path.parts)
    }
    assert wanted <= contents


def test_the_sample_articles_and_the_migrations_are_inside(contents: set[str]):
    assert any(name.startswith("articles/sample/") for name in contents)
    assert {"articles/migrations/0001_initial.py", "wiki/accounts/migrations/0001_initial.py"} <= contents


def test_what_the_editors_are_built_from_and_with_stays_outside(contents: set[str]):
    assert [name for name in contents if name.startswith("wiki/_data/static/editor") or "node_modules" in name] == []


def test_no_test_and_no_data_is_inside(contents: set[str]):
    assert {name.split("/")[0] for name in contents if ".dist-info" not in name} == {"articles", "wiki"}


def test_the_installed_site_checks_itself(installed: Path, tmp_path: Path):
    done = _django(installed, tmp_path, "check")
    assert done.returncode == 0, done.stderr


def test_the_installed_site_makes_its_database_and_its_static_files(installed: Path, tmp_path: Path):
    for command in (
        ["migrate", "--verbosity", "0"],
        ["createcachetable"],
        ["collectstatic", "--no-input", "--verbosity", "0"],
    ):
        done = _django(installed, tmp_path, *command)
        assert done.returncode == 0, done.stderr
