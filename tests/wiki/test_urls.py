"""The sitemap."""

import pytest
from django.test import Client
from django.urls import resolve, reverse


@pytest.mark.parametrize(
    ("name", "arguments", "path"),
    [
        ("articles:main", [], "/"),
        ("articles:read", ["HIV/AIDS"], "/wiki/HIV/AIDS"),
        ("articles:read", ["What is pain?"], "/wiki/What_is_pain%3F"),
        ("articles:read", ["Category:Lungs"], "/wiki/Category:Lungs"),
        ("articles:section", [7], "/section/7"),
        ("articles:raw", ["A b"], "/raw/A_b"),
        ("articles:edit", ["A b"], "/edit/A_b"),
        ("articles:preview", ["A"], "/preview/A"),
        ("articles:history", ["A"], "/history/A"),
        ("articles:compare", ["previous", 7], "/compare/previous/7"),
        ("articles:revert", [7], "/revert/7"),
        ("articles:blame", ["A b"], "/blame/A_b"),
        ("articles:undo", [7], "/undo/7"),
        ("articles:rollback", ["A b"], "/rollback/A_b"),
        ("articles:proposals", [], "/proposals/"),
        ("articles:proposal", [7], "/proposals/7"),
        ("articles:search", [], "/search"),
        ("articles:suggest", [], "/suggest"),
        ("articles:recent", [], "/recent"),
        ("articles:index", ["A"], "/index/A"),
        ("articles:category", ["Lungs"], "/category/Lungs"),
        ("wording:disclaimer", [], "/disclaimer"),
        ("wording:setup", [], "/setup/"),
        ("wording:change", ["motto"], "/setup/motto"),
        ("wording:logo_picture", ["0a1b"], "/site/logo-0a1b.webp"),
        ("wording:favicon", [], "/favicon.ico"),
        ("account_login", [], "/accounts/login/"),
        ("account_logout", [], "/accounts/logout/"),
        ("account_signup", [], "/accounts/register/"),
        ("admin:index", [], "/admin/"),
        ("healthz", [], "/healthz"),
        ("readyz", [], "/readyz"),
        ("metrics", [], "/metrics"),
    ],
)
def test_each_use_has_the_address_that_was_promised(name: str, arguments: list[object], path: str):
    assert reverse(name, args=arguments) == path
    assert resolve(path.partition("%")[0]).view_name == name


@pytest.mark.parametrize("handler", ["handler400", "handler403", "handler404", "handler500"])
def test_each_kind_of_failure_has_a_page_of_ours(handler: str):
    from wiki import urls

    assert getattr(urls, handler).startswith("wiki.errors.")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["drafts", "patrol", "random", "recent", "search", "ladder", "notifications", "disclaimer"]
)
def test_a_slash_too_many_leads_to_the_page(client: Client, name: str):
    answer = client.get(f"/{name}/?q=a+b")
    assert (answer.status_code, answer["Location"]) == (301, f"/{name}?q=a+b")
