"""What is asked for when two records become one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm
from muster.crm.models import Account, Contact


class MergeForm(VerbForm):
    """`take`: the fields whose value comes from the other record, by name; empty: those the survivor has empty."""

    lookups = ("other",)
    take = forms.CharField(
        label=_("fields of the other record"), max_length=500, required=False, widget=forms.HiddenInput
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        names = [one.strip() for one in (values.get("take") or "").split(",") if one.strip()]
        data: Any = self.data
        chosen = names or (data.getlist("take_one") if "chosen" in data else None)
        values["take"] = chosen
        return values


class AccountMergeForm(MergeForm):
    other = forms.ModelChoiceField(Account.objects.none(), label=_("the other customer"))


class ContactMergeForm(MergeForm):
    other = forms.ModelChoiceField(Contact.objects.none(), label=_("the other contact"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["other"]
        field.queryset = field.queryset.filter(account=self.row.account_id).exclude(pk=self.row.pk)
