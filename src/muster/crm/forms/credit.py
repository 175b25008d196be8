"""What is asked for about the credit of a deal."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.core.forms import VerbForm, key_of
from muster.core.periods import today
from muster.crm.actions.credit import Credit, in_force
from muster.crm.models import DealCredit
from muster.crm.models.credit import WHOLE
from muster.people.models import Member

SPARE = 3


class CreditRows(forms.Textarea):
    """Credits as rows of member, kind and per cent on the page."""

    members: dict[int, Member] = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        if not hasattr(data, "getlist") or f"{name}_member" not in data:
            return data.get(name)
        rows = zip(*(data.getlist(f"{name}_{part}") for part in ("member", "kind", "share")), strict=False)
        return [{"member": one, "kind": kind, "percent": share} for one, kind, share in rows if one or share.strip()]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        rows = [self._row(one) for one in value or []] + [{"kind": DealCredit.Kind.REVENUE}] * SPARE
        lookup = reverse("lookup", args=["people.member"])
        context = {"name": name, "rows": rows, "lookup": lookup, "kinds": DealCredit.Kind.choices}
        return render_to_string("crm/credit_rows.html", context)

    def _row(self, one: dict[str, Any]) -> dict[str, Any]:
        key = key_of(one.get("member"))
        share = one.get("percent") or Decimal(one.get("share") or 0) / 100
        return {"member": self.members.get(key or 0), "kind": one.get("kind"), "share": str(share)}


class CreditsField(forms.Field):
    """A list of credits; over the API each is {"member": id, "kind": "revenue" or "overlay", "share": hundredths of a
    per cent}."""

    api_type = list[dict[str, Any]]
    widget = CreditRows
    actor: Any = None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True

    def clean(self, value: Any) -> list[Credit]:
        said = value or []
        if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
            raise ValidationError(gettext("Send a list of credits, each with member, kind and share."))
        keys = [key_of(one.get("member")) for one in said]
        rows = Member.objects.visible_to(self.actor).filter(pk__in=[one for one in keys if one])
        known = self.widget.members = {one.pk: one for one in rows}
        return [_credit(at, one, known.get(key or 0)) for at, (one, key) in enumerate(zip(said, keys, strict=True), 1)]


def _credit(at: int, one: dict[str, Any], member: Member | None) -> Credit:
    if member is None:
        raise ValidationError(gettext("Line %(n)s: choose a member.") % {"n": at})
    kind = one.get("kind") or DealCredit.Kind.REVENUE
    if kind not in DealCredit.Kind.values:
        raise ValidationError(gettext("Line %(n)s: a credit is revenue or overlay.") % {"n": at})
    try:
        exact = Decimal(str(one["percent"]).strip().rstrip("%％ ")) * 100 if "percent" in one else Decimal(one["share"])
        points = int(exact)
    except (KeyError, TypeError, ValueError, InvalidOperation, OverflowError):
        exact, points = Decimal(0), 0
    if points != exact or not 0 < points <= 10 * WHOLE:
        raise ValidationError(
            gettext("Line %(n)s: write a share in per cent, with two decimals at most, as 33.34.") % {"n": at}
        )
    return Credit(member, points, kind)


class _CreditsForm(VerbForm):
    shares = CreditsField(
        label=_("who gets credit"),
        required=False,
        help_text=_("Revenue comes to exactly 100 %; overlay comes on top and is free. No line: all for the owner."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["shares"]
        field.actor = self.actor
        rows = in_force(self.row, self.row.closed_on or today())
        field.widget.members = {one.member_id: one.member for one in rows}
        field.initial = [{"member": one.member_id, "kind": one.kind, "share": one.points} for one in rows]
        if not rows and self.row.owner_id:
            owner = Member.objects.visible_to(self.actor).filter(pk=self.row.owner_id).first()
            field.widget.members = {owner.pk: owner} if owner else {}
            field.initial = [{"member": self.row.owner_id, "kind": DealCredit.Kind.REVENUE, "share": WHOLE}]


class CreditForm(_CreditsForm):
    on = forms.DateField(
        label=_("valid from"),
        required=False,
        help_text=_("The win counts by the split in force on the day of the win."),
    )


class CorrectCreditForm(_CreditsForm):
    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
