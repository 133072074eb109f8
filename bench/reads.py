"""What reading costs: the real server (`manage.py serve`) beside nginx and bare applications, all in one run.

wrk asks on eight connections (`apt-get install wrk nginx`); each figure is the middle one of some rounds, in turn, so
that the ratios are right however busy the machine is. Every ratio is to nginx, which serves the same bytes from a file
and writes a line of log for each, as the server does.
"""

from __future__ import annotations

import contextlib
import getpass
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from bench import texts

ROOT: Final = Path(__file__).resolve().parent.parent
_ROUNDS: Final = 3
_SECONDS: Final = int(os.environ.get("BENCH_SECONDS", "4"))
_CONNECTIONS: Final = 8
_AT_ONCE: Final = 500
_HOT: Final = "/wiki/Measured"
# Sizes of the texts of the many, in bytes, in turn: most articles of a wiki are short.
_SIZES: Final = (800, 1_200, 2_000, 3_000, 5_000)
_RANDOM: Final = """
math.randomseed(os.time())
local pages = %d
request = function()
  return wrk.format("GET", "/wiki/Page_" .. math.random(0, pages - 1))
end
"""
_BARE: Final = """
import os
from pathlib import Path
BODY = Path(os.environ["BENCH_BODY"]).read_bytes()
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))]
PAGES = {"/wiki/Measured": BODY}
def dictionary(environ, start_response):
    start_response("200 OK", HEADERS)
    return [PAGES[environ["PATH_INFO"]]]
from django.conf import settings
if not settings.configured:
    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="bench", MIDDLEWARE=[])
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
urlpatterns = [path("wiki/Measured", lambda request: HttpResponse(BODY))]
constant = get_wsgi_application()
"""
_DEPLOY: Final = ROOT / "docs" / "deploy"
_PURGING_MODULE: Final = Path("/usr/lib/nginx/modules/ngx_http_cache_purge_module.so")
_CACHE: Final = """
load_module {module}; user {user}; worker_processes 2; daemon off; pid {folder}/nginx-cache.pid;
error_log {folder}/nginx-cache-error.log;
events {{ worker_connections 256; }}
http {{
  sendfile on; tcp_nopush on; keepalive_requests 1000000;
  include {folder}/nginx-cache-site.conf;
}}
"""
_NGINX: Final = """
user {user}; worker_processes 2; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log;
events {{ worker_connections 256; }}
http {{
  access_log {folder}/nginx-access.log; sendfile on; keepalive_requests 1000000;
  server {{ listen 127.0.0.1:{port}; root {folder}/static; default_type text/html; }}
}}
"""


def measured(folder: Path, pages: int) -> list[tuple[str, float, float]]:
    """Return a row for each way to read: seconds a request, and its rate as a share of nginx's."""
    if missing := [name for name in ("nginx", "varnishd", "wrk") if shutil.which(name) is None]:
        return [_said(f"reads: not measured, for there is no {' and no '.join(missing)}")]
    _write(pages)
    session = _session()
    body, etag = folder / "body.html", ""
    with _site(folder, 18_100) as site:
        answer = _got(site.port, _HOT)
        body.write_bytes(answer[1])
        etag = answer[0]["ETag"]
        cold = _cold_view(site.port)
    (folder / "static/wiki").mkdir(parents=True)
    shutil.copyfile(body, folder / "static/wiki/Measured")
    many = folder / "random.lua"
    many.write_text(_RANDOM % pages)
    rates: dict[str, list[float]] = {}
    with (
        _nginx(folder, 18_101),
        _bare(folder, "dictionary", 18_102),
        _bare(folder, "constant", 18_103),
        _site(folder, 18_100) as site,
        _site(folder, 18_104, WIKI_PAGE_CACHE_MB="0") as small,
        _behind_nginx(folder, 18_105) as nginx_cache,
        _behind_varnish(folder, 18_108) as varnish,
    ):
        warm = [sys.executable, "manage.py", "warm", f"http://127.0.0.1:{site.port}", f"--pages={pages}"]
        subprocess.run(warm, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=os.environ)
        ways: dict[str, tuple[int, list[str]]] = {
            f"nginx, a file of {body.stat().st_size // 1000} KB": (18_101, []),
            "granian, an application with a dictionary": (18_102, []),
            "a constant Django view": (18_103, []),
            "hot read": (site.port, []),
            "hot read, Brotli": (site.port, ["-H", "Accept-Encoding: br"]),
            "behind nginx’s cache": (nginx_cache.port, []),
            "behind Varnish": (varnish.port, []),
            "not modified (304)": (site.port, ["-H", f"If-None-Match: {etag}"]),
            f"random over {pages:,} pages, Brotli": (site.port, ["-H", "Accept-Encoding: br", "-s", str(many)]),
            "first touch of a page, Brotli": (small.port, ["-H", "Accept-Encoding: br", "-s", str(many)]),
            "signed-in read": (site.port, ["-H", f"Cookie: sessionid={session}"]),
        }
        for _round in range(_ROUNDS):
            for name, (port, options) in ways.items():
                rates.setdefault(name, []).append(_rate(port, options))
        memory = site.pss()
    medians = {name: statistics.median(each) for name, each in rates.items()}
    nginx = next(iter(medians.values()))
    rows = [(name, 1 / rate, rate / nginx) for name, rate in medians.items()]
    return [*rows, *(_said(f"memory of the stack: {memory:.0f} MB PSS"), *map(_said, cold))]


