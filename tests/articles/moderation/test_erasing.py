"""Erasing for law: where a passage goes from, what stays, and that a restored backup loses it again."""

import shutil
import subprocess
import threading
import zlib
from pathlib import Path

import pytest
from django.db import connection, transaction

from articles import access, derived, editing, history, logbook, remarks, repacking, search, writing
from articles.models import (
    Article,
    Draft,
    Edit,
    Erasure,
    LogEntry,
    Proposal,
    ProtectedTitle,
    Rendering,
    Submission,
    TextBlob,
)
from articles.moderation import (
    ChangedMeanwhile,
    Refused,
    deleting,
    erasing,
    hiding,
    moving,
    passages,
    protecting,
    register,
)
from articles.reviewing import deciding
from tests import factories, locks
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

PASSAGE = "Quentin Zebulon lives in Tower Street 7"
FORMER = f"{PASSAGE} and its disease"
WITH_IT = f"A lead. {PASSAGE}, they say.\n\n## Causes\n\nDust.\n"


@pytest.fixture(autouse=True)
def a_register_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


@pytest.fixture
def page(editor) -> Article:
    """Readers see the passage; it came with the second version of three."""
    article = factories.article("Asthma", "A lead.\n\n## Causes\n\nDust.\n", author=editor)
    factories.edit(article, WITH_IT, author=editor, summary="Better")
    factories.edit(article, f"{WITH_IT}\nMites.\n", author=editor)
    return Article.objects.get(pk=article.pk)


def erase(administrator, *, count: int | None = None, why: str = "order 12/3 of a court", passage: str = PASSAGE):
    count = erasing.places_of(passage).total if count is None else count
    return erasing.erase(passage=passage, count=count, by=administrator.account, author=administrator, why=why)


def versions(article: Article) -> list[tuple[int, bool]]:
    return list(Edit.objects.filter(article=article).order_by("number").values_list("number", "erased"))


# --- Versions ----------------------------------------------------------------------------------------------------
def test_every_version_that_holds_it_is_destroyed_and_readers_get_the_text_without_it(page, administrator):
    erase(administrator)
    assert versions(page) == [(1, False), (2, True), (3, True), (4, False)]
    now = Article.objects.get(pk=page.pk)
    assert now.text.text == f"{WITH_IT}\nMites.\n".replace(PASSAGE, "[…]")
    assert (now.current_edit.author, now.current_edit.kind) == (administrator, "edit")


def test_hash_author_time_summary_and_size_of_a_version_stay(page, administrator):
    facts = ("blob__sha256", "author", "time", "summary", "size", "number", "parent")
    before = Edit.objects.filter(article=page, number=2).values(*facts).get()
    erase(administrator)
    assert Edit.objects.filter(article=page, number=2).values(*facts).get() == before
    blob = Edit.objects.get(article=page, number=2).blob
    assert (bytes(blob.data), blob.text, blob.is_erased) == (b"", "", True)
    assert not Rendering.objects.filter(blob=blob).exists()


@pytest.mark.parametrize("role", ["visitor", "contributor", "moderator", "administrator"])
def test_nobody_reads_an_erased_version_and_everybody_is_told_so(page, administrator, role: str, request):
    erase(administrator)
    person = request.getfixturevalue(role).account
    with pytest.raises(access.Erased, match="was erased"):
        access.edit_to_read(person, Edit.objects.get(article=page, number=2).pk)


def test_it_is_not_brought_back_gone_on_from_undone_onto_or_shown_again(page, administrator, moderator):
    erase(administrator)
    erased = Edit.objects.get(article=page, number=3)
    for way in (access.edit_to_revert, access.edit_to_go_on_from):
        with pytest.raises(access.Erased):
            way(administrator.account, erased.pk)
    with pytest.raises(Refused, match="bytes are gone"):
        hiding.hide(edit=erased, text=False, summary=False, author=False, by=moderator.account, why="x")
    with pytest.raises(editing.BaseMissing):
        factories.save("Asthma", "Mine.\n", base=erased)
    assert history.version_before(Edit.objects.get(article=page, number=4)).number == 1


