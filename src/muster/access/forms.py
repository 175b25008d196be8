from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.custom import records
from muster.access.models import ApiToken, CustomField, Favourite, Role, RoleAssignment, SavedView, User
from muster.core.custom import inputs, kinds
from muster.core.forms import ActorForm, VerbForm, prepare_fields


class UserForm(ActorForm):
    class Meta:
        model = User
        fields = ["username", "name", "email", "language"]


class RoleForm(ActorForm):
    class Meta:
        model = Role
        fields = ["key", "name", "name_zh", "about"]
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}


class SavedViewForm(ActorForm):
    class Meta:
        model = SavedView
        fields = ["name", "share", "opens", "path", "query"]
        widgets = {"path": forms.HiddenInput, "query": forms.HiddenInput}


class FavouriteForm(ActorForm):
    class Meta:
        model = Favourite
        fields = ["record", "object_id"]


class CopyRoleForm(VerbForm):
    key = forms.SlugField(label=_("key"))
    name = forms.CharField(label=_("name"), max_length=100)


class GiveRoleForm(ActorForm):
    class Meta:
        model = RoleAssignment
        fields = ["user", "role", "valid_from", "valid_to"]
        labels = {"user": _("user"), "role": _("role")}


def token_choices() -> list[tuple[str, Any]]:
    """Whole rooms, and reading only: what programs are given in practice. The API takes finer patterns."""
    rooms = sorted({name.split(".")[0] for name in permissions.known()})
    return [("*.view", _("Read everything I may see")), *((f"{room}.*", f"{room}.*") for room in rooms)]


class TokenForm(ActorForm):
    scopes = forms.MultipleChoiceField(
        label=_("permissions"),
        choices=token_choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The token can never do more than you can."),
    )

    class Meta:
        model = ApiToken
        fields = ["name", "scopes", "expires_at"]


class ChoicesInput(forms.Field):
    """One choice a line: key | name | Chinese name. A program sends the list itself."""

    api_type = list[dict[str, Any]]
    widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        live = [one for one in value if not one.get("retired")]
        return "\n".join(" | ".join(filter(None, (one["key"], one["name"], one["name_zh"]))) for one in live)

    def to_python(self, value: Any) -> list[Any]:
        if isinstance(value, list):
            return value
        lines = [[part.strip() for part in line.split("|")] for line in str(value or "").splitlines() if line.strip()]
        return [dict(zip(("key", "name", "name_zh"), parts, strict=False)) for parts in lines]


class KindsInput(forms.MultipleChoiceField):
    api_type = list[str]
    widget = forms.CheckboxSelectMultiple


class CustomFieldForm(ActorForm):
    """How a field is defined. What does not go with its type is left out when it is saved."""

    record = forms.ChoiceField(label=_("record type"))
    choices = ChoicesInput(
        label=_("choices"),
        required=False,
        help_text=_(
            "One a line: key | name | Chinese name. A line taken away is retired: records keep it, nobody chooses it."
        ),
    )
    places = forms.IntegerField(
        label=_("decimals"), min_value=0, initial=2, required=False, help_text=_("Of decimal numbers.")
    )
    kinds = KindsInput(label=_("only for these kinds"), required=False, help_text=_("Nothing ticked: for all."))

    class Meta:
        model = CustomField
        fields = [
            "record",
            "type",
            "key",
            "name",
            "name_zh",
            "choices",
            "required",
            "unique",
            "sensitive",
            "least",
            "most",
            "pattern",
            "places",
            "currency",
            "kinds",
            "section",
            "section_zh",
            "help_text",
            "help_zh",
        ]
        help_texts = {
            "key": _("Small letters, digits and _: programs and files call the field so. It never changes."),
            "sensitive": _("Encrypted; who reads it is said by the field rules of each role. No filter, no sorting."),
            "unique": _("No two records may hold the same value."),
            "least": _("Of texts: characters. Of numbers, amounts and dates: the value."),
            "pattern": _("For texts, as a regular expression: [A-Z]{2}\\d{6}"),
            "currency": _("Of amounts of money."),
            "section": _("The heading it stands under."),
        }
        # What goes with which type, for the page; the action leaves out the rest anyway.
        goes_with = {
            "choices": "choice choices",
            "least": "text long whole decimal money date",
            "most": "text long whole decimal money date",
            "pattern": "text",
            "places": "decimal",
            "currency": "money",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        offered = records()
        fields["record"].choices = [(label, capfirst(model._meta.verbose_name)) for label, model in offered.items()]
        for name in ("record", "key") if self.instance.pk else ():
            fields[name].required = False  # they stay as they are, and need not be said again
        of = self._now("record")
        fields["kinds"].choices = kinds.offers(offered[of]) if of in offered else []

    def _now(self, name: str) -> str:
        said = self.data.get(name) if self.is_bound else self.initial.get(name)
        return str(said or getattr(self.instance, name))

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields that go with the type chosen now."""
        kind, fields = self._now("type"), []
        for name, field in self.fields.items():
            fits = kind in self.Meta.goes_with.get(name, kind).split()
            settled = self.instance.pk and name in ("record", "key")
            if fits and not settled and name != "version" and (name != "kinds" or getattr(field, "choices", None)):
                fields.append(self[name])
        return fields

    def written(self) -> dict[str, Any]:
        values = super().written()
        empty = {"places": None, **({"record": "", "key": ""} if self.instance.pk else {})}
        return {key: value for key, value in values.items() if key not in empty or value != empty[key]}


class PreviewForm(forms.Form):
    """The fields in use of a record type, as its form asks for them."""

    def __init__(self, specs: list[CustomField], actor: Any) -> None:
        super().__init__()
        self.actor, self.specs = actor, specs
        for spec in specs:
            self.fields[spec.full_name] = inputs.field_for(spec)
        prepare_fields(self, ())

    @property
    def sections(self) -> list[dict[str, Any]]:
        found: dict[str, list[Any]] = {}
        for spec in self.specs:
            found.setdefault(spec.section_said, []).append(self[spec.full_name])
        return [{"title": title, "fields": fields} for title, fields in found.items()]
