"""Who gets what where: every address, every method, every role, in one table; an address without a row fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from articles import editing
from articles.admin.blocks import Lift
from articles.models import Article, Block, Draft, DryRun, Filter, LogEntry, Proposal, Section, Submission
from articles.moderation import filtering
from articles.reviewing import proposed
from tests import factories, worlds
from wiki.cases import reporting
from wiki.cases.models import Case

pytestmark = pytest.mark.django_db

ROLES = ("anonymous", "contributor", "editor", "reviewer", "moderator", "administrator")
OTHERS = ("put", "patch", "delete", "options", "trace")

# A row: name, method, and the status for anonymous, contributor, editor, reviewer, moderator, administrator; one
# status alone is everybody's. HEAD is asked apart: it is GET without a body. OTHER is PUT, PATCH, DELETE and so on.
# POSTs carry their form's fields; of a proposal, what a contributor has proposed is accepted.
TABLE = """
articles:main                              GET    200
articles:main                              POST   405
articles:main                              OTHER  405
articles:read                              GET    200
articles:read                              POST   405
articles:read                              OTHER  405
articles:section                           GET    303
articles:section                           POST   405
articles:section                           OTHER  405
articles:raw                               GET    200
articles:raw                               POST   405
articles:raw                               OTHER  405
articles:category                          GET    200
articles:category                          POST   405
articles:category                          OTHER  405
articles:index                             GET    200
articles:index                             POST   405
articles:index                             OTHER  405
articles:edit                              GET    200
articles:edit                              POST   303
articles:edit                              OTHER  405
articles:preview                           GET    405
articles:preview                           POST   200
articles:preview                           OTHER  405
articles:outline                           GET    200
articles:outline                           POST   303
articles:outline                           OTHER  405
articles:history                           GET    200
articles:history                           POST   405
articles:history                           OTHER  405
articles:blame                             GET    200
articles:blame                             POST   405
articles:blame                             OTHER  405
articles:chosen                            GET    302
articles:chosen                            POST   405
articles:chosen                            OTHER  405
articles:compare                           GET    200
articles:compare                           POST   405
articles:compare                           OTHER  405
articles:revert                            GET    403 403 200 200 200 200
articles:revert                            POST   403 403 303 303 303 303
articles:revert                            OTHER  405
articles:undo                              GET    200
articles:undo                              POST   303
articles:undo                              OTHER  405
articles:rollback                          GET    403 403 200 200 200 200
articles:rollback                          POST   403 403 303 303 303 303
articles:rollback                          OTHER  405
articles:take_back                         GET    403 403 403 403 200 200
articles:take_back                         POST   403 403 403 403 303 303
articles:take_back                         OTHER  405
articles:taken_back                        GET    403 403 403 403 404 404
articles:taken_back                        POST   405
articles:taken_back                        OTHER  405
articles:recent                            GET    200
articles:recent                            POST   405
articles:recent                            OTHER  405
articles:patrol                            GET    405
articles:patrol                            POST   403 403 403 303 303 303
articles:patrol                            OTHER  405
articles:proposals                         GET    200
articles:proposals                         POST   403 403 403 422 422 422
articles:proposals                         OTHER  405
articles:topics                            GET    403 403 403 200 200 200
articles:topics                            POST   403 403 403 303 303 303
articles:topics                            OTHER  405
articles:proposal                          GET    404 404 404 200 200 200
articles:proposal                          POST   404 404 404 303 303 303
articles:proposal                          OTHER  405
articles:inbox                             GET    403 403 403 403 200 200
articles:inbox                             POST   403 403 403 403 303 303
articles:inbox                             OTHER  405
articles:move                              GET    403 403 200 200 200 200
articles:move                              POST   403 403 303 303 303 303
articles:move                              OTHER  405
articles:delete                            GET    403 403 403 403 200 200
articles:delete                            POST   403 403 403 403 303 303
articles:delete                            OTHER  405
articles:restore                           GET    403 403 403 403 404 404
articles:restore                           POST   403 403 403 403 409 409
articles:restore                           OTHER  405
articles:deleted                           GET    403 403 403 403 200 200
articles:deleted                           POST   405
articles:deleted                           OTHER  405
articles:hide                              GET    403 403 403 403 200 200
articles:hide                              POST   403 403 403 403 303 303
articles:hide                              OTHER  405
articles:log                               GET    403 403 403 403 200 200
articles:log                               POST   405
articles:log                               OTHER  405
articles:dashboard                         GET    403 403 403 403 200 200
articles:dashboard                         POST   405
articles:dashboard                         OTHER  405
articles:approvers                         GET    403 403 403 403 403 200
articles:approvers                         POST   403 403 403 403 403 303
articles:approvers                         OTHER  405
articles:blocks                            GET    403 403 403 403 200 200
articles:blocks                            POST   405
articles:blocks                            OTHER  405
articles:block                             GET    403 403 403 403 200 200
articles:block                             POST   403 403 403 403 303 303
articles:block                             OTHER  405
articles:change_block                      GET    403 403 403 403 200 200
articles:change_block                      POST   403 403 403 403 303 303
articles:change_block                      OTHER  405
articles:filters                           GET    403 403 403 403 200 200
articles:filters                           POST   405
articles:filters                           OTHER  405
articles:new_filter                        GET    403 403 403 403 200 200
articles:new_filter                        POST   403 403 403 403 303 303
articles:new_filter                        OTHER  405
articles:filter                            GET    403 403 403 403 200 200
articles:filter                            POST   403 403 403 403 303 303
articles:filter                            OTHER  405
articles:dry_run                           GET    403 403 403 403 200 200
articles:dry_run                           POST   403 403 403 403 303 303
articles:dry_run                           OTHER  405
articles:filter_hits                       GET    403 403 403 403 200 200
articles:filter_hits                       POST   405
articles:filter_hits                       OTHER  405
articles:filter_hit                        GET    403 403 403 403 404 404
articles:filter_hit                        POST   405
articles:filter_hit                        OTHER  405
articles:domains                           GET    403 403 403 403 200 200
articles:domains                           POST   403 403 403 403 303 303
articles:domains                           OTHER  405
articles:look_up                           GET    403 403 403 403 200 200
articles:look_up                           POST   403 403 403 403 200 200
articles:look_up                           OTHER  405
articles:quarantine                        GET    403 403 403 403 200 200
articles:quarantine                        POST   403 403 403 403 303 303
articles:quarantine                        OTHER  405
articles:protect                           GET    403 403 403 403 200 200
articles:protect                           POST   403 403 403 403 303 303
articles:protect                           OTHER  405
articles:erase                             GET    403 403 403 403 403 200
articles:erase                             POST   403 403 403 403 403 422
articles:erase                             OTHER  405
articles:remove_sample                     GET    403 403 403 403 403 200
articles:remove_sample                     POST   403 403 403 403 403 303
articles:remove_sample                     OTHER  405
articles:special                           GET    200
articles:special                           POST   405
articles:special                           OTHER  405
articles:all_pages                         GET    200
articles:all_pages                         POST   405
articles:all_pages                         OTHER  405
articles:new_pages                         GET    200
articles:new_pages                         POST   405
articles:new_pages                         OTHER  405
articles:long_pages                        GET    200
articles:long_pages                        POST   405
articles:long_pages                        OTHER  405
articles:short_pages                       GET    200
articles:short_pages                       POST   405
articles:short_pages                       OTHER  405
articles:wanted_pages                      GET    200
articles:wanted_pages                      POST   405
articles:wanted_pages                      OTHER  405
articles:orphaned_pages                    GET    200
articles:orphaned_pages                    POST   405
articles:orphaned_pages                    OTHER  405
articles:stubs                             GET    200
articles:stubs                             POST   405
articles:stubs                             OTHER  405
articles:categories                        GET    200
articles:categories                        POST   405
articles:categories                        OTHER  405
articles:statistics                        GET    200
articles:statistics                        POST   405
articles:statistics                        OTHER  405
articles:random                            GET    302
articles:random                            POST   405
articles:random                            OTHER  405
articles:links                             GET    200
articles:links                             POST   405
articles:links                             OTHER  405
articles:info                              GET    200
articles:info                              POST   405
articles:info                              OTHER  405
articles:user                              GET    200
articles:user                              POST   405
articles:user                              OTHER  405
articles:contributions                     GET    200
articles:contributions                     POST   405
articles:contributions                     OTHER  405
articles:search                            GET    302
articles:search                            POST   405
articles:search                            OTHER  405
articles:suggest                           GET    200
articles:suggest                           POST   405
articles:suggest                           OTHER  405
articles:drafts                            GET    200
articles:drafts                            POST   405
articles:drafts                            OTHER  405
articles:draft                             GET    404
articles:draft                             POST   404
articles:draft                             OTHER  405
articles:sent_text                         GET    404
articles:sent_text                         POST   404
articles:sent_text                         OTHER  405
articles:keep_draft                        GET    405
articles:keep_draft                        POST   200
articles:keep_draft                        OTHER  405
articles:forget_drafts                     GET    405
articles:forget_drafts                     POST   303
articles:forget_drafts                     OTHER  405
articles:cite                              GET    200
articles:cite                              POST   405
articles:cite                              OTHER  405
articles:recent_feed                       GET    200
articles:recent_feed                       POST   405
articles:recent_feed                       OTHER  405
articles:new_feed                          GET    200
articles:new_feed                          POST   405
articles:new_feed                          OTHER  405
articles:history_feed                      GET    200
articles:history_feed                      POST   405
articles:history_feed                      OTHER  405
articles:sitemap                           GET    404
articles:sitemap                           POST   405
articles:sitemap                           OTHER  405
articles:sitemap_page                      GET    404
articles:sitemap_page                      POST   405
articles:sitemap_page                      OTHER  405
articles:robots                            GET    200
articles:robots                            POST   405
articles:robots                            OTHER  405
articles:opensearch                        GET    200
articles:opensearch                        POST   405
articles:opensearch                        OTHER  405
articles:mediawiki                         GET    301
articles:mediawiki                         POST   405
articles:mediawiki                         OTHER  405
articles:mediawiki_special                 GET    301
articles:mediawiki_special                 POST   405
articles:mediawiki_special                 OTHER  405
wording:disclaimer                         GET    200
wording:disclaimer                         POST   405
wording:disclaimer                         OTHER  405
wording:former                             GET    301
wording:former                             POST   405
wording:former                             OTHER  405
ladder:ladder                              GET    302 403 403 403 403 200
ladder:ladder                              POST   403 403 403 403 403 422
ladder:ladder                              OTHER  405
wording:setup                              GET    403 403 403 403 403 200
wording:setup                              POST   405
wording:setup                              OTHER  405
wording:change                             GET    403 403 403 403 403 200
wording:change                             POST   403 403 403 403 403 303
wording:change                             OTHER  405
wording:logo                               GET    403 403 403 403 403 200
wording:logo                               POST   403 403 403 403 403 303
wording:logo                               OTHER  405
wording:mail                               GET    403 403 403 403 403 200
wording:mail                               POST   403 403 403 403 403 422
wording:mail                               OTHER  405
wording:logo_picture                       GET    404
wording:logo_picture                       POST   405
wording:logo_picture                       OTHER  405
wording:favicon                            GET    302
wording:favicon                            POST   405
wording:favicon                            OTHER  405
wording:colours                            GET    404
wording:colours                            POST   405
wording:colours                            OTHER  405
account_login                              GET    200 302 302 302 302 302
account_login                              POST   302
account_login                              OTHER  405 302 302 302 302 302
account_logout                             GET    302 200 200 200 200 200
account_logout                             POST   302
account_logout                             OTHER  405
account_signup                             GET    200 302 302 302 302 302
account_signup                             POST   302
account_signup                             OTHER  405 302 302 302 302 302
healthz                                    GET    200
healthz                                    POST   405
healthz                                    OTHER  405
readyz                                     GET    200
readyz                                     POST   405
readyz                                     OTHER  405
metrics                                    GET    200
metrics                                    POST   405
metrics                                    OTHER  405
account                                    GET    302 200 200 200 200 200
account                                    POST   403 405 405 405 405 405
account                                    OTHER  405
account_display_name                       GET    302 200 200 200 200 200
account_display_name                       POST   403 303 303 303 303 303
account_display_name                       OTHER  405
account_email                              GET    302 200 200 200 200 200
account_email                              POST   403 303 303 303 303 303
account_email                              OTHER  405
cases:report                               GET    200 200 200 200 200 200
cases:report                               POST   303 303 303 303 303 303
cases:report                               OTHER  405
cases:told                                 GET    200 200 200 200 200 200
cases:told                                 POST   405
cases:told                                 OTHER  405
cases:cases                                GET    403 403 403 403 200 200
cases:cases                                POST   405
cases:cases                                OTHER  405
cases:case                                 GET    403 403 403 403 200 200
cases:case                                 POST   403 403 403 403 303 303
cases:case                                 OTHER  405
notifications:notifications                GET    302 200 200 200 200 200
notifications:notifications                POST   403 303 303 303 303 303
notifications:notifications                OTHER  405
notifications:notification                 GET    302 404 404 404 404 404
notifications:notification                 POST   403 405 405 405 405 405
notifications:notification                 OTHER  405
notifications:mail                         GET    302 200 200 200 200 200
notifications:mail                         POST   403 303 303 303 303 303
notifications:mail                         OTHER  405
notifications:stop                         GET    410
notifications:stop                         POST   410
notifications:stop                         OTHER  405
account_email_ask                          GET    302 405 405 405 405 405
account_email_ask                          POST   403 303 303 303 303 303
account_email_ask                          OTHER  405
account_email_confirm                      GET    410
account_email_confirm                      POST   410
account_email_confirm                      OTHER  405
account_change_password                    GET    302 200 200 200 200 200
account_change_password                    POST   403 303 303 303 303 303
account_change_password                    OTHER  405
account_reset_password                     GET    200
account_reset_password                     POST   200
account_reset_password                     OTHER  405
account_reset_password_from_key            GET    410
account_reset_password_from_key            POST   410
account_reset_password_from_key            OTHER  405
account_role                               GET    302 403 403 403 200 200
account_role                               POST   403 403 403 403 303 303
account_role                               OTHER  405
account_new                                GET    302 403 403 403 403 200
account_new                                POST   403 403 403 403 403 200
account_new                                OTHER  405
account_data                               GET    302 200 200 200 200 200
account_data                               POST   403 200 200 200 200 200
account_data                               OTHER  405
account_leave                              GET    302 200 200 200 200 200
account_leave                              POST   403 200 200 200 200 409
account_leave                              OTHER  405
account_leave_for                          GET    302 403 403 403 403 200
account_leave_for                          POST   403 403 403 403 403 303
account_leave_for                          OTHER  405
account_reset_link                         GET    302 403 403 403 403 200
account_reset_link                         POST   403 403 403 403 403 200
account_reset_link                         OTHER  405
account_reauthenticate                     GET    302 200 200 200 200 200
account_reauthenticate                     POST   403 303 303 303 303 303
account_reauthenticate                     OTHER  405
mfa_index                                  GET    302 200 200 200 200 200
mfa_index                                  POST   403 405 405 405 405 405
mfa_index                                  OTHER  405
mfa_authenticate                           GET    302
mfa_authenticate                           POST   403 302 302 302 302 302
mfa_authenticate                           OTHER  405
mfa_activate_totp                          GET    302
mfa_activate_totp                          POST   403 302 302 302 302 302
mfa_activate_totp                          OTHER  405
mfa_totp_picture                           GET    302 404 404 404 404 404
mfa_totp_picture                           POST   403 405 405 405 405 405
mfa_totp_picture                           OTHER  405
mfa_deactivate_totp                        GET    302 404 404 404 404 404
mfa_deactivate_totp                        POST   403 404 404 404 404 404
mfa_deactivate_totp                        OTHER  405
mfa_view_recovery_codes                    GET    302 404 404 404 404 404
mfa_view_recovery_codes                    POST   403 405 405 405 405 405
mfa_view_recovery_codes                    OTHER  405
mfa_generate_recovery_codes                GET    302
mfa_generate_recovery_codes                POST   403 302 302 302 302 302
mfa_generate_recovery_codes                OTHER  405
mfa_add_webauthn                           GET    302
mfa_add_webauthn                           POST   403 302 302 302 302 302
mfa_add_webauthn                           OTHER  405
mfa_remove_webauthn                        GET    302
mfa_remove_webauthn                        POST   403 302 302 302 302 302
mfa_remove_webauthn                        OTHER  405
mfa_login_webauthn                         GET    200 302 302 302 302 302
mfa_login_webauthn                         POST   422 302 302 302 302 302
mfa_login_webauthn                         OTHER  405
admin:index                                GET    302 403 403 403 200 200
admin:index                                POST   403 403 403 403 200 200
admin:login                                GET    302 403 403 403 302 302
admin:login                                POST   405
admin:logout                               GET    302 302 302 302 405 405
admin:logout                               POST   302 302 302 302 302 302
admin:password_change                      GET    302 403 403 403 302 302
admin:password_change                      POST   403 403 403 403 302 302
admin:password_change_done                 GET    302 403 403 403 200 200
admin:password_change_done                 POST   403 403 403 403 405 405
admin:autocomplete                         GET    302 403 403 403 403 403
admin:autocomplete                         POST   403 403 403 403 405 405
admin:jsi18n                               GET    302 403 403 403 200 200
admin:jsi18n                               POST   403 403 403 403 405 405
admin:view_on_site                         GET    302 403 403 403 302 302
admin:view_on_site                         POST   403 403 403 403 302 302
admin:app_list                             GET    302 403 403 403 200 200
admin:app_list                             POST   403 403 403 403 200 200
admin:articles_*_changelist                GET    302 403 403 403 200 200
admin:articles_*_changelist                POST   403 403 403 403 200 200
admin:articles_?_act                       GET    302 403 403 403 200 200
admin:articles_?_act                       POST   403 403 403 403 303 303
admin:articles_article_recover             GET    302 403 403 403 200 200
admin:articles_article_recover             POST   403 403 403 403 405 405
admin:articles_*_add                       GET    302 403 403 403 403 403
admin:articles_*_add                       POST   403
admin:articles_*_history                   GET    302 403 403 403 200 200
admin:articles_*_history                   POST   403 403 403 403 200 200
admin:articles_*_delete                    GET    302 403 403 403 403 403
admin:articles_*_delete                    POST   403
admin:articles_*_change                    GET    302 403 403 403 200 200
admin:articles_*_change                    POST   403
admin:accounts_role_changelist             GET    302 403 403 403 200 200
admin:accounts_role_changelist             POST   403 403 403 403 200 200
admin:accounts_role_add                    GET    302 403 403 403 403 403
admin:accounts_role_add                    POST   403
admin:accounts_role_history                GET    302 403 403 403 200 200
admin:accounts_role_history                POST   403 403 403 403 200 200
admin:accounts_role_delete                 GET    302 403 403 403 403 403
admin:accounts_role_delete                 POST   403
admin:accounts_role_change                 GET    302 403 403 403 200 200
admin:accounts_role_change                 POST   403
admin:cases_case_changelist                GET    302 403 403 403 200 200
admin:cases_case_changelist                POST   403 403 403 403 200 200
admin:cases_case_add                       GET    302 403 403 403 403 403
admin:cases_case_add                       POST   403
admin:cases_case_history                   GET    302 403 403 403 200 200
admin:cases_case_history                   POST   403 403 403 403 200 200
admin:cases_case_delete                    GET    302 403 403 403 403 403
admin:cases_case_delete                    POST   403
admin:cases_case_change                    GET    302 403 403 403 200 200
admin:cases_case_change                    POST   403
admin:cases_case_act                       GET    302 403 403 403 200 200
admin:cases_case_act                       POST   403 403 403 403 303 303
admin:wording_wording_changelist           GET    302 403 403 403 200 200
admin:wording_wording_changelist           POST   403 403 403 403 200 200
admin:wording_wording_add                  GET    302 403 403 403 403 403
admin:wording_wording_add                  POST   403
admin:wording_wording_history              GET    302 403 403 403 200 200
admin:wording_wording_history              POST   403 403 403 403 200 200
admin:wording_wording_delete               GET    302 403 403 403 403 403
admin:wording_wording_delete               POST   403
admin:wording_wording_change               GET    302 403 403 403 200 200
admin:wording_wording_change               POST   403
admin:accounts_user_changelist             GET    302 403 403 403 200 200
admin:accounts_user_changelist             POST   403 403 403 403 200 200
admin:accounts_user_act                    GET    302 403 403 403 200 200
admin:accounts_user_act                    POST   403 403 403 403 303 303
admin:accounts_user_add                    GET    302 403 403 403 403 302
admin:accounts_user_add                    POST   403
admin:accounts_user_history                GET    302 403 403 403 200 200
admin:accounts_user_history                POST   403 403 403 403 200 200
admin:accounts_user_delete                 GET    302 403 403 403 403 403
admin:accounts_user_delete                 POST   403
admin:accounts_user_change                 GET    302 403 403 403 200 200
admin:accounts_user_change                 POST   403 403 403 403 200 200
"""

_ACTS = ("protect", "quarantine", "move", "delete", "restore")
_TITLED = tuple(f"articles:{name}" for name in ("read", "raw", "edit", "preview", "history", "outline", *_ACTS))
_MODELS = ("article", "edit", "proposal", "logentry", "author", "block")
# What moderators do from the admin, each with the model of its rows and the fields of its form.
_ACTS_OF_THE_ADMIN = {
    "article": ("protect", "delete", "stub", "quarantine"),
    "edit": ("undo", "hide"),
    "proposal": ("accept", "decline", "changes"),
    "user": ("role", "block"),
    "author": ("block",),
    "block": ("lift",),
    "case": ("take", "withhold", "close"),
}


def first_act_of(name: str) -> str:
    """One act of those that the admin does with the rows of a list, by the name of its address."""
    return _ACTS_OF_THE_ADMIN[name.split("_")[1]][0]


def _app_of(model: str) -> str:
    return {"user": "accounts", "case": "cases"}.get(model, "articles")


def _patterns_of(pattern: str) -> list[str]:
    """The names that a row of the table is about: "*" stands for every model, "?" for those with acts."""
    if "?" in pattern:
        return [pattern.replace("?", model) for model in ("article", "edit", "proposal", "author", "block")]
    return [pattern.replace("*", model) for model in _MODELS] if "*" in pattern else [pattern]


def _rows() -> dict[tuple[str, str, str], int]:
    """(name, method, role) -> the status."""
    rows = {}
    for line in TABLE.strip().splitlines():
        pattern, method, *statuses = line.split()
        for name in _patterns_of(pattern):
            for role, status in zip(ROLES, statuses * (len(ROLES) // len(statuses)), strict=True):
                rows[name, method, role] = int(status)
    return rows


ROWS = _rows()


def _names(resolver: URLResolver, namespace: str = "") -> set[str]:
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= _names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and entry.name:
            found.add(f"{namespace}{entry.name}")
    return found


def test_each_address_has_its_rows():
    wanted = {(name, method) for name in _names(get_resolver()) for method in ("GET", "POST")}
    assert wanted == {(name, method) for name, method, _role in ROWS if method != "OTHER"}


def _a_proposal() -> Proposal:
    # Of two people, so that there is something to undo and to roll back.
    made = factories.article("Asthma")
    article = factories.edit(made, "A lead about the lungs, in other words.\n", section="0").article
    browser = Client()
    browser.force_login(factories.user("contributor", "Proposer"))
    fields = {"text": "## Causes\n\nPollen.\n", "base": article.current_edit_id, "section": "Causes"}
    browser.post("/edit/Asthma", fields)
    proposal = Proposal.objects.get()
    factories.draft(article, proposal.author)
    factories.block("192.0.2.0/24")
    filtering.go_on(filtering.begin(factories.filter_of(added_words="nothing of the kind")))
    factories.case(made)
    editing.receive(title="Asthma", base="no base", section="0", text="Sent in vain.\n", author=proposal.author)
    for role in ROLES[1:]:
        factories.user(role, _name_of(role))
    factories.user("contributor", "Bystander")
    return proposal


world = worlds.made_once(_a_proposal)


@pytest.fixture
def proposal(world: Proposal, settings) -> Proposal:
    settings.WIKI_DASHBOARD = "on"
    return worlds.copied(world)


def _name_of(role: str) -> str:
    """The account that asks with this role."""
    return f"The {role}"


def _browser(role: str, **options: bool) -> Client:
    browser = Client(**options)
    if role != "anonymous":
        browser.force_login(get_user_model().objects.get(username=_name_of(role)))
    return browser


def _arguments(name: str, article: Article) -> list[object]:
    user = get_user_model().objects.get(username="Bystander")
    of = {
        "articles:section": Section.objects.filter(article=article).first().pk,
        "articles:category": "Lungs",
        "articles:cite": "Asthma",
        # The proposer's: nobody else may know of it, whatever their role.
        "articles:draft": Draft.objects.get().pk,
        "articles:sent_text": Submission.objects.get(base="no base").pk,
        "articles:keep_draft": "Asthma",
        "articles:history_feed": "Asthma",
        "articles:sitemap_page": 1,
        "articles:mediawiki_special": "RecentChanges",
        "articles:revert": article.current_edit_id,
        "articles:hide": article.current_edit_id,
        "articles:undo": article.current_edit_id,
        "articles:rollback": "Asthma",
        "articles:blame": "Asthma",
        "articles:take_back": article.current_edit.author.name,
        "articles:taken_back": 999,
        "articles:filter": Filter.objects.get().pk,
        "articles:dry_run": DryRun.objects.get().pk,
        "articles:filter_hit": 999,
        "articles:change_block": Block.objects.get().pk,
        "articles:proposal": Proposal.objects.get().pk,
        "articles:links": "Asthma",
        "articles:info": "Asthma",
        "articles:user": article.current_edit.author.name,
        "articles:contributions": article.current_edit.author.name,
        "wording:change": "disclaimer",
        "wording:logo_picture": "0123456789ab",
        "wording:colours": "0123456789ab",
        "notifications:notification": 1,
        "cases:report": Section.objects.filter(article=article).first().pk,
        "cases:case": Case.objects.get().pk,
        "notifications:stop": "not-a-token",
        "account_email_confirm": "not-a-token",
        "admin:app_list": "articles",
        "mfa_remove_webauthn": 1,
        "account_role": user.pk,
    }
    if name in of:
        return [of[name]]
    if name == "cases:told":
        return [Case.objects.get().pk, reporting.key_of(Case.objects.get())]
    if name == "account_reset_password_from_key":
        return [user.pk, "not-a-token"]
    if name == "articles:compare":
        return ["previous", article.current_edit_id]
    if name == "admin:view_on_site":
        from django.contrib.contenttypes.models import ContentType

        return [ContentType.objects.get_for_model(Article).pk, article.pk]
    if name.endswith("_act"):
        return [first_act_of(name)]
    if (
        name.startswith("admin:")
        and name.endswith(("_history", "_delete", "_change"))
        and name != "admin:password_change"
    ):
        return [_row_of(name, article, user)]
    return ["Asthma"] if name in _TITLED else []


def _row_of(name: str, article: Article, user) -> object:
    from articles import logbook

    if "logentry" in name:
        return logbook.record(who=user, what="test", target="x").pk
    if "wording" in name:
        from wiki.wording import words

        return words.change(key="tagline", text="Of the lungs", who=factories.user("administrator")).pk
    rows = {
        "article": article.pk,
        "edit": article.current_edit_id,
        "proposal": Proposal.objects.get().pk,
        "author": article.current_edit.author_id,
        "group": user.groups.get().pk,
        "role": user.groups.get().pk,
        "user": user.pk,
        "block": Block.objects.get().pk,
        "case": Case.objects.get().pk,
    }
    return rows.get(name.split("_")[-2], 1)


def _fields(name: str, article: Article) -> dict[str, object]:
    if name.endswith("_act"):
        model = name.split("_")[1]
        return _sent_to_act(model, _ACTS_OF_THE_ADMIN[model][0], article)
    base = article.current_edit_id
    account = {"username": "New_person", "login": "Somebody", "password": factories.PASSWORD}
    return {
        "articles:edit": {"text": "All new.\n", "base": base},
        "articles:preview": {"text": "All new.\n", "base": base},
        "articles:keep_draft": {"text": "All new.\n", "base": base},
        "articles:outline": {"deed": "add", "heading": "Course", "base": base, "section": "0"},
        "articles:revert": {"base": base},
        "articles:patrol": {"edit": base, "deed": "look"},
        "articles:inbox": {"item": f"proposal-{Proposal.objects.get().pk}", "deed": "accept", "base": base},
        "articles:move": {"title": "Bronchial asthma", "base": base, "reason": "a test"},
        "articles:delete": {"base": base, "reason": "a test"},
        "cases:report": {"category": "wrong", "words": "There is no dust."},
        "cases:case": {"deed": "take"},
        "articles:hide": {"author": "on", "reason": "a test"},
        "articles:quarantine": {"section": Section.objects.filter(article=article).first().pk, "reason": "a test"},
        "articles:protect": {"edit-level": "editor", "edit-ends": "never", "reason": "a test"},
        "articles:undo": {"base": base},
        "articles:rollback": {"base": base},
        "articles:take_back": {"edit": base, "why": "vandalism"},
        "articles:proposal": {"decision": "accept", "base": base},
        "articles:topics": {"names": "Lungs"},
        "articles:approvers": {"category": "Heart", "number": 2, "reason": "a test"},
        "articles:new_filter": {"name": "Another", "added_words": "x", "action": "log", "reason": "a test"},
        "articles:filter": {"act": "on", "version": 1, "reason": "a test"},
        "articles:domains": {"lines": "evil.test", "seen": "", "reason": "a test"},
        "articles:block": {"who": "Proposer", "level": "write", "ends": "week", "reason": "a test"},
        "articles:change_block": {"act": "lift", "level": "write", "reason": "a test"},
        "articles:look_up": {"who": "Proposer", "reason": "a test"},
        "wording:change": {"text": "Ask a doctor.", "base": "0"},
        "wording:logo": {"remove": "yes", "base": "0"},
        "account_login": account,
        "account_display_name": {"display_name": "Somebody new"},
        "account_email": {"email": "new@example.org", "password": factories.PASSWORD},
        "account_change_password": {
            "password": factories.PASSWORD,
            "new": "blue whale sings",
            "again": "blue whale sings",
        },
        "account_reset_password": {"who": "Somebody"},
        "account_role": {"role": "editor", "reason": "a test"},
        "account_new": {"name": "Somebody new", "role": "editor"},
        "account_reset_link": {"name": "Proposer"},
        "account_data": {"password": factories.PASSWORD},
        "account_leave": {"sure": "on", "password": factories.PASSWORD},
        "account_leave_for": {"name": "Proposer", "why": "Asked", "sure": "on", "password": factories.PASSWORD},
        "account_reauthenticate": {"password": factories.PASSWORD},
        "account_signup": {**account, "password1": factories.PASSWORD, "password2": factories.PASSWORD},
    }.get(name, {})


def _sent_to_act(model: str, act: str, article: Article) -> dict[str, object]:
    """What the page of an act in the admin sends for one row."""
    proposal, block = Proposal.objects.get(), Block.objects.get()
    # By one name, so that the same account is meant whoever asks.
    user = get_user_model().objects.get(username="Proposer")
    current = article.current_edit_id
    row, seen = {
        "article": (article.pk, f"{current} published" if act == "delete" else str(current)),
        "edit": (current, str(current) if act == "undo" else ""),
        "proposal": (proposal.pk, f"waiting {proposed.seen_of(proposal)} {current}"),
        "user": (user.pk, "there" if act == "block" else "contributor"),
        "author": (proposal.author_id, "there"),
        "block": (block.pk, Lift().seen(block)),
        "case": (Case.objects.get().pk, "waiting"),
    }[model]
    if act == "quarantine":
        seen = "published"
    if act == "protect":
        seen = "edit=,;move=,;propose=,"
    fields = {
        "edit-level": "editor",
        "topic": "surgery" if act == "stub" else "",
        "author": "hide",
        "role": "editor",
        "level": "write",
        "outcome": "righted",
    }
    kept = {"move-level": "keep", "propose-level": "keep"}
    section = Section.objects.filter(article=article, position__isnull=False).first()
    assert section is not None
    return {"row": row, f"seen-{row}": seen, "reason": "a test", "section": section.pk, **fields, **kept}


def _query(name: str, article: Article) -> str:
    if name.endswith("_act"):
        model = name.split("_")[1]
        return f"?row={_sent_to_act(model, _ACTS_OF_THE_ADMIN[model][0], article)['row']}"
    queries = {
        "articles:search": "?q=Asthma",
        "articles:chosen": f"?old={article.current_edit_id}&new={article.current_edit_id}",
    }
    return queries.get(name, "")


def _ask(name: str, method: str, role: str, article: Article):
    browser = _browser(role, raise_request_exception=False)
    if name == "account_login" and method == "POST":
        factories.user("contributor", "Somebody")
    path = reverse(name, args=_arguments(name, article)) + _query(name, article)
    return getattr(browser, method.lower())(path, _fields(name, article) if method == "POST" else None)


@contextmanager
def _undone() -> Iterator[None]:
    """Take back what is done inside, so that the next role finds everything as it was."""
    before = transaction.savepoint()  # Not `atomic`: what is done inside may ask for the outermost transaction.
    yield
    transaction.savepoint_rollback(before)


@pytest.mark.parametrize(("name", "method"), sorted({(name, method) for name, method, _ in ROWS if method != "OTHER"}))
def test_each_role_gets_what_the_table_says(proposal: Proposal, name: str, method: str):
    answers = {}
    for role in ROLES:
        with _undone():
            answers[role] = _ask(name, method, role, proposal.article)
    assert {role: answer.status_code for role, answer in answers.items()} == {
        role: ROWS[name, method, role] for role in ROLES
    }
    if method != "GET":
        assert not any("/accounts/login/" in answer.headers.get("Location", "") for answer in answers.values())


@pytest.mark.alike
@pytest.mark.parametrize("name", sorted({name for name, method, _ in ROWS if method == "OTHER"}))
@pytest.mark.parametrize("role", ["anonymous", "administrator"])
def test_other_methods_are_refused_and_change_nothing(proposal: Proposal, name: str, role: str):
    before = (Article.objects.get().current_edit_id, Proposal.objects.get().state)
    # django-allauth's pages answer OPTIONS with the methods they take.
    others = [method for method in OTHERS if not (name.startswith("account_") and method == "options")]
    statuses = {_ask(name, method, role, proposal.article).status_code for method in others}
    assert statuses == {ROWS[name, "OTHER", role]}
    assert (Article.objects.get().current_edit_id, Proposal.objects.get().state) == before


@pytest.mark.alike
@pytest.mark.parametrize("name", sorted({name for name, _method, _role in ROWS}))
def test_head_is_get_without_a_body(proposal: Proposal, name: str):
    for role in ("anonymous", "administrator"):
        with _undone():
            shown, asked = (_ask(name, method, role, proposal.article) for method in ("GET", "HEAD"))
        assert asked.status_code == shown.status_code and asked.content == b""


@pytest.mark.parametrize(("model", "act"), [(model, act) for model, acts in _ACTS_OF_THE_ADMIN.items() for act in acts])
def test_each_act_of_the_admin_is_done_by_moderators_alone(proposal: Proposal, model: str, act: str):
    answers, logged = {}, {}
    for role in ROLES:
        with _undone():
            browser = _browser(role, raise_request_exception=False)
            before = LogEntry.objects.count()
            fields = _sent_to_act(model, act, proposal.article)
            address = reverse(f"admin:{_app_of(model)}_{model}_act", args=[act])
            answers[role] = browser.post(address, fields).status_code
            logged[role] = LogEntry.objects.count() - before
    assert list(answers.values()) == [403, 403, 403, 403, 303, 303]
    # What is done about a report is done to its page as well: that has a line of its own.
    lines = {"withhold": 2}.get(act, 1)
    assert list(logged.values()) == [0, 0, 0, 0, lines, lines]


@pytest.mark.parametrize("model", sorted(_ACTS_OF_THE_ADMIN))
def test_the_actions_of_a_list_lead_moderators_alone_on(proposal: Proposal, model: str):
    path = reverse(f"admin:{_app_of(model)}_{model}_changelist")
    row = _sent_to_act(model, "", proposal.article)["row"]
    sent = {"action": _ACTS_OF_THE_ADMIN[model][0], "_selected_action": row, "index": "0"}
    statuses = []
    for role in ROLES:
        with _undone():
            statuses.append(_browser(role).post(path, sent).status_code)
    assert statuses == [403, 403, 403, 403, 303, 303]


@pytest.mark.alike
@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-Remote-User", "Remote-User", "X-Forwarded-User"])
def test_no_header_makes_somebody_of_anybody(proposal: Proposal, override: str):
    path = f"/revert/{proposal.article.current_edit_id}"
    assert Client().get(path, headers={override: "POST" if "Method" in override else "Proposer"}).status_code == 403


@pytest.mark.alike
@pytest.mark.parametrize(
    "name",
    [
        "articles:edit",
        "articles:preview",
        "articles:revert",
        "articles:undo",
        "articles:rollback",
        "articles:take_back",
        "articles:proposal",
        "articles:keep_draft",
        "articles:forget_drafts",
        "wording:change",
    ],
)
@pytest.mark.parametrize("sent", [{}, {"headers": {"origin": "https://evil.example"}}, {"headers": {"origin": "null"}}])
def test_no_form_of_another_site_acts(proposal: Proposal, administrator, name: str, sent: dict[str, object]):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(administrator.account)
    before = (Article.objects.get().current_edit_id, Proposal.objects.get().state)
    path = reverse(name, args=_arguments(name, proposal.article))
    assert browser.post(path, _fields(name, proposal.article), **sent).status_code == 403
    assert (Article.objects.get().current_edit_id, Proposal.objects.get().state) == before


def test_the_session_cookie_is_not_for_scripts_nor_for_other_sites():
    assert settings.SESSION_COOKIE_HTTPONLY and settings.SESSION_COOKIE_SAMESITE == "Lax"
