"""What is asked for about a comment."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Comment
from muster.core.forms import ActorForm, VerbForm


class MentionsInput(forms.JSONField):
    api_type = list[int]
    widget = forms.HiddenInput


class CommentForm(ActorForm):
    """A comment, or with a tick an instruction that becomes a task."""

    due_on = forms.DateField(label=_("to be done by"), required=False)
    mentions = MentionsInput(label=_("who is mentioned"), required=False)

    class Meta:
        model = Comment
        fields = ["model", "object_id", "kind", "body"]
        widgets = {
            "model": forms.HiddenInput,
            "object_id": forms.HiddenInput,
            "body": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [one for one in Comment.Kind.choices if one[0] != Comment.Kind.CORRECTION]
        kind.required = False

    def written(self) -> dict[str, Any]:
        return {key: value for key, value in super().written().items() if value or key == "due_on"}


class InstructForm(VerbForm):
    due_on = forms.DateField(label=_("to be done by"), required=False)