def _said(words: str) -> tuple[str, float, float]:
    return words, 0.0, 0.0


def _rate(port: int, options: list[str]) -> float:
    """Return requests a second; refuse what was answered by anything but a page or that nothing is new."""
    command = ["wrk", "-t1", f"-c{_CONNECTIONS}", f"-d{_SECONDS}s", *options, f"http://127.0.0.1:{port}{_HOT}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in said, said
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


# --- The wiki ----------------------------------------------------------------------------------------------------
def _write(pages: int) -> None:
    """Bring in a page of about 25 KB, and many short ones: few texts, each rendered once."""
    from articles import access, editing, renderer
    from articles.editing import Incoming

    author = access.imported_author("Bench")
    editing.bring_in(Incoming("Measured", texts.article(1, size=9_000)), author=author)
    some = [texts.article(number, size=_SIZES[number % len(_SIZES)], sections=4) for number in range(20)]
    forms = [renderer.render(text) for text in some]
    for first in range(0, pages, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, pages))
        batch = [(Incoming(f"Page {number}", some[number % 20]), forms[number % 20]) for number in numbers]
        refused = editing.bring_in_many(batch, author=author)
        assert not refused, refused[0]


def _session() -> str:
    """Return the session of an editor who has logged in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from wiki.accounts.models import User

    person = User.objects.create_user("Reader")
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "wiki.accounts.backends.AccountBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


# --- Servers -----------------------------------------------------------------------------------------------------
class _Running:
    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port = port
        self._process = process

    def pss(self) -> float:
        """Megabytes of the server and all its children, what they share counted once."""
        numbers, found = [self._process.pid], []
        while numbers:
            number = numbers.pop()
            found.append(number)
            for task in Path(f"/proc/{number}/task").iterdir():
                with contextlib.suppress(OSError):
                    numbers += map(int, (task / "children").read_text().split())
        kilobytes = 0
        for number in set(found):
            with contextlib.suppress(OSError):
                rollup = Path(f"/proc/{number}/smaps_rollup").read_text()
                kilobytes += int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])  # type: ignore[index]
        return kilobytes / 1024


@contextlib.contextmanager
def _running(command: list[str], port: int, log: Path, **environment: str) -> Iterator[_Running]:
    with log.open("ab") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=said, stderr=subprocess.STDOUT
        )
    try:
        give_up = time.monotonic() + 120
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if _got(port, _HOT)[1]:
                    break
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(log.read_text()[-2000:])
            time.sleep(0.1)
        yield _Running(port, process)
    finally:
        process.terminate()
        process.wait(30)


def _site(folder: Path, port: int, **environment: str) -> contextlib.AbstractContextManager[_Running]:
    # A folder of its own for each, with the database and the key of the first.
    data = folder / f"data-{port}"
    data.mkdir(exist_ok=True)
    database = os.environ.get("DATABASE_URL") or f"sqlite:///{folder / 'medwiki.sqlite3'}"
    ours = {
        "WIKI_DATA": str(data),
        "DATABASE_URL": database,
        "SECRET_KEY": (folder / "secret-key").read_text().strip(),
        "LOG_LEVEL": "INFO",
        **environment,
    }
    command = [sys.executable, "manage.py", "serve", f"--port={port}", "--workers=2"]
    return _running(command, port, folder / f"said-{port}.txt", **ours)


@contextlib.contextmanager
def _behind_nginx(folder: Path, port: int) -> Iterator[_Running]:
    """A site with nginx in front as docs/deploy sets it up; the next two ports are for purges and for the site."""
    text = (_DEPLOY / "nginx-cache.conf").read_text()
    for said, here in (
        ("127.0.0.1:8000", f"127.0.0.1:{port + 2}"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8081", f"127.0.0.1:{port + 1}"),
        ("wiki.example.org", "127.0.0.1"),
        ("/var/cache/nginx/medwiki", f"{folder}/nginx-kept"),
        ("/var/www/medwiki", str(folder)),
    ):
        assert said in text, said
        text = text.replace(said, here)
    (folder / "nginx-cache-site.conf").write_text(text)
    config = folder / "nginx-cache.conf"
    config.write_text(_CACHE.format(folder=folder, module=_PURGING_MODULE, user=getpass.getuser()))
    command = ["nginx", "-c", str(config), "-p", str(folder)]
    told = {"SITE_URL": f"http://127.0.0.1:{port}", "WIKI_PURGE_URLS": f"nginx+http://127.0.0.1:{port + 1}"}
    with (
        _site(folder, port + 2, TRUSTED_PROXIES="127.0.0.1", **told),
        _running(command, port, folder / "said-nginx-cache.txt") as proxy,
    ):
        yield proxy


@contextlib.contextmanager
def _behind_varnish(folder: Path, port: int) -> Iterator[_Running]:
    """A site with Varnish in front as docs/deploy sets it up; the site's port is the next but one."""
    text = (_DEPLOY / "varnish.vcl").read_text().replace('"8000"', f'"{port + 2}"')
    config = folder / "medwiki.vcl"
    config.write_text(text.replace("/var/www/medwiki/away.html", str(folder / "away.html")))
    (folder / "away.html").write_text("away")
    command = ["varnishd", "-F", "-j", "none", "-a", f"127.0.0.1:{port}", "-f", str(config)]
    command += ["-n", str(folder / "varnish"), "-s", "malloc,32m"]
    told = {"SITE_URL": f"http://127.0.0.1:{port}", "WIKI_PURGE_URLS": f"varnish+http://127.0.0.1:{port}"}
    with (
        _site(folder, port + 2, TRUSTED_PROXIES="127.0.0.1", **told),
        _running(command, port, folder / "said-varnish.txt") as proxy,
    ):
        yield proxy