def test_who_wrote_what_of_the_text_without_it_is_still_known(page, administrator, editor):
    erase(administrator)
    current = Article.objects.select_related("current_edit__blob").get(pk=page.pk).current_edit
    assert history.written(current)
    assert history.writers_of(current)[0] == editor.shown_name


def test_the_very_text_does_not_come_back_by_a_save_a_proposal_or_an_import(page, administrator, contributor):
    erase(administrator)
    with pytest.raises(editing.TextRefused, match="can’t come back"):
        factories.edit(page, WITH_IT)
    with pytest.raises(editing.TextRefused, match="can’t come back"):
        factories.proposal(page, contributor, WITH_IT, section="")
    incoming = editing.Incoming("Elsewhere", WITH_IT)
    with pytest.raises(editing.TextRefused, match="can’t come back"):
        editing.bring_in(incoming, author=administrator)


def test_a_deleted_page_whose_text_is_erased_is_written_anew_and_not_restored(page, administrator, moderator):
    deleting.delete([page], by=moderator.account, why="x")
    erase(administrator)
    with pytest.raises(Refused, match="write the page anew"):
        deleting.restore(article=page, with_redirects=False, by=moderator.account, why="x")
    assert factories.save("Asthma", "Anew.\n", base=0).number == 4


def test_capital_letters_count_and_html_and_anchors_are_found_too(administrator, editor):
    factories.article("Small", PASSAGE.lower(), author=editor)
    factories.article("Escaped", "Ada &amp; Bo &quot;Q&quot; Zed\n", author=editor)
    assert erasing.places_of(PASSAGE).total == 0
    assert [page.article.title for page in erasing.places_of('Ada & Bo "Q" Zed').pages] == ["Escaped"]
    factories.article("Heading", f"## {PASSAGE}\n\nText.\n", author=editor)
    erase(administrator)
    assert "Quentin" not in everything_said()


# --- What waits, and what was said -------------------------------------------------------------------------------
def test_a_proposal_that_holds_it_is_erased_and_declined(page, administrator, contributor):
    proposal = factories.proposal(page, contributor, f"{PASSAGE}!\n")
    erase(administrator)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.reason, proposal.blob.text) == ("declined", "order 12/3 of a court", "")
    with pytest.raises(access.Erased):
        access.proposal_to_see(contributor.account, contributor, proposal.pk)


def test_what_waits_without_it_goes_on_from_the_text_that_differs_by_nothing_else(
    page, administrator, contributor, reviewer
):
    proposal = factories.proposal(page, contributor, "## Causes\n\nMites.\n", section="Causes")
    draft = factories.draft(page, contributor, "## Causes\n\nMine.\n", section="Causes")
    erase(administrator)
    now = Article.objects.get(pk=page.pk).current_edit_id
    assert (Draft.objects.get(pk=draft.pk).base_id, Proposal.objects.get(pk=proposal.pk).base_id) == (now, now)
    proposal = access.proposal_to_see(reviewer.account, reviewer, proposal.pk)
    edit = deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=str(now))
    assert "Mites." in edit.blob.text and "[…], they say." in edit.blob.text


def planted_everywhere(page, editor, contributor, reviewer, moderator) -> None:
    """In every kind of place: hidden, deleted, proposed, drafted, sent, said, headed, in two reasons and a title."""
    gone = factories.article("Gone", f"## {PASSAGE}\n\n{WITH_IT}", author=editor)
    factories.edit(gone, "Something else.\n", summary=f"Out with {PASSAGE}", author=editor)
    hiding.hide(
        edit=Edit.objects.get(article=page, number=2),
        text=False,
        summary=True,
        author=False,
        by=moderator.account,
        why=f"{PASSAGE} is nobody's business",
    )
    deleting.delete([gone], by=moderator.account, why="x")
    proposal = factories.proposal(page, contributor, f"{PASSAGE}.\n", summary=PASSAGE)
    remarks.say(proposal=proposal, author=reviewer, text=f"Is it true that {PASSAGE}?", line=1)
    factories.draft(page, contributor, f"Mine. {PASSAGE}\n")
    sent = {"title": "Asthma", "base": "0", "section": "", "text": f"Sent. {PASSAGE}"}
    editing.receive(author=contributor, summary=PASSAGE, **sent)
    move(factories.article(FORMER, "A lead.\n"), "Tower disease", moderator)


