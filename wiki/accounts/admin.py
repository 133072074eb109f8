"""Accounts in the Django admin: found, given roles, closed, made by the site's own form, never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from articles.admin import Deed, LookUpAdmin, Way
from articles.models import LogEntry
from wiki.accounts import registration, roles
from wiki.accounts.models import User

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
    UserModelAdmin = admin.ModelAdmin[User]
else:
    UserModelForm, UserModelAdmin = forms.ModelForm, admin.ModelAdmin

if admin.site.is_registered(Group):
    admin.site.unregister(Group)


# Secrets of second factors are nobody's to look up; addresses stand in the accounts.
for _unseen in (Authenticator, EmailAddress):
    if admin.site.is_registered(_unseen):
        admin.site.unregister(_unseen)


@admin.register(Group)
class RoleAdmin(LookUpAdmin):
    """The roles, to be looked up: what each may do is written in roles.py, and put right after each migration."""

    list_display = ("role_name", "may")
    search_fields = ("name",)
    exclude = ("permissions",)
    readonly_fields = ("may",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        """Only roles, their permissions at hand for the list."""
        return super().get_queryset(request).filter(name__in=roles.ROLES).prefetch_related("permissions")

    @admin.display(description=_("Role"), ordering="name")
    def role_name(self, group: Group) -> str:
        """Return the role's name."""
        return str(roles.NAMES[group.name])

    @admin.display(description=_("What it may do"))
    def may(self, group: Group) -> str:
        """Return its permissions in words."""
        return "; ".join(sorted(permission.name for permission in group.permissions.all()))

    def ways(self, obj: Group, user: Any) -> list[Way]:
        """Lead to the accounts that have it: there a role is given."""
        return [Way(gettext("Accounts with this role"), f"{reverse('admin:accounts_user_changelist')}?role={obj.name}")]


_SURE = _(
    "This is your own account: you would lose what your role allows, and only another administrator could give it "
    "back. Nothing has been changed yet. Tick this and save again if you mean it."
)


