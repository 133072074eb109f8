"""Which files are kept beside the tables."""

from wiki.backups import files


def test_register_key_and_catalogues_are_kept_and_nothing_else(data):
    (data / "locale" / "de").mkdir(parents=True)
    for name in ("erasures.jsonl", "secret-key", "locale/de/django.mo", "lock", "medwiki.sqlite3"):
        (data / name).write_text("x")
    assert [name for name, _file in files.kept()] == ["erasures.jsonl", "secret-key", "locale/de/django.mo"]