def everything_said() -> str:
    """All that is stored, in every table, also those that no model knows of; what is packed is unpacked."""
    said = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            said += [_readable(value) for row in cursor.fetchall() for value in row]
    return "\n".join(said)


def _readable(value: object) -> str:
    if not isinstance(value, (bytes, memoryview)):
        return str(value)
    raw = bytes(value)
    try:
        raw = zlib.decompress(raw)
    except zlib.error:
        return raw.decode("latin-1")
    return raw.decode("utf-8", "replace")


def test_it_leaves_every_place_and_the_log_still_holds(page, administrator, editor, contributor, reviewer, moderator):
    planted_everywhere(page, editor, contributor, reviewer, moderator)
    assert "Quentin" in everything_said()
    entry = erase(administrator)
    assert "Quentin" not in everything_said() and "Zebulon" not in everything_said()
    assert logbook.verify() is None and logbook.verify_newest(50) is None
    assert LogEntry.objects.get(number=entry.after["log"][0]).why == "[…] is nobody's business"
    assert Draft.objects.get().text == "Mine. […]\n"
    assert Submission.objects.get(title="Asthma", base="0").summary == "[…]"
    assert not search.find("Quentin").hits


def test_a_row_of_the_log_that_no_erasure_names_can_not_pass_for_one(page, administrator, moderator):
    logbook.record(who=moderator.account, what="test", target="x", why="as it was")
    erase(administrator)
    with unlocked("somebody with access to the database"), transaction.atomic():
        Erasure.objects.create(key="open")
        LogEntry.objects.filter(target="x").update(why="[…]")
    assert logbook.verify() == LogEntry.objects.get(target="x").number


def test_the_log_says_who_why_and_how_much_but_not_what(page, administrator):
    entry = erase(administrator)
    assert (entry.what, entry.who, entry.why) == ("text.erase", administrator.account, "order 12/3 of a court")
    assert entry.after == {"versions": 2, "proposals": 0, "others": 0, "log": []}


# --- Refusals ----------------------------------------------------------------------------------------------------
def test_more_or_fewer_places_than_were_confirmed_are_shown_first(page, administrator):
    with pytest.raises(ChangedMeanwhile, match="other places"):
        erase(administrator, count=1)
    assert not Edit.objects.filter(erased=True).exists()


def test_a_reason_that_says_it_and_a_passage_that_stands_nowhere_are_refused(page, administrator):
    with pytest.raises(Refused, match="must not say"):
        erase(administrator, why=f"because {PASSAGE}")
    with pytest.raises(Refused, match="nowhere"):
        erase(administrator, passage="Nobody ever wrote this", count=1)


def test_where_a_page_can_not_be_saved_without_it_nothing_is_erased(administrator, editor, monkeypatch):
    factories.article("Asthma", WITH_IT, author=editor)

    def refused(change):
        raise editing.TextRefused("No.")

    monkeypatch.setattr(editing, "save", refused)
    with pytest.raises(Refused, match=r"“Asthma” can’t be edited by itself: No\."):
        erase(administrator)
    assert not TextBlob.objects.filter(codec="erased").exists()


def test_a_page_that_is_called_so_is_moved_first(administrator, editor):
    factories.article(PASSAGE, "A lead.\n", author=editor)
    assert [page.title for page in erasing.places_of(PASSAGE).names.pages] == [PASSAGE]
    with pytest.raises(Refused, match="is still called so"):
        erase(administrator)


