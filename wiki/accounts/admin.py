"""Accounts in the Django admin: found, given roles, closed, made by the site's own form, never deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

from articles.admin import Act, Acting, ActingAdmin, BlockPeople, Deed, LookUpAdmin, Sent, Way
from articles.forms.moderation import ReasonForm
from articles.models import LogEntry
from wiki.accounts import leaving, making, passwords, registration, roles
from wiki.accounts.models import Role, User

if TYPE_CHECKING:
    UserModelForm = forms.ModelForm[User]
else:
    UserModelForm = forms.ModelForm

if admin.site.is_registered(Group):
    admin.site.unregister(Group)


# Secrets of second factors are nobody's to look up; addresses stand in the accounts.
for _unseen in (Authenticator, EmailAddress):
    if admin.site.is_registered(_unseen):
        admin.site.unregister(_unseen)


@admin.register(Role)
class RoleAdmin(LookUpAdmin):
    """The roles, to be looked up: what each may do is written in roles.py, and put right after each migration."""

    list_display = ("role_name", "may")
    search_fields = ("name",)
    fields = ("role_name", "may")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Role]:
        """Only roles, their permissions at hand for the list."""
        return super().get_queryset(request).filter(name__in=roles.ROLES).prefetch_related("permissions")

    @admin.display(description=_("Role"), ordering="name")
    def role_name(self, role: Role) -> str:
        """Return the role's name."""
        return str(role)

    @admin.display(description=_("What it may do"))
    def may(self, role: Role) -> str:
        """Return its permissions in words."""
        return "; ".join(sorted(permission.name for permission in role.permissions.all()))

    def ways(self, obj: Role, user: Any) -> list[Way]:
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
        if self.instance.left is not None:  # Nobody is behind it: nothing of it is to be changed.
            for field in self.fields.values():
                field.disabled = True
        if not self.acting.has_perm("accounts.change_roles"):
            self.fields["closed"].disabled = True
            self._offer_what_may_be_given()

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

    def _offer_what_may_be_given(self) -> None:
        field, held = self.fields["role"], self.fields["role"].initial
        assert isinstance(field, forms.ChoiceField)
        given = [role for role in roles.ROLES if not roles.refusal(self.instance, role, by=self.acting)]
        offered = given if held in given else [held]
        field.choices = [(role, roles.NAMES[role]) for role in offered]
        if len(offered) == 1:
            field.disabled = True
            field.help_text = gettext("Only an administrator changes this one.")

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


class RoleForm(ReasonForm):
    """A role for accounts; `offered` are those that this person may give."""

    field_order = ("role", "reason", "base")

    def __init__(self, offered: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role, roles.NAMES[role]) for role in offered]
        self.fields["role"] = forms.ChoiceField(label=_("Role"), choices=choices)
        self.order_fields(self.field_order)


class ChangeRole(Act):
    """Accounts get another role: contributor or editor from a moderator, any from an administrator."""

    name = "role"
    label = _("Change role")
    meaning = _("The account has the new role at once. Its changes stay what they are.")

    def form(self, rows: Sequence[User], by: Acting, *sent: Any) -> ReasonForm:
        """Offer what this person may give."""
        return RoleForm(_roles_given_by(by.user), *sent)

    def refusal(self, row: User, by: Acting) -> str:
        """Nobody's own account, and of moderators only those that they may give back."""
        if row.pk == by.user.pk:
            return gettext("It is your own account: its role is changed on its page.")
        is_given = _role_at_hand(row) in _roles_given_by(by.user)
        return "" if is_given else gettext("Only an administrator changes this one.")

    def seen(self, row: User) -> str:
        """The role it has."""
        return _role_at_hand(row)

    def plans(self, rows: Sequence[User], by: Acting) -> Mapping[Any, str]:
        """Say which role each has now."""
        return {row.pk: gettext("Now: %s") % roles.NAMES[_role_at_hand(row)] for row in rows}

    def do(self, row: User, sent: Sent) -> str:
        """Give one account its role."""
        role = sent.fields["role"]
        if role == _role_at_hand(row):
            return gettext("It had this role already.")
        roles.give(row, role, by=sent.by.user, why=sent.why)  # type: ignore[arg-type]  # Our own user model.
        return gettext("Its role is now: %s.") % roles.NAMES[role]


