"""The settings are safe without a word said, and what is said wrongly stops the start."""

import os
import subprocess
import sys

import pytest

from wiki import settings

SHOW = "from wiki import settings; print(getattr(settings, {name!r}))"


def said(name: str, tmp_path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ask a process of its own, whose only settings are these."""
    kept = {"PATH": os.environ["PATH"], "WIKI_DATA": str(tmp_path / "data"), **environment}
    command = [sys.executable, "-c", SHOW.format(name=name)]
    return subprocess.run(command, env=kept, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "False"),
        ("WIKI_ANONYMOUS_EDITS", "propose"),
        ("WIKI_CONTRIBUTOR_EDITS", "propose"),
        ("ALLOWED_HOSTS", "['localhost', '127.0.0.1', '[::1]']"),
        ("CSRF_COOKIE_HTTPONLY", "True"),
    ],
)
def test_without_a_word_it_is_safe(tmp_path, name: str, value: str):
    assert said(name, tmp_path).stdout.strip() == value


def test_the_data_folder_it_makes_is_nobody_elses(tmp_path):
    said("DEBUG", tmp_path)
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["WIKI_ANONYMOUS_EDITS", "WIKI_CONTRIBUTOR_EDITS", "LOG_FORMAT"])
def test_a_choice_that_is_none_stops_the_start_and_names_what_may_be(tmp_path, name: str):
    answer = said(name, tmp_path, **{name: "yes"})
    assert answer.returncode != 0 and "it is one of" in answer.stderr


@pytest.mark.parametrize("language", ["de", "ar", "de-AT", "xx"])
def test_the_interface_is_whole_in_english_until_somebody_has_translated_it(tmp_path, language: str):
    assert said("LANGUAGE_CODE", tmp_path, WIKI_LANGUAGE=language).stdout.strip() == "en"
    assert said("WIKI_LANGUAGE", tmp_path, WIKI_LANGUAGE=language).stdout.strip() == language


@pytest.mark.parametrize(("language", "folder"), [("de", "de"), ("de-AT", "de"), ("pt-br", "pt_BR")])
def test_a_catalogue_in_the_data_folder_is_taken(tmp_path, language: str, folder: str):
    catalogue = tmp_path / "data" / "locale" / folder / "LC_MESSAGES" / "django.mo"
    catalogue.parent.mkdir(parents=True)
    catalogue.touch()
    assert said("LANGUAGE_CODE", tmp_path, WIKI_LANGUAGE=language).stdout.strip() == language


def test_a_secret_is_made_once_kept_and_readable_by_its_owner_only(tmp_path):
    first, second = said("SECRET_KEY", tmp_path).stdout, said("SECRET_KEY", tmp_path).stdout
    assert first == second and len(first.strip()) > 50
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("name", "value"),
    [("SESSION_COOKIE_SECURE", "True"), ("CSRF_COOKIE_SECURE", "True"), ("SECURE_SSL_REDIRECT", "True")],
)
def test_a_public_address_switches_on_what_belongs_to_it(tmp_path, name: str, value: str):
    assert said(name, tmp_path, SITE_URL="https://wiki.example.org/").stdout.strip() == value


def test_the_disclaimer_stands_outermost():
    assert settings.MIDDLEWARE[0] == "wiki.middleware.MedicalDisclaimerMiddleware"


@pytest.mark.parametrize("word", ["unsafe", "http:", "https:", "*", "data:"])
def test_the_policy_of_pages_trusts_this_site_only(word: str):
    sources = [str(source) for named in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].values() for source in named]
    assert not any(word in source for source in sources)