def test_people_who_are_called_so_are_told_of_and_stay(administrator):
    author = factories.author("editor", PASSAGE)
    erase(administrator)
    names = erasing.places_of(PASSAGE).names
    assert (names.people, bool(names)) == ((author,), True)


def test_a_protected_title_goes_with_its_protection(administrator):
    guards = {"create": protecting.Guard("moderator")}
    protecting.protect(article=None, full_title=PASSAGE, guards=guards, by=administrator.account, why="x")
    assert [title.full_title for title in erasing.places_of(PASSAGE).names.titles] == [PASSAGE]
    erase(administrator)
    assert "Quentin" not in everything_said() and not ProtectedTitle.objects.exists() and logbook.verify() is None


@pytest.fixture
def moved(administrator, contributor) -> Article:
    """A page that was called so when it was linked to, proposed for, drafted, sent, deleted once and protected."""
    page = factories.article(FORMER, "A lead.\n\n## Causes\n\nDust.\n", summary="As it is")
    factories.article("Elsewhere", f"See [[{FORMER}]].\n")
    deciding.decline(
        proposal=factories.proposal(page, contributor, "Worse.\n"),
        user=administrator.account,
        author=administrator,
        reason="No.",
    )
    factories.draft(page, contributor, "Mine.\n")
    editing.receive(title=FORMER, base="none", section="0", text="Sent.\n", author=contributor)
    protecting.protect(
        article=page,
        full_title=FORMER,
        guards={"edit": protecting.Guard("moderator")},
        by=administrator.account,
        why="x",
    )
    move(page, "Tower disease", administrator)
    return Article.objects.get(pk=page.pk)


def move(page: Article, title: str, administrator) -> None:
    page = Article.objects.get(pk=page.pk)
    moving.move(
        article=page,
        title=title,
        base=str(page.current_edit_id),
        by=administrator.account,
        author=administrator,
        why="x",
    )


def test_a_title_that_a_page_had_leaves_every_place_and_the_log_still_holds(moved, administrator):
    facts = ("number", "blob__sha256", "author", "time", "summary", "parent")
    before = list(Edit.objects.filter(article=moved).order_by("number").values_list(*facts))
    assert [page.title for page in erasing.places_of(PASSAGE).names.behind] == [FORMER]
    entry = erase(administrator)
    assert "Quentin" not in everything_said()
    assert logbook.verify() is None and logbook.verify_newest(50) is None
    assert len(entry.after["log"]) == 4
    assert [edit.title for edit in moved.edits.order_by("number")] == ["(…) and its disease", "Tower disease"]
    assert list(Edit.objects.filter(article=moved).order_by("number").values_list(*facts)) == before


def test_the_redirect_that_was_left_behind_goes_to_the_bin_and_is_found_no_more(moved, administrator):
    assert [hit.via for hit in search.suggest("Quentin")] == [FORMER]
    erase(administrator)
    assert Article.objects.get(title="(…) and its disease").state == Article.State.DELETED
    assert not search.suggest("Quentin") and not search.find("Quentin").hits
    assert [hit.full_title for hit in search.suggest("Tower")] == ["Tower disease"]


def test_a_deleted_page_loses_its_title_and_can_be_restored(administrator, moderator):
    gone = [factories.article(f"{PASSAGE}{end}", "A lead.\n") for end in ("", "s")]
    deleting.delete(gone, by=moderator.account, why="x")
    factories.article("(…)", "A lead.\n")
    erase(administrator)
    page = Article.objects.get(pk=gone[0].pk)
    assert page.title == "(…) (2)"
    deleting.restore(article=page, with_redirects=False, by=moderator.account, why="y")
    assert [hit.full_title for hit in search.find("lead").hits].count("(…) (2)") == 1


def test_all_that_is_kept_beside_the_texts_is_as_before(moved, administrator):
    erase(administrator)
    for page in Article.objects.published().select_related("current_edit__blob"):
        assert list(derived.faults_of(page)) == []