def _bare(folder: Path, application: str, port: int) -> contextlib.AbstractContextManager[_Running]:
    (folder / "bare.py").write_text(_BARE)
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2", "--port", str(port)]
    body = {"BENCH_BODY": str(folder / "body.html"), "PYTHONPATH": str(folder)}
    return _running([*command, "--no-ws", f"bare:{application}"], port, folder / f"said-{port}.txt", **body)


def _nginx(folder: Path, port: int) -> contextlib.AbstractContextManager[_Running]:
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port, user=getpass.getuser()))
    return _running(["nginx", "-c", str(config), "-p", str(folder)], port, folder / "said-nginx.txt")


# --- One reader --------------------------------------------------------------------------------------------------
def _got(port: int, address: str, **headers: str) -> tuple[Any, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", quote(address, safe="/?=&%"), headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (answer.status, address)
        return answer.headers, body


def _cold_view(port: int) -> list[str]:
    """What a browser that has nothing yet fetches for one page: the page, styles, scripts and pictures of its head."""
    _headers, page = _got(port, _HOT)
    found = re.findall(r'<(?:script src|link rel="stylesheet" href|img src)="(/[^"]+)"', page.decode())
    found += re.findall(r'<link rel="icon"[^>]* href="(/[^"]+)"', page.decode())
    size = 0
    for address in [_HOT, *found]:
        headers, body = _got(port, address, **{"Accept-Encoding": "br"})
        size += len(str(headers)) + len(body)
    return [f"one cold view: {size / 1000:.0f} KB in {1 + len(found)} requests"]
