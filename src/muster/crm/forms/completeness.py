"""What is asked for about the completeness of customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm, VerbForm
from muster.crm.actions.completeness import own_items
from muster.crm.models import CompletenessWeight


class WeightForm(VerbForm):
    weight = forms.IntegerField(
        label=_("weight"), min_value=0, max_value=100, help_text=_("0: it is not asked for. Counts from tonight on.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weight"].initial = self.row.weight


class AskedForm(ActorForm):
    """A field of the firm's own that is not asked for yet."""

    item = forms.ChoiceField(label=_("field"), choices=())
    weight = forms.IntegerField(label=_("weight"), min_value=1, max_value=100, initial=10)

    class Meta:
        model = CompletenessWeight
        fields = ["weight"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = set(CompletenessWeight.objects.visible_to(self.actor).values_list("item", flat=True))
        offered = [(key, str(one.label)) for key, one in own_items(self.actor).items() if key not in asked]
        field: Any = self.fields["item"]
        field.choices = offered
        self.order_fields(("item", "weight"))
