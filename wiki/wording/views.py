"""The full disclaimer, *Set up* with its forms, the logo's picture and the accent's stylesheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access
from articles.views import may_be_listed
from wiki.wording import logo, words
from wiki.wording import setup as setting_up
from wiki.wording.catalogue import BY_KEY, Entry, Kind
from wiki.wording.colours import name_of, sheet
from wiki.wording.forms import LogoForm, WordingForm
from wiki.wording.site import Site
from wiki.wording.words import Words

if TYPE_CHECKING:
    from wiki.accounts.models import User

_FOR_EVER = "public, max-age=31536000, immutable"


@may_be_listed
@require_safe
def disclaimer(request: HttpRequest) -> TemplateResponse:
    """The full disclaimer as it holds; `?version=` an earlier one."""
    full = _version(request, "full_disclaimer")
    now = words.current("full_disclaimer")
    context = {
        "full": full or now,
        "is_old": full is not None and full.number != now.number,
        "versions": words.versions("full_disclaimer"),
        "may_change": request.user.has_perm(words.PERMISSION),
    }
    return TemplateResponse(request, "wording/disclaimer.html", context)


@require_safe
def former(request: HttpRequest) -> HttpResponseBase:
    """The form's former address leads to its present one."""
    key = request.GET.get("key", "disclaimer")
    return HttpResponsePermanentRedirect(reverse("wording:change", args=[key if key in BY_KEY else "disclaimer"]))


@never_cache
@require_safe
def setup(request: HttpRequest) -> TemplateResponse:
    """All that an owner decides, done or to do."""
    groups = setting_up.lines(_administrator(request))
    context = {"groups": groups, "left": setting_up.left_to_do(groups)}
    return TemplateResponse(request, "wording/setup.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: str) -> HttpResponseBase:
    """One line's form; `?version=` puts an earlier wording into it."""
    who = _administrator(request)
    entry = BY_KEY.get(key)
    if entry is None or entry.kind == Kind.LOGO:
        raise Http404(_("No such wording."))
    now = words.current(key)
    old = _version(request, key)
    form = WordingForm(entry, request.POST or None, initial={"text": (old or now).text, "base": now.number})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            _save(key, who, **form.cleaned_data)
            return _done(request, _("Saved. It is on every page from now on."))
        except words.WordingChanged:
            form = WordingForm(entry, {**request.POST.dict(), "base": now.number})
            form.add_error(None, _("Somebody else has changed this meanwhile. Your text is in the form, theirs below."))
            status = 409
    return _form(request, entry, form, status, theirs=now if status == 409 else None, old=old)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_logo(request: HttpRequest) -> HttpResponseBase:
    """The logo's form: a picture, or an earlier one again; with `?remove=yes` the question whether to have none."""
    who = _administrator(request)
    now = words.current("logo")
    form = LogoForm(request.POST or None, request.FILES or None, initial={"base": now.number})
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            logo.change(who=who, **form.cleaned_data)
            return _done(request, _("Saved. It is on every page from now on."))
        except words.WordingRefused as refused:
            form.add_error("picture", str(refused))
        except words.WordingChanged:
            form = LogoForm({**request.POST.dict(), "base": now.number}, request.FILES)
            form.add_error(None, _("Somebody else has changed the logo meanwhile: look at theirs first."))
            status = 409
    asked = (request.POST or request.GET).get("remove")
    return _form(request, BY_KEY["logo"], form, status, is_removal=bool(asked and now.text))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponseBase:
    """What becomes of mail; POST sends a test to the administrator's own address."""
    to = _administrator(request).email
    failure = ""
    if request.method == "POST" and to:
        try:
            setting_up.send_test_mail(to)
            return _done(request, setting_up.what_became_of_mail(to))
        except setting_up.MailFailed as failed:
            failure = str(failed)
    context = {"state": setting_up.mail_state(), "goes_out": setting_up.mail_goes_out(), "to": to, "failure": failure}
    return TemplateResponse(request, "wording/mail.html", context, status=422 if request.method == "POST" else 200)


@require_safe
def logo_picture(request: HttpRequest, digest: str) -> HttpResponse:
    """The logo, or one that was: another picture has another address."""
    data = logo.picture_of(digest)
    if data is None:
        raise Http404(_("There is no such picture."))
    return _kept(data, "image/webp")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """The icon that browsers ask for by themselves, where a page names none: the logo, unless it is wide, or ours."""
    mark = Site(words.values()).logo
    response = HttpResponseRedirect(mark.url if mark and not mark.is_wide else static("img/favicon.ico"))
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def colours(request: HttpRequest, digest: str) -> HttpResponse:
    """The stylesheet of the accent, or of one that was."""
    accents = {version.text for version in words.versions("accent")} - {""}
    text = next((sheet(accent) for accent in accents if name_of(accent) == digest), None)
    if text is None:
        raise Http404(_("There are no such colours."))
    return _kept(text.encode(), "text/css; charset=utf-8")


def _save(key: str, who: User, *, put_back: bool, text: str, why: str, base: int) -> None:
    if put_back:
        words.put_back(key=key, who=who, why=why, base=base)
    else:
        words.change(key=key, text=text, who=who, why=why, base=base)


def _administrator(request: HttpRequest) -> User:
    access.require(request.user.has_perm(words.PERMISSION))
    assert request.user.is_authenticated
    return request.user


def _version(request: HttpRequest, key: str) -> Words | None:
    """Return the version that `?version=` names, None when it names none; 404 when there is no such."""
    number = request.GET.get("version", "")
    if not number:
        return None
    found = words.version(key, int(number)) if number.isascii() and number.isdigit() and len(number) < 19 else None
    if found is None:
        raise Http404(_("No such version."))
    return found


def _form(
    request: HttpRequest, entry: Entry, form: WordingForm | LogoForm, status: int, **context: object
) -> TemplateResponse:
    context |= {
        "entry": entry,
        "form": form,
        "source": words.source_of(entry.key),
        "without": words.without_ours(entry.key),
        "versions": words.versions(entry.key),
    }
    name = "logo" if entry.kind == Kind.LOGO else "change"
    return TemplateResponse(request, f"wording/{name}.html", context, status=status)


def _done(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return HttpResponseRedirect(reverse("wording:setup"), status=303)


def _kept(content: bytes, content_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Cache-Control"] = _FOR_EVER
    return response
