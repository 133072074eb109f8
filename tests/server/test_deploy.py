"""The units and the container file of docs/deploy/: checked by systemd, and their commands really started."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, Site, free_port, until

pytestmark = pytest.mark.alike

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service")) + sorted(DEPLOY.glob("*.timer"))
# What systemd-analyze makes of a service that may do nothing it needn't: at most this, of 100.
EXPOSED = 20


@pytest.fixture
def systemd_analyze() -> str:
    found = shutil.which("systemd-analyze")
    if found is None:
        pytest.skip("There is no systemd-analyze here.")
    return found


def said_in(unit: Path, name: str) -> str:
    """What a unit says of one thing."""
    return next(line.partition("=")[2] for line in unit.read_text().splitlines() if line.startswith(f"{name}="))


def as_here(command: str, port: int = 0) -> list[str]:
    """A command of a unit, of this checkout."""
    here = command.replace("/opt/medwiki/.venv/bin/python", sys.executable).replace("/opt/medwiki", str(ROOT))
    return shlex.split(here.replace("--port 8000", f"--port {port}"))


def test_systemd_finds_nothing_wrong_with_the_units(systemd_analyze: str, tmp_path: Path):
    for unit in UNITS:
        here = unit.read_text().replace("/opt/medwiki/.venv/bin/python", sys.executable)
        (tmp_path / unit.name).write_text(here)
    done = subprocess.run(
        [systemd_analyze, "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    # Of other units on the machine it may say what it likes.
    assert done.returncode == 0 and "medwiki" not in done.stderr, done.stderr


@pytest.mark.parametrize("unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name)
def test_a_service_may_do_nothing_that_it_need_not(systemd_analyze: str, unit: Path):
    told = [systemd_analyze, "security", "--offline=yes", "--no-pager", f"--threshold={EXPOSED}", str(unit)]
    done = subprocess.run(told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-500:]


def test_a_timer_calls_a_service_that_is_there():
    timers = [unit for unit in UNITS if unit.suffix == ".timer"]
    assert timers and all(unit.with_suffix(".service") in UNITS for unit in timers)


def test_the_units_are_put_in_place_as_the_documentation_says():
    told = (ROOT / "docs" / "production.md").read_text()
    assert all(f"docs/deploy/{unit.name}" in told for unit in UNITS)


@pytest.mark.server
def test_the_web_service_starts_reloads_and_ends_by_the_lines_of_its_unit(site: Site):
    unit = DEPLOY / "medwiki.service"
    site.kill()
    assert until(lambda: not site.answers())
    process = subprocess.Popen(as_here(said_in(unit, "ExecStart"), site.port), env=site.environment(), cwd=site.folder)
    try:
        assert until(site.answers, 90)
        before = _children_of(process.pid)
        subprocess.run(as_here(said_in(unit, "ExecReload").replace("$MAINPID", str(process.pid))), check=True)
        assert until(lambda: not before & _children_of(process.pid), 120) and site.answers()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        site.start()


def _children_of(number: int) -> set[int]:
    return set(map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split()))


@pytest.mark.server
def test_the_nightly_backup_is_taken_by_the_line_of_its_unit(site: Site, tmp_path: Path):
    command = as_here(said_in(DEPLOY / "medwiki-backup.service", "ExecStart"))
    environment = {**site.environment(), "WIKI_BACKUPS": str(tmp_path)}
    subprocess.run(command, env=environment, cwd=site.folder, check=True, capture_output=True)
    assert [file.name.startswith("medwiki-") for file in tmp_path.glob("*.zip")] == [True]


# --- The container -----------------------------------------------------------------------------------------------
def steps() -> list[tuple[str, str]]:
    """The instructions of the container file, each with what is told."""
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1].strip()) for line in lines]


def told(instruction: str) -> list[str]:
    return [what for name, what in steps() if name == instruction]


def test_a_container_runs_as_nobody_in_particular_with_locked_packages_and_no_address_of_any_host():
    assert told("USER") == ["10001"]
    assert "--require-hashes" in told("RUN")[0] and "requirements/run.lock" in told("RUN")[0]
    assert not re.search(r"https?://(?!127\.0\.0\.1)", (DEPLOY / "Containerfile").read_text())
    assert "USER" in [name for name, _ in steps()][: [name for name, _ in steps()].index("HEALTHCHECK")]


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """What the container file copies, in a clean folder."""
    for what in told("COPY"):
        source, _, target = what.rpartition(" ")
        if not source.startswith("--from") and not source.startswith("requirements"):
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copyfile
            copy(ROOT / source, tmp_path / target)
    return tmp_path


@pytest.mark.server
def test_what_is_copied_is_enough_to_start_to_be_healthy_and_to_end(container: Path):
    port = free_port()
    variables = dict(re.findall(r"(\w+)=(\S+)", told("ENV")[0]))
    folder = container.parent / f"{container.name}-data"
    environment = {
        **{name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ},
        **variables,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "WIKI_DATA": str(folder),
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    health = [part.replace("8000", str(port)) for part in json.loads(told("HEALTHCHECK")[0].partition("CMD ")[2])]
    process = subprocess.Popen(json.loads(told("CMD")[0]), env=environment, cwd=container)
    try:
        assert until(lambda: _is_well(health, environment) or process.poll() is not None, 180)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
    assert not list(container.rglob("var"))


def _is_well(health: list[str], environment: dict[str, str]) -> bool:
    return subprocess.run(health, env=environment, capture_output=True, check=False).returncode == 0
