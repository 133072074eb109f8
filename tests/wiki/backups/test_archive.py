"""The file a backup is: whole, or refused before anybody has used it."""

import errno
import json
import os
import stat
import zipfile

import pytest

from wiki.backups import archive


def manifest():
    return archive.Manifest(made="now", database="none", migrations=[], log={}, histories={"edits": 0})


def test_rows_and_files_come_out_as_they_went_in(small):
    assert list(archive.rows_of(small, "tables/a.jsonl")) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert archive.content_of(small, "files/note") == b"A note."


def test_it_says_how_many_rows_it_has(small):
    assert archive.verify(small).rows == 3


def test_nobody_else_may_read_it(small):
    assert stat.S_IMODE(small.stat().st_mode) == 0o600


def test_one_that_was_cut_off_anywhere_is_refused(small):
    whole = small.read_bytes()
    for length in range(0, len(whole), 7):
        small.write_bytes(whole[:length])
        with pytest.raises(archive.ArchiveRefused, match="cut off or damaged"):
            archive.verify(small)


def test_one_with_a_bit_turned_over_in_a_member_is_refused(small):
    whole = bytearray(small.read_bytes())
    with zipfile.ZipFile(small) as opened:
        at = opened.getinfo("files/note").header_offset + 30 + len("files/note") + 20 + 3
    whole[at] ^= 1
    small.write_bytes(whole)

    with pytest.raises(archive.ArchiveRefused):
        archive.verify(small)


def test_a_member_that_was_put_in_another_ones_place_is_refused(small, rewritten):
    members = {"tables/a.jsonl": {"sha256": "0" * 64, "size": 1}, "files/note": {"sha256": "0" * 64, "size": 1}}
    rewritten(small, members=members)
    with pytest.raises(archive.ArchiveRefused, match=r"a\.jsonl is not as it was written"):
        archive.verify(small)


def test_a_member_that_is_larger_than_it_says_is_not_unpacked(small, rewritten, monkeypatch):
    said = json.loads(archive.content_of(small, archive.MANIFEST))["members"]
    said["tables/a.jsonl"]["size"] -= 1
    rewritten(small, members=said)
    monkeypatch.setattr(archive.hashlib, "sha256", lambda *args: pytest.fail("It was read."))
    with pytest.raises(archive.ArchiveRefused, match=r"a\.jsonl is not as it was written"):
        archive.verify(small)


def test_what_is_read_as_a_whole_has_a_bound(small, monkeypatch):
    assert len(list(archive.rows_of(small, "tables/a.jsonl"))) == 3
    monkeypatch.setattr(archive, "_LARGEST", 5)
    with pytest.raises(archive.ArchiveRefused, match="too long"):
        list(archive.rows_of(small, "tables/a.jsonl"))
    with pytest.raises(archive.ArchiveRefused, match="too large"):
        archive.content_of(small, "files/note")
    with pytest.raises(archive.ArchiveRefused, match=r"manifest\.json is too large"):
        archive.verify(small)


def test_a_member_that_nobody_put_in_is_refused(small):
    with zipfile.ZipFile(small, "a") as opened:
        opened.writestr("files/other", "Not ours.")
    with pytest.raises(archive.ArchiveRefused, match="the list of its members"):
        archive.verify(small)


def test_one_of_another_format_is_refused_by_its_number(small, rewritten):
    rewritten(small, format=99)
    with pytest.raises(archive.ArchiveRefused, match="format 99"):
        archive.verify(small)


@pytest.mark.parametrize("content", [b"", b"A letter.", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_archive_is_refused(tmp_path, content):
    (tmp_path / "it").write_bytes(content)
    with pytest.raises(archive.ArchiveRefused, match="is no backup"):
        archive.verify(tmp_path / "it")


def test_a_file_that_is_not_there_is_told_as_that(tmp_path):
    with pytest.raises(FileNotFoundError):
        archive.verify(tmp_path / "nothing")


def test_nothing_is_left_of_one_that_found_the_disk_full(tmp_path):
    def rows():
        yield {"n": 1}
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(OSError, match="No space"), archive.writing(tmp_path / "it.zip") as writer:
        writer.add_rows("tables/a.jsonl", rows())
    assert list(tmp_path.glob("it*")) == []


def test_it_has_no_name_until_it_is_whole(tmp_path):
    with archive.writing(tmp_path / "it.zip") as writer:
        writer.end(manifest())
        assert not (tmp_path / "it.zip").exists()
    assert [path.name for path in tmp_path.glob("it*")] == ["it.zip"]


def test_a_file_that_is_there_is_never_written_over(small):
    with pytest.raises(FileExistsError), archive.writing(small):
        raise AssertionError