class UserForm(UserModelForm):
    """What may be changed of an account; the role and the state go through roles.py."""

    acting: User  # Whoever uses the form, set by UserAdmin.get_form.

    role = forms.ChoiceField(label=_("Role"), choices=[(role, roles.NAMES[role]) for role in roles.ROLES])
    closed = forms.BooleanField(
        label=_("Closed"), required=False, help_text=_("Nobody can log in with it; its changes stay.")
    )
    why = forms.CharField(label=_("Why"), required=False, max_length=500, help_text=_("Kept in the log."))
    # Asked of nobody but whoever is about to take something from themselves.
    sure = forms.BooleanField(label=_("Yes, take this from myself"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = User
        fields = ("display_name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = roles.role_of(self.instance)
        self.fields["closed"].initial = not self.instance.is_active and not self.instance.waits_for_approval
        if not self.acting.has_perm("accounts.change_roles"):
            self.fields["closed"].disabled = True

    def clean(self) -> dict[str, Any]:
        """Refuse what roles.py will refuse, while the form can still say so."""
        super().clean()
        if "role" in self.changed_data and "role" in self.cleaned_data:
            self._refuse("role", roles.refusal(self.instance, self.cleaned_data["role"], by=self.acting))
        if "closed" in self.changed_data:
            self._refuse("closed", roles.refusal_to_close(self.instance, by=self.acting))
        if not self.errors and self._takes_from_oneself() and not self.cleaned_data["sure"]:
            self.fields["sure"].widget = forms.CheckboxInput()
            self.add_error("sure", ValidationError(_SURE, code="sure"))
        return self.cleaned_data

    def _takes_from_oneself(self) -> bool:
        if self.instance.pk != self.acting.pk:
            return False
        before, after = (roles.ROLES.index(role) for role in (self["role"].initial, self.cleaned_data["role"]))
        return after < before or ("closed" in self.changed_data and self.cleaned_data["closed"])

    def _refuse(self, field: str, refused: roles.RoleRefused | None) -> None:
        if refused:
            self.add_error(field, ValidationError(refused.message, code=refused.code))


class RoleFilter(admin.SimpleListFilter):
    """Accounts of one role."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Name the roles."""
        return [(role, roles.NAMES[role]) for role in roles.ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        """Choose the accounts of the role."""
        return queryset.filter(groups__name=self.value()) if self.value() in roles.ROLES else queryset


@admin.register(User)
class UserAdmin(UserModelAdmin):
    """Moderators see accounts and make contributors editors and back; administrators give every role."""

    form = UserForm
    list_display = ("username", "display_name", "role_name", "is_active", "date_joined", "last_login")
    list_filter = (RoleFilter, "waits_for_approval", "is_active", "date_joined")
    search_fields = ("username", "display_name", "email")
    date_hierarchy = "date_joined"
    ordering = ("-date_joined",)
    fields = ("username", "display_name", "email", "role", "closed", "why", "sure", "date_joined", "last_login")

    object_history_template = "admin/deeds.html"
    show_full_result_count = False
    # Accounts are closed one by one, with a reason; deleting is not offered, because nobody may.
    actions = ("approve",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """All accounts, their groups at hand for the list."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.action(description=_("Approve: let those in who wait"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let the chosen accounts in that wait for approval; each is logged, and told by mail."""
        approved = [user for user in queryset if registration.approve(user, by=request.user)]  # type: ignore[arg-type]
        number = len(approved)
        text = ngettext("%(number)d account is approved.", "%(number)d accounts are approved.", number)
        self.message_user(request, text % {"number": number})

    @admin.display(description=_("Role"))
    def role_name(self, user: User) -> str:
        """Return the role's name, from the groups the list has already loaded."""
        held = {group.name for group in user.groups.all()}
        return str(roles.NAMES[max(held.intersection(roles.ROLES), key=roles.ROLES.index, default=roles.CONTRIBUTOR)])

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators make accounts for others."""
        return bool(request.user.has_perm("accounts.change_roles"))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Lead to the site's own form: an account is more than its row, and its owner chooses the password."""
        if not self.has_add_permission(request) or request.method == "POST":
            raise PermissionDenied
        return HttpResponseRedirect(reverse("account_new"))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Histories point at accounts: they are closed instead."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whether the person may change anything of accounts; the form says what."""
        return bool(request.user.has_perm("accounts.change_user") or request.user.has_perm("accounts.make_editors"))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The name is for ever; only administrators change what a person says about themselves."""
        fixed = ("username", "date_joined", "last_login")
        return fixed if request.user.has_perm("accounts.change_user") else (*fixed, "display_name", "email")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[UserModelForm]:
        """Tell the form who is using it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("UserForm", (form,), {"acting": request.user})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Show the ways above the form."""
        context["ways"] = _ways(kwargs["obj"]) if kwargs.get("obj") is not None else []
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what our log knows of the account, and no more."""
        answer = super().history_view(request, object_id, extra_context)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            obj = answer.context_data["object"]
            answer.context_data |= {"deeds": _deeds(obj), "ways": _ways(obj)}
        return answer

    def response_change(self, request: HttpRequest, obj: User) -> Any:
        """Lead who may see no accounts any longer to a page that they may see."""
        if obj.pk != request.user.pk or (obj.is_active and obj.has_perm("accounts.view_user")):
            return super().response_change(request, obj)
        self.message_user(request, _what_became_of(obj))
        return HttpResponseRedirect(reverse("account") if obj.is_active else "/")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save what the form changed, the role and the state through their door."""
        edited = [name for name in form.changed_data if name in UserForm.Meta.fields]
        if edited:
            obj.save(update_fields=edited)
        acting, why = form.acting, form.cleaned_data["why"]
        if "role" in form.changed_data:
            roles.give(obj, form.cleaned_data["role"], by=acting, why=why)
        if "closed" in form.changed_data:
            act = roles.close if form.cleaned_data["closed"] else roles.reopen
            act(obj, by=acting, why=why)


def _what_became_of(user: User) -> str:
    if not user.is_active:
        return gettext("Your account is closed.")
    return gettext("Your role is now: %s.") % roles.NAMES[roles.role_of(user)]


def _ways(user: User) -> list[Way]:
    link = f"{reverse('account_reset_link')}?{urlencode({'name': user.username})}"
    helping = [Way(gettext("Make a one-time link to a new password"), link)]
    author = getattr(user, "author", None)  # Who has written nothing yet has none.
    if author is None:
        return helping
    return [
        *helping,
        Way(
            gettext("Edits by this person"),
            f"{reverse('admin:articles_edit_changelist')}?author__id__exact={author.pk}",
        ),
        Way(
            gettext("Proposals by this person"),
            f"{reverse('admin:articles_proposal_changelist')}?author__id__exact={author.pk}",
        ),
    ]


def _deeds(user: User) -> list[Deed]:
    """Return each change of role and state, newest first."""
    rows = LogEntry.objects.filter(target=f"account:{user.pk}").select_related("who").order_by("-number")
    return [
        Deed(
            entry.when,
            entry.who.get_username() if entry.who is not None else gettext("the command line"),
            f"{entry.what}: {entry.before} → {entry.after}. {entry.why}".strip(),
            reverse("admin:articles_logentry_change", args=[entry.pk]),
        )
        for entry in rows[:100]
    ]
