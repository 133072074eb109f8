"""What reviewers and authors decide on proposals, and which of them they want to see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.forms.fields import NumbersField, TextField
from articles.text.choosing import Part


class DecisionForm(forms.Form):
    """What a reviewer decides on a proposal, what its author does with it, and what they say to each other."""

    decision = forms.ChoiceField(
        choices=[
            ("accept", _("Accept")),
            ("parts", _("Publish what is accepted")),
            ("changes", _("Ask for changes")),
            ("decline", _("Decline")),
            ("comment", _("Say it")),
            ("settle", _("Settle")),
            ("withdraw", _("Withdraw")),
            ("unapprove", _("Take your approval back")),
        ]
    )
    reason = forms.CharField(
        label=_("Your words (its author and reviewers read them)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    line = forms.IntegerField(
        label=_("About line"),
        help_text=_("A number from the right column; empty when it is about all of it."),
        required=False,
        min_value=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    text = forms.CharField(
        label=_("The text as it will be published"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto", "spellcheck": "true"}),
    )
    remark = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    # Once a clash has been shown: the section whose place the text takes.
    onto = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    base = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    # What was shown: the text, and its place.
    seen = forms.CharField(required=False, max_length=500, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, parts: Sequence[Part] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown_parts = parts
        for number in range(1, len(parts) + 1):
            self.fields[f"part-{number}"] = forms.ChoiceField(
                label=_("This part"),
                choices=[("accept", _("Accept")), ("hold", _("Decide later")), ("decline", _("Decline"))],
                initial="accept",
                required=False,
                widget=forms.RadioSelect,
            )

    def clean_text(self) -> str | None:
        """Refuse what can't be text; None when the form that was sent had no box for it."""
        return TextField(required=False).clean(self.cleaned_data["text"]) if "text" in self.data else None

    def clean_onto(self) -> str | None:
        """None unless a clash was shown: empty names the whole text."""
        return str(self.cleaned_data["onto"]) if "onto" in self.data else None

    @property
    def parts(self) -> list[tuple[Part, forms.BoundField]]:
        """The parts with the buttons that decide on each."""
        return [(part, self[f"part-{number}"]) for number, part in enumerate(self.shown_parts, 1)]

    def decisions(self) -> list[str]:
        """Return what is decided on each part; where nothing is said, it is decided later."""
        return [self.cleaned_data[f"part-{number}"] or "hold" for number in range(1, len(self.shown_parts) + 1)]


class QueueForm(forms.Form):
    """Which proposals a reviewer wants to see."""

    state = forms.ChoiceField(
        label=_("Show"),
        choices=[("waiting", _("those that wait for a decision")), ("returned", _("those that wait for their author"))],
        required=False,
    )
    author = forms.CharField(label=_("By"), required=False, max_length=150)
    topic = forms.CharField(label=_("Category"), required=False, max_length=255)
    age = forms.TypedChoiceField(
        label=_("Waiting"),
        choices=[
            ("", _("for any time")),
            ("1", _("for a day or more")),
            ("7", _("for a week or more")),
            ("30", _("for a month or more")),
        ],
        coerce=int,
        empty_value=None,
        required=False,
    )
    size = forms.ChoiceField(
        label=_("Size"),
        choices=[("", _("any")), ("small", _("small (up to 200 bytes)")), ("large", _("larger"))],
        required=False,
    )
    risk = forms.ChoiceField(
        label=_("Risk"),
        choices=[("", _("any")), ("risky", _("with marks of risk")), ("calm", _("without"))],
        required=False,
    )
    order = forms.ChoiceField(
        label=_("First"),
        choices=[("oldest", _("the oldest")), ("newest", _("the newest")), ("largest", _("the largest changes"))],
        required=False,
    )
    # Whether it is about the reviewer's own topics alone; where nothing is said, as they have chosen.
    topics = forms.ChoiceField(choices=[("mine", ""), ("all", "")], required=False, widget=forms.HiddenInput)
    tick = forms.ChoiceField(choices=[("all", "")], required=False, widget=forms.HiddenInput)
    after = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, widget=forms.HiddenInput)


class TopicsForm(forms.Form):
    """Which categories a reviewer wants to see the proposals of."""

    chosen = forms.MultipleChoiceField(
        label=_("Categories in which proposals wait"), required=False, widget=forms.CheckboxSelectMultiple
    )
    names = forms.CharField(
        label=_("More categories, one a line"),
        required=False,
        max_length=15_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
    )
    opens_queue = forms.BooleanField(label=_("Open the queue with my topics alone"), required=False)

    def __init__(self, offered: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        """Take the names that are offered to be ticked, each with the words beside it."""
        super().__init__(*args, **kwargs)
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(offered)

    def all_names(self) -> list[str]:
        """Return what was ticked, and what was written."""
        return [*self.cleaned_data["chosen"], *self.cleaned_data["names"].splitlines()]


class SeveralForm(forms.Form):
    """What is decided on several proposals at once."""

    chosen = NumbersField(error_messages={"required": _("Tick the proposals first.")})
    reason = forms.CharField(label=_("Reason (each author reads it)"), required=False, max_length=2000)
