"""What is asked for about approvals, and their lists."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.access.models import Role
from muster.core.forms import ActorForm, VerbForm
from muster.core.listings import Column, Filter, Listing
from muster.people.approvable import kind_label, kinds
from muster.people.models import ApprovalRequest, ApprovalRule, ApprovalStep, Member

TONES = {"open": "amber", "approved": "green", "returned": "red", "recalled": "gray", "lapsed": "gray"}


class ApprovalRuleForm(ActorForm):
    kind = forms.ChoiceField(label=_("what is approved"), choices=kinds)

    class Meta:
        model = ApprovalRule
        fields = ["kind", "name", "above", "remind_after", "escalate_after"]
        labels = {"above": _("above")}
        help_texts = {
            "above": _(
                "Discounts in hundredths of a per cent: 1000 is above 10 %. Contracts in whole units of their "
                "currency: 500000 is above ¥500,000 with tax. Of several rules that fit the highest counts."
            )
        }


class StepForm(VerbForm):
    """A step, asked for on its rule or, to change it, on itself."""

    lookups = ("member",)

    number = forms.IntegerField(
        label=_("step"),
        min_value=1,
        max_value=20,
        initial=1,
        required=False,
        help_text=_("The same number: asked at once. The next number: asked after that."),
    )
    who = forms.ChoiceField(label=_("who"), choices=ApprovalStep.Who.choices)
    level = forms.IntegerField(label=_("how many managers up"), min_value=1, max_value=5, initial=1, required=False)
    role = forms.ModelChoiceField(Role.objects.none(), label=_("role"), required=False)
    member = forms.ModelChoiceField(Member.objects.none(), label=_("member"), required=False)
    needs = forms.ChoiceField(
        label=_("who must agree"), choices=ApprovalStep.Needs.choices, initial="all", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(self.row, ApprovalStep):
            self.initial.update({name: getattr(self.row, name) for name in ("number", "who", "level", "needs")})
            self.initial.update({"role": self.row.role_id, "member": self.row.member_id})

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        for name, usual in (("number", 1), ("level", 1), ("needs", ApprovalStep.Needs.ALL)):
            values[name] = values.get(name) or self.initial.get(name) or usual
        return values


class ApproveForm(VerbForm):
    note = forms.CharField(label=_("note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class SendBackForm(VerbForm):
    to = forms.ChoiceField(label=_("back to"), required=False)
    note = forms.CharField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        earlier = [(str(n), _("step %(n)s") % {"n": n}) for n in range(1, self.row.step)]
        field.choices = [("0", _("who asked")), *earlier]
        field.initial = "0"
        if not earlier and not self.is_bound:
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        return {**values, "to": int(values.get("to") or 0)}


APPROVALS = Listing(
    model=ApprovalRequest,
    key="approvals",
    title=_("Approvals"),
    columns=[
        Column("title", _("about"), str, kind="link"),
        Column("kind", _("what is approved"), lambda row: kind_label(row.kind)),
        Column("said", _("in short")),
        Column("asker", _("asked by"), kind="member"),
        Column("status", _("status"), ApprovalRequest.get_status_display, "badge", tone=lambda row: TONES[row.status]),
        Column("created_at", _("asked"), kind="datetime", order="created_at"),
        Column("ended_on", _("ended on"), kind="date", order="ended_on", default=False),
    ],
    filters=[
        Filter("status", _("status"), choices=lambda _actor: ApprovalRequest.Status.choices),
        Filter("kind", _("what is approved"), choices=lambda _actor: kinds()),
        Filter("asker", _("asked by"), kind="record", model="people.member", lookup="asker_id"),
    ],
    related=("asker",),
    order="-created_at",
    searchable=False,
    empty_icon="circle-check",
    empty_title=_("Nothing was asked yet"),
)
