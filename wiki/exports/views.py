"""The page that gives somebody all that is kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

from articles import limits
from wiki.accounts import forms
from wiki.accounts.answers import for_people, form_page
from wiki.exports import own_data as data

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from wiki.accounts.models import User

_FILES_AN_HOUR: Final = 10


@for_people
def own_data(request: HttpRequest) -> HttpResponseBase:
    """/accounts/data/: the password, and then the file: whoever finds an open browser takes nothing along."""
    user = cast("User", request.user)
    form = forms.PasswordForm(request.POST or None, user=user, request=request)
    if not form.is_valid():
        return form_page(request, "exports/own_data.html", form)
    try:
        limits.take(f"own-data:{user.pk}", times=_FILES_AN_HOUR, seconds=3600)
    except limits.TooOften as error:
        form.retry_after = error.retry_after
        form.add_error(None, forms.too_often(error.retry_after))
        return form_page(request, "exports/own_data.html", form)
    response = StreamingHttpResponse(data.as_json(user), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="own-data-{timezone.now():%Y-%m-%d}.json"'
    response["X-Robots-Tag"] = "noindex"
    return response
