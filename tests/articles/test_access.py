"""Who may read, edit and decide: 404 for what may not be known, 403 for what may not be done."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from articles import access, editing
from articles.models import Article, Author, Edit, Section
from articles.models.articles import Article as ArticleModel
from articles.reviewing import proposing
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

ANYBODY = AnonymousUser()
ROLES = ["visitor", "contributor", "editor", "reviewer", "moderator", "administrator"]


def person(request, role):
    return ANYBODY if role == "visitor" else request.getfixturevalue(role).account


def protect(article, level, until=None) -> ArticleModel:
    with unlocked("protecting comes with moderation"):
        Article.objects.filter(pk=article.pk).update(edit_protection=level, edit_protected_until=until)
    return Article.objects.get(pk=article.pk)


def delete(article) -> None:
    with unlocked("deleting comes with moderation"):
        Article.objects.filter(pk=article.pk).update(state=Article.State.DELETED)


# --- Loading -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("spelling", ["Lung_function", "lung function", " Lung  function "])
def test_an_article_is_read_under_any_spelling_of_its_title(editor, spelling):
    article = factories.article("Lung function", author=editor)
    assert access.article_to_read(ANYBODY, spelling) == article


def test_an_article_to_read_comes_with_its_edit_and_origin_but_without_its_text(article, at_most_queries):
    with at_most_queries(1):
        read = access.article_to_read(ANYBODY, article.title)
        assert (read.current_edit.number, getattr(read, "origin", None)) == (1, None)
    assert "text" not in read._state.fields_cache


@pytest.mark.parametrize("load", [access.article_to_read, access.text_to_read])
def test_what_is_not_there_is_a_404_that_knows_the_possible_title(load):
    with pytest.raises(access.NoSuchArticle) as missing:
        load(ANYBODY, "help:not there")
    assert missing.value.parts == ("help", "Not there") and isinstance(missing.value, Http404)


@pytest.mark.parametrize("load", [access.article_to_read, access.article_to_edit, access.text_to_read])
def test_what_was_deleted_is_gone(article, load):
    delete(article)
    with pytest.raises(access.ArticleDeleted):
        load(ANYBODY, article.title)


def test_what_was_deleted_is_still_to_be_made_for_somebody_who_starts_from_nothing(article):
    delete(article)
    assert access.article_to_edit(ANYBODY, article.title, anew=True) is None


def test_what_was_protected_and_deleted_is_made_again_only_by_those_whom_the_protection_lets_through(
    article, contributor, administrator
):
    protect(article, "administrator")
    delete(article)
    with pytest.raises(access.ArticleDeleted):
        access.article_to_edit(contributor.account, article.title, anew=True)
    assert access.article_to_edit(administrator.account, article.title, anew=True) is None


@pytest.mark.parametrize(("role", "may"), [(role, role == "administrator") for role in ROLES])
def test_only_administrators_take_the_sample_away(request, role, may):
    assert access.may_remove_sample(person(request, role)) is may


@pytest.mark.parametrize("load", [access.article_to_read, access.article_to_edit, access.text_to_read])
@pytest.mark.parametrize("title", ["A#b", "../x", "x" * 300, "A\u202eb"])
def test_what_can_not_be_a_title_is_a_404_that_says_why(load, title):
    with pytest.raises(access.BadTitle) as bad:
        load(ANYBODY, title)
    assert bad.value.reason


def test_an_article_that_is_not_there_can_be_edited(db):
    assert access.article_to_edit(ANYBODY, "Not there") is None


def test_a_page_is_as_it_was_begun_on_while_nobody_has_changed_it(article):
    began = str(article.current_edit_id)
    loaded = access.article_as_begun(ANYBODY, article.title.casefold(), began)
    assert loaded is not None and (loaded.pk, loaded.text_id) == (article.pk, article.text_id)
    assert access.article_as_begun(ANYBODY, "Not there", began) is None
    assert access.article_as_begun(ANYBODY, "A#b", began) is None
    assert access.article_as_begun(ANYBODY, article.title, "0") is None

    factories.edit(article, "Another.\n")

    assert access.article_as_begun(ANYBODY, article.title, began) is None


def test_a_page_that_was_deleted_since_is_not_as_it_was_begun_on(article):
    delete(article)
    assert access.article_as_begun(ANYBODY, article.title, str(article.current_edit_id)) is None


@pytest.mark.parametrize("title", ["Talk:Asthma", "User:Ada", "File:Lung.png"])
def test_kinds_of_pages_that_are_not_open_yet_can_not_be_edited(title):
    with pytest.raises(access.NoSuchArticle):
        access.article_to_edit(ANYBODY, title)


def test_the_text_is_the_current_one(article):
    factories.edit(article, "New.\n")
    assert access.text_to_read(ANYBODY, article.title) == "New.\n"


def test_a_sections_address_leads_to_where_it_is_now(article):
    section = Section.objects.get(article=article, title="Symptoms")
    factories.edit(article, "## Signs\n\nWheeze.\n", section="Symptoms")
    assert access.section_to_read(ANYBODY, section.pk) == f"{article.get_absolute_url()}#Signs"


def test_the_leads_address_is_the_articles(article):
    lead = Section.objects.get(article=article, level=0)
    assert access.section_to_read(ANYBODY, lead.pk) == article.get_absolute_url()


@pytest.mark.parametrize("lost", ["taken out", "deleted", "never there"])
def test_a_section_that_is_gone_is_a_404(article, lost):
    section = Section.objects.get(article=article, title="Symptoms").pk
    if lost == "taken out":
        factories.edit(article, "", section="Symptoms")
    elif lost == "deleted":
        delete(article)
    else:
        section += 1_000
    with pytest.raises(Http404):
        access.section_to_read(ANYBODY, section)


def test_a_version_is_read_by_its_edit(article):
    factories.edit(article, "New.\n")
    assert access.edit_to_read(ANYBODY, article.current_edit_id).blob.text == factories.TEXT


@pytest.mark.parametrize("hidden", ["edit", "article", "neither"])
def test_a_version_that_is_hidden_or_was_never_there_is_a_404(article, hidden):
    if hidden == "edit":
        with unlocked("hiding comes with moderation"):
            Edit.objects.filter(pk=article.current_edit_id).update(hidden_text=True)
    elif hidden == "article":
        delete(article)
    with pytest.raises(Http404):
        access.edit_to_read(ANYBODY, article.current_edit_id + 1_000 * (hidden == "neither"))


# --- Who may what ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("level", "publish", "propose"),
    [
        ("", ROLES[2:], ROLES),
        ("editor", ROLES[2:], ROLES),
        ("reviewer", ROLES[3:], ROLES),
        ("moderator", ROLES[4:], ROLES),
        ("administrator", ROLES[5:], ROLES[5:]),
    ],
)
@pytest.mark.parametrize("role", ROLES)
def test_each_protection_lets_those_publish_and_those_propose(article, request, role, level, publish, propose):
    protected, user = protect(article, level), person(request, role)
    assert access.may_publish(user, protected) == (role in publish)
    assert access.may_propose(user, protected) == (role in propose)
    assert access.may_edit(user, protected) == (role in publish or role in propose)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", ["", "reviewer", "administrator"])
def test_the_form_does_what_the_person_may(article, request, role, level):
    protected, user = protect(article, level), person(request, role)
    mode = (
        "publish" if access.may_publish(user, protected) else "propose" if access.may_propose(user, protected) else ""
    )
    assert access.mode_of(user, protected) == (mode or "view")


@pytest.mark.parametrize(("hours", "level"), [(1, "moderator"), (-1, "")])
def test_a_protection_ends_with_its_time(article, hours, level):
    protected = protect(article, "moderator", timezone.now() + timedelta(hours=hours))
    assert access.protection_of(protected) == level


@pytest.mark.parametrize(("setting", "mode"), [("propose", "propose"), ("publish", "publish"), ("off", "view")])
def test_what_visitors_may_is_a_setting(article, settings, setting, mode):
    settings.WIKI_ANONYMOUS_EDITS = setting
    assert access.mode_of(ANYBODY, article) == mode


@pytest.mark.parametrize("setting", ["propose", "publish"])
def test_what_contributors_may_is_a_setting(article, contributor, settings, setting):
    settings.WIKI_CONTRIBUTOR_EDITS = setting
    assert access.mode_of(contributor.account, article) == setting


def test_visitors_who_may_publish_still_stop_at_a_protection(article, settings):
    settings.WIKI_ANONYMOUS_EDITS = "publish"
    assert not access.may_publish(ANYBODY, protect(article, "editor"))


@pytest.mark.parametrize("role", ROLES)
def test_reviewers_and_up_review(request, role):
    assert access.may_review(person(request, role)) == (role in ROLES[3:])


@pytest.mark.parametrize("role", ROLES)
def test_editors_and_up_bring_versions_back(article, request, role, settings):
    settings.WIKI_ANONYMOUS_EDITS = settings.WIKI_CONTRIBUTOR_EDITS = "publish"
    assert access.may_revert(person(request, role), article) == (role in ROLES[2:])


@pytest.mark.parametrize("may", [access.may_publish, access.may_propose, access.may_review])
def test_a_closed_account_may_nothing(administrator, may):
    administrator.account.is_active = False
    assert not may(administrator.account)


def test_what_is_not_allowed_is_a_403(db):
    access.require(True)
    with pytest.raises(PermissionDenied):
        access.require(False)


# --- Proposals ---------------------------------------------------------------------------------------------------
@pytest.fixture
def proposal(article, visitor):
    return proposing.propose(editing.Change(article.title, article.current_edit_id, "0", "Proposed.\n", visitor))


@pytest.mark.parametrize("role", ["reviewer", "moderator", "administrator"])
def test_those_who_decide_see_each_proposal(proposal, request, role):
    assert access.proposal_to_see(person(request, role), None, proposal.pk) == proposal


@pytest.mark.parametrize("role", ["visitor", "contributor", "editor"])
def test_to_strangers_a_proposal_is_not_there(proposal, request, role):
    stranger = factories.visitor() if role == "visitor" else request.getfixturevalue(role)
    with pytest.raises(Http404):
        access.proposal_to_see(person(request, role), stranger, proposal.pk)


def test_its_author_sees_a_proposal(proposal, visitor):
    assert access.proposal_to_see(ANYBODY, visitor, proposal.pk) == proposal
    assert access.is_own(visitor, proposal)


def test_who_holds_the_link_sees_a_proposal(proposal):
    key = access.key_of(proposal)
    assert access.proposal_to_see(ANYBODY, None, proposal.pk, key) == proposal
    assert access.is_own(None, proposal, key)


@pytest.mark.parametrize("key", ["", "x", "\u00e4\ud800"])
def test_a_wrong_key_opens_nothing(proposal, key):
    assert not access.holds_key(proposal, key) and not access.is_own(None, proposal, key)
    with pytest.raises(Http404):
        access.proposal_to_see(ANYBODY, None, proposal.pk, key)


def test_a_proposal_that_never_was_is_a_404(reviewer):
    with pytest.raises(Http404):
        access.proposal_to_see(reviewer.account, reviewer, 1_000)


def test_nobody_decides_on_their_own(article, reviewer, proposal):
    own = proposing.propose(editing.Change(article.title, article.current_edit_id, "0", "My own.\n", reviewer))
    assert not access.may_decide(reviewer.account, reviewer, own)
    assert access.may_decide(reviewer.account, reviewer, proposal)


def test_who_is_no_reviewer_decides_on_nothing(editor, proposal):
    assert not access.may_decide(editor.account, editor, proposal)


# --- Authors -----------------------------------------------------------------------------------------------------
def test_an_account_has_one_author(db):
    account = factories.user(name="Ada")
    assert access.author_of(account) == access.author_of(account)
    assert (access.author_of(account).name, access.author_of(account).is_visitor) == ("Ada", False)


def test_a_visitor_is_known_by_a_signed_cookie(visitor):
    assert access.author_of_visitor(access.visitor_cookie(visitor.visitor_key)) == visitor


@pytest.mark.parametrize("cookie", ["", "1", "1:x", "x:y:z", "\u00e4", "1:" + "A" * 43])
def test_a_cookie_that_is_not_ours_is_nobodys(visitor, cookie):
    assert access.author_of_visitor(cookie) is None


def test_a_visitors_cookie_never_stands_for_an_account(editor):
    assert access.author_of_visitor(access.visitor_cookie("x")) is None


def test_visitors_are_told_apart(db):
    one, other = access.new_visitor(), access.new_visitor()
    assert one.name.startswith("Visitor ") and one.name != other.name and one.is_visitor


def test_an_imported_name_is_one_author(db):
    assert access.imported_author("NIH") == access.imported_author("NIH")
    assert Author.objects.filter(name="NIH").count() == 1


def test_an_imported_name_is_not_the_account_of_that_name(db):
    account = factories.author(name="Ada")
    assert access.imported_author("Ada") != account


# --- Titles ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("typed", "title"), [("heart", "Heart"), ("category:x", "Category:X"), ("Talk:X", ""), ("A#b", ""), ("", "")]
)
def test_a_missing_article_would_be_called_so(typed, title):
    assert access.possible_title(typed) == title


@pytest.mark.parametrize(("raw", "title"), [("hIV/AIDS", "HIV/AIDS"), ("help:a_b", "Help:A b")])
def test_an_address_names_one_title(raw, title):
    assert access.full_title_of(raw) == title


def test_the_pages_about_the_site_are_no_articles(db, administrator):
    factories.article("Project:About", author=administrator)
    assert not access.there_is_an_article()


def test_whether_anything_is_here_is_known(db, editor):
    assert not access.there_is_an_article()
    factories.article(author=editor)
    assert access.there_is_an_article()


# --- What other wikis call it --------------------------------------------------------------------------------------
def test_an_article_is_known_by_its_number_while_it_is_there(article):
    assert access.article_numbered(ANYBODY, article.pk) == article
    delete(article)
    with pytest.raises(access.NothingThere):
        access.article_numbered(ANYBODY, article.pk)


@pytest.mark.parametrize(
    ("title", "there"), [("Lung", True), ("lung", True), ("Nothing", False), ("a[b", False), ("", False)]
)
def test_whether_a_title_is_one_of_an_article(title, there):
    factories.article("Lung")
    assert access.is_there(title) is there


@pytest.mark.parametrize(
    ("title", "meant"),
    [
        ("Heartwiki:About", "Project:About"),
        ("heartWiki: about", "Project:About"),
        ("Heartwiki", ""),
        ("Heart:About", ""),
        ("Heartwiki:..", ""),
        ("Heartwiki:", ""),
    ],
)
def test_the_sites_name_before_a_title_means_the_pages_about_the_site(settings, title, meant):
    settings.WIKI_NAME = "Heartwiki"
    assert access.title_by_the_sites_name(title) == meant
