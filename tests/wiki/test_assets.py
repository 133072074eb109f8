"""Static files: named by their content, encoded once, found, and nothing else found."""

import gzip
import json
import os
from io import StringIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.test.utils import override_settings

from wiki.assets import HashedFilesStorage, StaticFiles

CSS = "body { color: #123456 }\n" * 30


@pytest.fixture
def written(tmp_path: Path, settings: Any) -> Path:
    """A folder of files as they are written, and STATIC_ROOT beside it."""
    folder = tmp_path / "written"
    (folder / "js").mkdir(parents=True)
    (folder / "base.css").write_text(CSS + '.x { background: url("dot.png") }')
    (folder / "dot.png").write_bytes(b"\x89PNG" + os.urandom(300))
    (folder / "js" / "page.js").write_text('import { later } from "./later.js";\nlater();\n')
    (folder / "js" / "later.js").write_text("export function later() {}\n" * 20)
    (tmp_path / "secret.txt").write_text("secret")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "wiki.assets.HashedFilesStorage"}}
    return folder


@pytest.fixture
def collected(written: Path, settings: Any) -> Path:
    call_command("collectstatic", interactive=False, stdout=StringIO())
    return Path(settings.STATIC_ROOT)


def hashed(root: Path, name: str) -> str:
    return str(json.loads((root / "staticfiles.json").read_text())["paths"][name])


def test_before_collecting_a_file_is_named_and_found_plainly(written: Path, settings: Any):
    assert storages["staticfiles"].url("base.css") == "/static/base.css"
    file = StaticFiles(settings.STATIC_ROOT).find("base.css")
    assert file is not None and file.content.startswith(b"body") and not file.immutable


@pytest.mark.parametrize("manifest", ['{"paths": {"base', "[]", '{"version": "9"}'])
def test_half_a_list_of_names_is_none(written: Path, settings: Any, manifest: str):
    Path(settings.STATIC_ROOT).mkdir()
    (Path(settings.STATIC_ROOT) / "staticfiles.json").write_text(manifest)
    assert HashedFilesStorage().url("base.css") == "/static/base.css"


def test_a_collected_file_is_named_by_its_content(collected: Path):
    name = hashed(collected, "base.css")
    assert HashedFilesStorage().url("base.css") == f"/static/{name}"
    file = StaticFiles(collected).find(name)
    assert file is not None and file.immutable
    assert hashed(collected, "dot.png").encode() in file.content


def test_a_module_imports_the_hashed_one(collected: Path):
    file = StaticFiles(collected).find(hashed(collected, "js/page.js"))
    assert file is not None and Path(hashed(collected, "js/later.js")).name.encode() in file.content


def test_a_file_that_was_not_collected_has_its_plain_name(collected: Path):
    assert HashedFilesStorage().url("new.css") == "/static/new.css"


def test_a_hashed_file_has_its_encoded_forms_beside_it(collected: Path):
    path = collected / hashed(collected, "base.css")
    content = path.read_bytes()
    assert brotli.decompress(Path(f"{path}.br").read_bytes()) == content
    assert gzip.decompress(Path(f"{path}.gz").read_bytes()) == content


def test_a_picture_and_a_crumb_have_no_encoded_forms(collected: Path):
    file = StaticFiles(collected).find("js/page.js")
    assert file is not None and file.encoded == {}
    assert not list(collected.glob("dot*.br")) and not list(collected.rglob("page*.br"))


def test_collecting_again_changes_nothing(collected: Path):
    before = {path: path.stat().st_mtime_ns for path in collected.rglob("*.br")}
    call_command("collectstatic", interactive=False, stdout=StringIO())
    assert {path: path.stat().st_mtime_ns for path in collected.rglob("*.br")} == before != {}


def test_encoded_forms_are_made_in_memory_where_none_were_written(written: Path, settings: Any):
    file = StaticFiles(settings.STATIC_ROOT).find("base.css")
    assert file is not None
    assert brotli.decompress(file.encoded["br"]) == gzip.decompress(file.encoded["gzip"]) == file.content


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "js/../../secret.txt",
        "..",
        "",
        "js",
        "js/",
        "/base.css",
        "//base.css",
        "./base.css",
        "js/./later.js",
        "..\\secret.txt",
        "c:secret.txt",
        "base.css\0",
        ".hidden",
        "staticfiles.json",
        "nothing.css",
        "x" * 5000,
    ],
)
def test_no_name_leads_to_what_is_no_static_file(collected: Path, written: Path, name: str):
    (written / ".hidden").write_text("hidden")
    (collected / ".hidden").write_text("hidden")
    assert StaticFiles(collected).find(name) is None


def test_what_the_editors_are_built_from_is_not_found(written: Path, settings: Any):
    (written / "editor").mkdir()
    (written / "editor" / "build.js").write_text("build();\n")
    assert StaticFiles(settings.STATIC_ROOT).find("editor/build.js") is None


def test_a_link_out_of_the_folder_leads_nowhere(collected: Path):
    (collected / "out.txt").symlink_to(collected.parent / "secret.txt")
    assert StaticFiles(collected).find("out.txt") is None


def test_a_changed_file_is_seen_at_once(written: Path, settings: Any):
    static = StaticFiles(settings.STATIC_ROOT)
    assert static.find("base.css") is static.find("base.css")
    (written / "base.css").write_text("p {}")
    changed = static.find("base.css")
    assert changed is not None and changed.content == b"p {}"


def test_what_is_kept_in_memory_has_a_bound(collected: Path):
    static = StaticFiles(collected, memory=1000)
    for name in ("base.css", "js/later.js", "dot.png", "js/page.js"):
        assert static.find(name) is not None
    assert sum(file.size for file in static._kept.values()) == static._bytes <= 1000


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("base.css", "text/css; charset=utf-8"),
        ("js/page.js", "text/javascript; charset=utf-8"),
        ("dot.png", "image/png"),
    ],
)
def test_a_file_says_its_type(written: Path, settings: Any, name: str, content_type: str):
    file = StaticFiles(settings.STATIC_ROOT).find(name)
    assert file is not None and file.content_type == content_type


@override_settings(DEBUG=True)
def test_while_debugging_names_are_plain(collected: Path):
    assert HashedFilesStorage().url("base.css") == "/static/base.css"
