"""Who may come to the pages of accounts, and with which status a form is shown again."""

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect

from wiki.accounts import answers


class Nobody(AnonymousUser):
    pass


class Somebody(AnonymousUser):
    is_authenticated = True


def ask(rf, view, method: str, user=None):
    request = getattr(rf, method)("/accounts/x/?a=1")
    request.user = user or Nobody()
    return view(request)


def say_hello(request):
    return HttpResponse("hello")


def test_a_page_for_people_leads_others_to_the_login_and_back(rf):
    answer = ask(rf, answers.for_people(say_hello), "get")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/accounts/x/%3Fa%3D1")


def test_a_form_of_others_is_refused_and_not_led_away(rf):
    with pytest.raises(PermissionDenied):
        ask(rf, answers.for_people(say_hello), "post")


def test_people_get_the_page_and_no_cache_keeps_it(rf):
    answer = ask(rf, answers.for_people(say_hello), "get", Somebody())
    assert (answer.content, "no-store" in answer["Cache-Control"]) == (b"hello", True)


@pytest.mark.parametrize("decorator", [answers.for_people, answers.for_anybody, answers.while_logging_in])
def test_other_methods_are_refused(rf, decorator):
    assert ask(rf, decorator(say_hello), "put", Somebody()).status_code == 405


def test_a_step_of_logging_in_leads_to_the_step_before_but_no_form(rf):
    view = answers.while_logging_in(lambda request: HttpResponseRedirect("/accounts/login/"))
    assert ask(rf, view, "get").status_code == 302
    with pytest.raises(PermissionDenied):
        ask(rf, view, "post")


@pytest.mark.parametrize(("sent", "retry_after", "status"), [(None, None, 200), ({}, None, 422), ({}, 60, 429)])
def test_a_form_is_shown_with_the_status_of_its_refusal(rf, sent, retry_after, status: int):
    form = forms.Form(sent)
    form.retry_after = retry_after
    answer = answers.form_page(rf.get("/"), "account/waiting.html", form)
    assert answer.status_code == status
    assert answer.headers.get("Retry-After") == (str(retry_after) if retry_after else None)