class BlockAccounts(BlockPeople):
    """Accounts are kept from writing."""

    def author_of(self, row: User) -> None:
        """An account may have written nothing yet."""

    def who(self, row: User) -> str:
        """Its name."""
        return row.username


def _roles_given_by(user: Any) -> tuple[str, ...]:
    return roles.ROLES if user.has_perm("accounts.change_roles") else (roles.CONTRIBUTOR, roles.EDITOR)


def _role_at_hand(user: User) -> str:
    """Return an account's role from the groups that the list has already loaded."""
    if user.is_superuser:
        return roles.ADMINISTRATOR
    held = {group.name for group in user.groups.all()}
    return max(held.intersection(roles.ROLES), key=roles.ROLES.index, default=roles.CONTRIBUTOR)


@admin.register(User)
class UserAdmin(ActingAdmin):
    """Moderators see accounts and make contributors editors and back; administrators give every role."""

    acts = (ChangeRole(), BlockAccounts())
    form = UserForm
    list_display = ("username", "display_name", "role_name", "state", "date_joined", "last_login")
    list_filter = (RoleFilter, "waits_for_approval", "is_active", "date_joined")
    search_fields = ("username", "display_name", "email")
    date_hierarchy = "date_joined"
    ordering = ("-date_joined",)
    fields = (
        "username",
        "state",
        "display_name",
        "email",
        "role",
        "closed",
        "why",
        "sure",
        "date_joined",
        "last_login",
    )

    # Accounts are closed one by one, with a reason; deleting is not offered, because nobody may.
    actions = ("approve",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """All accounts, their groups at hand for the list."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.action(description=_("Approve: let those in who wait"), permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Let the chosen accounts in that wait for approval; each is logged, and told by mail."""
        approved = [user for user in queryset if registration.approve(user, by=request.user)]  # type: ignore[arg-type]
        for user in approved:
            self.log_change(request, user, gettext("Approve"))
        number = len(approved)
        text = ngettext("%(number)d account is approved.", "%(number)d accounts are approved.", number)
        self.message_user(request, text % {"number": number})

    def acts_of(self, request: HttpRequest) -> Sequence[Act]:
        """Offer nothing that this person may not do with any account."""
        return self.acts if self.has_change_permission(request) else ()

    @admin.display(description=_("Role"))
    def role_name(self, user: User) -> str:
        """Return the role's name."""
        return str(roles.NAMES[_role_at_hand(user)])

    @admin.display(description=_("State"), ordering="is_active")
    def state(self, user: User) -> str:
        """Return whether one can log in with it; who waits for approval is not one who was closed."""
        if user.left is not None:
            return gettext("Closed for good")
        if user.waits_for_approval:
            return gettext("Waits for approval")
        return gettext("Open") if user.is_active else gettext("Closed")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Lead to the page where readers meet this person."""
        return reverse("articles:user", args=[obj.username]) if obj is not None else None

    def name_for_djangos_log(self, obj: Any) -> str:
        """Return its number: names leave every table when their account is closed."""
        return f"account {obj.pk}"

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
        fixed = ("username", "state", "date_joined", "last_login")
        return fixed if request.user.has_perm("accounts.change_user") else (*fixed, "display_name", "email")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[UserModelForm]:
        """Tell the form who is using it."""
        form = super().get_form(request, obj, change=change, **kwargs)
        return type("UserForm", (form,), {"acting": request.user})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Show the ways above the form; another account is not made from here, but by the site's own form."""
        context["ways"] = _ways(kwargs["obj"], request.user) if kwargs.get("obj") is not None else []
        context["show_save_and_add_another"] = False
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what our log knows of the account, and no more."""
        answer = super().history_view(request, object_id, extra_context)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            obj = answer.context_data["object"]
            answer.context_data |= {"deeds": _deeds(obj), "ways": _ways(obj, request.user)}
        return answer

    def response_change(self, request: HttpRequest, obj: User) -> Any:
        """Lead who may see no accounts any longer to a page that they may see."""
        if obj.pk != request.user.pk or (obj.is_active and obj.has_perm("accounts.view_user")):
            return super().response_change(request, obj)
        self.message_user(request, _what_became_of(obj))
        return HttpResponseRedirect(reverse("account") if obj.is_active else "/")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save what the form changed, the role and the state through their door."""
        acting, why = form.acting, form.cleaned_data["why"]
        if set(form.changed_data).intersection(UserForm.Meta.fields):
            base = request.build_absolute_uri("/")
            shown, email = form.cleaned_data["display_name"], form.cleaned_data["email"]
            making.change_details(obj, display_name=shown, email=email, by=acting, why=why, base=base)
        if "role" in form.changed_data:
            roles.give(obj, form.cleaned_data["role"], by=acting, why=why)
        if "closed" in form.changed_data:
            act = roles.close if form.cleaned_data["closed"] else roles.reopen
            act(obj, by=acting, why=why)


def _what_became_of(user: User) -> str:
    if not user.is_active:
        return gettext("Your account is closed.")
    return gettext("Your role is now: %s.") % roles.NAMES[roles.role_of(user)]


def _ways(user: User, by: Any) -> list[Way]:
    author = getattr(user, "author", None)  # Who has written nothing yet has none.
    edits, proposals = reverse("admin:articles_edit_changelist"), reverse("admin:articles_proposal_changelist")
    ways = []
    if user.waits_for_approval and registration.refusal_to_approve(by) is None:
        waiting = f"{reverse('admin:accounts_user_changelist')}?waits_for_approval__exact=1"
        ways.append(Way(gettext("Approve it among those that wait"), waiting))
    if passwords.refusal_to_make_a_link(user, by=by) is None:
        link = f"{reverse('account_reset_link')}?{urlencode({'name': user.username})}"
        ways.append(Way(gettext("Make a one-time link to a new password"), link))
    if leaving.refusal(user, by=by) is None and user.pk != by.pk:
        leave = f"{reverse('account_leave_for')}?{urlencode({'name': user.username})}"
        ways.append(Way(gettext("Close it for good, as its owner has asked"), leave))
    if author is not None:
        ways += [
            Way(gettext("Edits by this person"), f"{edits}?author__id__exact={author.pk}"),
            Way(gettext("Proposals by this person"), f"{proposals}?author__id__exact={author.pk}"),
        ]
    return ways


def _deeds(user: User) -> list[Deed]:
    """Return all that was done with it, newest first."""
    rows = LogEntry.objects.filter(target=f"account:{user.pk}").select_related("who").order_by("-number")
    return [
        Deed(
            entry.when,
            entry.who.get_username() if entry.who is not None else gettext("the command line"),
            _said(entry),
            reverse("admin:articles_logentry_change", args=[entry.pk]),
        )
        for entry in rows[:100]
    ]


def _said(entry: LogEntry) -> str:
    """Return an entry of the log in a line: what was done, from what to what where that tells more, and why."""
    said = ""
    if isinstance(entry.before, str) and isinstance(entry.after, str):
        said = f"{entry.before} → {entry.after}"
    elif isinstance(entry.after, list):
        said = ", ".join(str(each) for each in entry.after)
    elif isinstance(entry.after, dict):
        said = ", ".join(f"{name} {value}" for name, value in entry.after.items())
    return ". ".join(filter(None, [": ".join(filter(None, [entry.what, said])), entry.why]))