def test_a_backup_of_before_the_move_loses_the_title_again(
    administrator, contributor, django_capture_on_commit_callbacks
):
    page = factories.article(FORMER, "A lead.\n")
    move(page, "Tower disease", administrator)
    with django_capture_on_commit_callbacks(execute=True):
        erase(administrator)
    as_before({})
    with unlocked("the backup is older than the move"):
        Article.objects.filter(pk=page.pk).update(title=FORMER, skeleton=FORMER.lower())

    assert erasing.apply_again() == 1
    assert "Quentin" not in everything_said() and logbook.verify() is None
    page = Article.objects.get(pk=page.pk)
    assert (page.title, page.state) == ("(…) and its disease (2)", Article.State.PUBLISHED)
    assert [hit.full_title for hit in search.suggest("its disease")] == [page.title] and not search.suggest("Quentin")


def test_where_no_name_holds_it_nothing_is_told(page):
    assert not erasing.places_of(PASSAGE).names


def test_a_wiki_of_more_texts_than_a_page_looks_through_is_too_large(page, monkeypatch):
    assert not erasing.is_too_large()
    monkeypatch.setattr(erasing, "MOST_IN_A_PAGE", 1)
    assert erasing.is_too_large()


def test_reading_costs_the_same_number_of_queries_however_many_versions_hold_it(page, at_most_queries):
    for number in range(5):
        factories.edit(page, f"{WITH_IT}\n{number}\n")
    with at_most_queries(2 * len(passages.places()) + 30):
        places = erasing.places_of(PASSAGE)
    assert places.versions == 7


# --- A save while it is erased -----------------------------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_repacked", [False, True])
def test_an_erased_text_does_not_come_back_by_a_save_that_has_begun(page, administrator, monkeypatch, is_repacked):
    factories.edit(page, "Without.\n")
    if is_repacked:
        assert [packed.fault for packed in repacking.repack()] == ["", "", ""]
    refused: list[Exception] = []

    def save() -> None:
        try:
            factories.article("Elsewhere", WITH_IT)
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    saves = threading.Thread(target=save, daemon=True)
    record = erasing.record

    def record_when_somebody_saves(**said):
        # The texts are destroyed, and nobody else knows it yet.
        saves.start()
        while saves.is_alive() and not locks.somebody_waits():
            saves.join(0.02)
        return record(**said)

    monkeypatch.setattr(erasing, "record", record_when_somebody_saves)
    erase(administrator)
    saves.join(20)

    assert [type(error) for error in refused] == [editing.TextRefused]
    assert "Quentin" not in everything_said() and not search.find("Quentin").hits
    assert not Article.objects.filter(title="Elsewhere").exists()
    erased = Edit.objects.get(article=page, number=2).blob
    assert (erased.codec, bytes(erased.data)) == ("erased", b"")
    assert not Rendering.objects.filter(blob=erased).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_erasure_waits_for_a_save_that_holds_what_was_sent(page, administrator, editor, monkeypatch):
    factories.edit(page, "Without.\n")
    other = factories.article("Elsewhere")
    sent = {"title": other.title, "base": str(other.current_edit_id), "section": "", "text": WITH_IT}
    change = editing.Change(**sent, author=editor, submission=editing.receive(author=editor, **sent))
    led_to, refused = writing._led_to, []

    def erase_once() -> None:
        try:
            erase(administrator)
        except Exception as error:
            refused.append(error)
        finally:
            connection.close()

    erases = threading.Thread(target=erase_once, daemon=True)

    def led_to_while_it_is_erased(*args):
        earlier = led_to(*args)
        erases.start()
        while erases.is_alive() and not locks.somebody_waits():
            erases.join(0.02)
        return earlier

    monkeypatch.setattr(writing, "_led_to", led_to_while_it_is_erased)
    edit = editing.save(change)
    erases.join(20)
    assert [type(error) for error in refused] == [ChangedMeanwhile]
    assert Article.objects.get(pk=other.pk).current_edit == edit


