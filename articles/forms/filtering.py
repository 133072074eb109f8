"""What filters look for, and the domains that nothing may link to."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.forms.moderation import ReasonForm
from articles.text.filtering import LONGEST_PATTERN, Rule


def _least(label: Any, most: int = 10**6) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


def _expression(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_PATTERN,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}),
    )


class FilterForm(ReasonForm):
    """What a filter looks for, and what happens to what it finds. What is left empty asks nothing."""

    name = forms.CharField(label=_("Name"), max_length=80, error_messages={"required": _("Give it a name.")})
    below = forms.ChoiceField(
        label=_("Of whom"),
        required=False,
        choices=[
            ("contributor", _("people without an account")),
            ("editor", _("people below editor")),
            ("reviewer", _("people below reviewer")),
            ("", _("everybody, reviewers and moderators too")),
        ],
    )
    younger_than = _least(_("Account younger than (days)"))
    fewer_edits = _least(_("Fewer edits than"))
    saves = _least(_("More saves than"))
    within = forms.IntegerField(label=_("in so many minutes"), required=False, min_value=1, max_value=1440)
    namespace = forms.ChoiceField(
        label=_("Kind of page"),
        required=False,
        choices=[
            ("", _("any")),
            ("article", _("articles")),
            ("project", _("pages about the project")),
            ("help", _("help")),
            ("category", _("categories")),
            ("template", _("templates")),
        ],
    )
    topic = forms.CharField(label=_("Only pages of this category"), required=False, max_length=255)
    grows_by = _least(_("Grows by at least (bytes)"))
    shrinks_by = _least(_("Shrinks by at least (bytes)"))
    removes = _least(_("Removes at least (per cent)"), most=100)
    added_words = forms.CharField(
        label=_("One of these words is added"),
        help_text=_("One a line, or with commas between; whole words, small and capital letters alike."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    added_links = _least(_("Adds at least so many links to other sites"))
    added_domains = forms.CharField(
        label=_("A link to one of these domains is added"),
        help_text=_("example.org is also www.example.org."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )
    added_matches = _expression(_("Added lines match"))
    text_matches = _expression(_("The text that was sent matches"))
    summary_matches = _expression(_("The summary matches"))
    action = forms.ChoiceField(
        label=_("Then"),
        choices=[
            ("log", _("only write it down")),
            ("tag", _("mark the edit")),
            ("warn", _("warn once, and save what is sent again")),
            ("hold", _("let it wait as a proposal")),
            ("throttle", _("let only so many through")),
            ("refuse", _("refuse it")),
            ("block", _("refuse it, and block its author")),
        ],
    )
    tag = forms.CharField(label=_("Mark the edit with"), required=False, max_length=40)
    message = forms.CharField(label=_("What its author is told"), required=False, max_length=400)
    times = forms.IntegerField(label=_("So many are let through"), required=False, min_value=1, max_value=1000)
    per_minutes = forms.IntegerField(label=_("in so many minutes"), required=False, min_value=1, max_value=10_080)
    hours = forms.IntegerField(label=_("Blocked for so many hours"), required=False, min_value=1, max_value=8760)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean_topic(self) -> str:
        """A category by its name, whether the word stood before it or not."""
        topic = str(self.cleaned_data["topic"])
        prefix, colon, name = topic.partition(":")
        return name.strip() if colon and prefix.strip().casefold() == "category" else topic

    def rule(self) -> Rule:
        """Return what it looks for."""
        chosen: dict[str, Any] = {name: self.cleaned_data.get(name) for name in Rule().to_json()}
        return Rule(**{**chosen, "within": chosen["within"] or Rule.within})

    def chosen(self) -> dict[str, Any]:
        """Return what happens to what it finds."""
        named = {name: self.cleaned_data[name] for name in ("name", "action", "tag", "message")}
        numbers = {"times": 3, "per_minutes": 60, "hours": 24}
        named |= {name: self.cleaned_data[name] or usual for name, usual in numbers.items()}
        minutes = named.pop("per_minutes")
        return {**named, "minutes": minutes}

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields as the page shows them."""
        return [(str(words), [self[name] for name in names]) for words, names in _FILTER_GROUPS]


_FILTER_GROUPS: Final = (
    (_("Who"), ("below", "younger_than", "fewer_edits", "saves", "within")),
    (_("Where"), ("namespace", "topic")),
    (_("How much"), ("grows_by", "shrinks_by", "removes", "added_links")),
    (_("What"), ("added_words", "added_domains", "added_matches", "text_matches", "summary_matches")),
    (_("What happens"), ("action", "tag", "message", "times", "per_minutes", "hours")),
)


class SwitchForm(ReasonForm):
    """A filter is switched on or off, or tried out, as it was looked at."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class DomainsForm(ReasonForm):
    """The list of domains that nothing may link to; `seen` is how it was when the form was opened."""

    lines = forms.CharField(
        label=_("Domains"),
        help_text=_("One a line: example.org is also www.example.org. Behind a space you may say why."),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "autocapitalize": "off"}),
    )
    seen = forms.CharField(required=False, max_length=200_000, widget=forms.HiddenInput)
    field_order = ("lines", "reason", "seen", "base")