def test_what_another_erasure_has_destroyed_meanwhile_is_left_alone(page, administrator, monkeypatch):
    found = passages.find(PASSAGE)
    erase(administrator)
    monkeypatch.setattr(erasing.passages, "find", lambda *args, **options: found)
    erasing.erase(
        passage=PASSAGE, count=found.total, by=administrator.account, author=administrator, why="the other order"
    )
    assert versions(page) == [(1, False), (2, True), (3, True), (4, False)]


# --- The register ------------------------------------------------------------------------------------------------
def as_before(texts: dict[int, bytes]) -> None:
    """Put the database back as an older backup has it: the bytes are there, and nothing is known of the erasure."""
    from articles import append_only

    append_only.release(connection)
    with unlocked("a backup comes back"):
        Erasure.objects.all().delete()
        for key, data in texts.items():
            TextBlob.objects.filter(pk=key).update(codec="zlib", data=data)
        edits = Edit.objects.filter(blob__in=texts)
        edits.update(erased=False, hidden_text=False)
    append_only.guard(connection)


def test_a_backup_that_comes_back_is_erased_again(page, administrator, contributor, django_capture_on_commit_callbacks):
    texts = {blob.pk: bytes(blob.data) for blob in TextBlob.objects.all()}
    with django_capture_on_commit_callbacks(execute=True):
        erase(administrator)
    as_before(texts)
    factories.draft(page, contributor, f"Kept in the backup only: {PASSAGE}\n")
    assert "Quentin" in everything_said() and len(erasing.not_applied()) == 1

    assert erasing.apply_again() == 1
    assert "Quentin" not in everything_said()
    assert (erasing.not_applied(), erasing.apply_again(), logbook.verify()) == ([], 0, None)


def test_what_stood_in_a_draft_only_when_the_backup_was_made_is_found_by_its_fingerprint(
    page, administrator, contributor, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        erase(administrator)
    as_before({})
    with unlocked("the page is younger than the backup"):
        factories.draft(page, contributor, f"Older: {PASSAGE}\n")
    assert erasing.apply_again() == 1
    assert Draft.objects.get().text == "Older: […]\n"


def test_a_register_that_was_lost_is_filled_up_from_the_database(
    page, administrator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        erase(administrator)
    line = register.lines()
    register.path().unlink()
    assert erasing.apply_again() == 0
    assert register.lines() == line


# --- The bytes ---------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_full_dump_of_the_database_holds_it_nowhere(page, administrator, editor, contributor, reviewer, moderator):
    planted_everywhere(page, editor, contributor, reviewer, moderator)
    packed = [bytes(blob.data) for blob in TextBlob.objects.all() if PASSAGE in blob.text]
    assert len(packed) >= 4 and PASSAGE.encode() in dump()

    erase(administrator)
    assert erasing.leave_no_remains()
    dumped = dump()
    for needle in (PASSAGE.encode(), b"Quentin", b"quentin", b"Zebulon", b"zebulon", *packed):
        assert needle not in dumped and needle.hex().encode() not in dumped
    assert "Quentin" not in everything_said()
    assert logbook.verify() is None


def dump() -> bytes:
    """The whole database: the files as they lie on the disk, or what pg_dump says of it."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        connection.ensure_connection()
        files = [Path(name + end) for end in ("", "-wal", "-shm") if Path(name + end).exists()]
        return b"".join(file.read_bytes() for file in files) + "\n".join(connection.connection.iterdump()).encode()
    settings = connection.settings_dict
    program = shutil.which("pg_dump")
    assert program, "pg_dump comes with PostgreSQL"
    where = [f"--host={settings['HOST']}", f"--port={settings['PORT']}", f"--username={settings['USER']}"]
    environment = {"PGPASSWORD": settings["PASSWORD"] or "", "PATH": str(Path(program).parent)}
    done = subprocess.run([program, *where, settings["NAME"]], capture_output=True, check=True, env=environment)
    return done.stdout
