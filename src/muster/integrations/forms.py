"""Input of the integrations room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm
from muster.integrations.bots import SAYS
from muster.integrations.importing.columns import Mapping
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sources import SOURCES, Source
from muster.integrations.kinds import TOPICS
from muster.integrations.models import DirectoryConnection, GroupBot, Level, NoticeSettings, Ruled


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = FilesInput(attrs={"accept": ".zip,.csv,.txt,.xlsx,.xlsm,.xls,.ods,.vcf"})

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        one = super().clean
        return [one(file, initial) for file in data] if data else [one(None, initial)]


class ImportForm(forms.Form):
    source = forms.ChoiceField(label=_("What is imported"))
    uploads = FilesField(
        label=_("Files"), help_text=_("CSV or XLSX files, or one zip of them; at most 100 MB. Nothing is written yet.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.choices = [(key, f"{one.label}: {one.about}") for key, one in SOURCES.items()]


class ColumnsForm(forms.Form):
    """For each table of the source a sheet, and for each of its columns one of that sheet's."""

    def __init__(self, *args: Any, source: Source, sheets: list[Sheet], mapping: Mapping, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.source, self.tables = source, source.tables
        heads = list(dict.fromkeys(name for sheet in sheets for name in sheet.head if name))
        for table, wanted in self.tables.items():
            said = mapping.get(table, {"sheet": "", "columns": {}})
            self.fields[f"{table}:"] = _choice(_("Sheet"), [sheet.name for sheet in sheets], said["sheet"])
            for column in wanted:
                self.fields[f"{table}:{column}"] = _choice(self._label(column), heads, said["columns"].get(column, ""))

    def _label(self, column: str) -> str:
        """What the column is called on our pages; with * where it is needed."""
        needed = self.source.table is not None and self.source.table.column(column).needed
        return f"{self.source.labels.get(column, column)}{' *' if needed else ''}"

    def groups(self) -> list[dict[str, Any]]:
        return [
            {
                "table": self.source.labels.get(table, table),
                "fields": [self[f"{table}:"], *(self[f"{table}:{one}"] for one in wanted)],
            }
            for table, wanted in self.tables.items()
        ]

    def mapping(self) -> Mapping:
        said = self.cleaned_data
        return {
            table: {"sheet": said[f"{table}:"], "columns": {one: said[f"{table}:{one}"] for one in wanted}}
            for table, wanted in self.tables.items()
        }


class ReviewForm(forms.Form):
    """Who the owners of another system are here, and which of our stages theirs are."""

    def __init__(self, *args: Any, review: dict[str, Any], stages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, one in review.get("owners", {}).items():
            label = _("%(name)s (%(count)s records)") % {"name": one["name"], "count": one["count"]}
            hint = _("Employee number, e-mail, phone or name; empty leaves them to the queue.")
            self.fields[f"owners:{name}"] = forms.CharField(
                label=label, help_text=hint, initial=one["here"], required=False, max_length=200
            )
        for name, one in review.get("stages", {}).items():
            label = _("Stage “%(name)s” (%(count)s deals)") % {"name": name or "–", "count": one["count"]}
            self.fields[f"stages:{name}"] = forms.ChoiceField(label=label, choices=stages, initial=one["here"])

    def answers(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {"owners": {}, "stages": {}}
        for name, value in self.cleaned_data.items():
            kind, _colon, key = name.partition(":")
            found[kind][key] = value
        return found


def _choice(label: Any, names: list[str], initial: str) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    choices = [("", "–"), *((name, name) for name in names)]
    return forms.ChoiceField(label=label, choices=choices, initial=initial, required=False, widget=widget)


class DirectoryForm(ActorForm):
    """Where a directory is. The secret goes in and never comes out again."""

    new_secret = forms.CharField(
        label=_("secret"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Secret of the app, or password of the LDAP account. Empty leaves the one that is set."),
    )
    rules = forms.MultipleChoiceField(
        label=_("the directory decides about"),
        choices=Ruled.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What is not ticked is Muster's: differences there are not even shown."),
    )
    field_order = (
        *("name", "kind", "account", "new_secret", "address", "root", "unit", "rules", "most_gone", "daily"),
        *("person_filter", "attributes"),
    )

    class Meta:
        model = DirectoryConnection
        fields = (
            *("name", "kind", "account", "address", "root", "unit", "rules", "most_gone", "daily"),
            *("person_filter", "attributes"),
        )
        lookups = ("unit",)
        help_texts = {
            "account": _("WeCom: corp id. DingTalk: app key. Feishu: app id. LDAP: the DN that binds."),
            "address": _("Empty for the official address; for LDAP ldaps://server."),
            "root": _("Id of a department, or for LDAP the base DN. Empty: everybody."),
            "person_filter": _("LDAP only, for example (memberOf=cn=sales,ou=groups,dc=example,dc=com)."),
            "attributes": _("LDAP only, where they differ: phone=telephoneNumber, title=jobTitle."),
        }


LEVEL = "level_"


class NoticeSettingsForm(ActorForm):
    """On the page one choice for each topic; over the API all of them as `levels`."""

    levels = forms.JSONField(label=_("how to hear of what"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = NoticeSettings
        fields = ("quiet_from", "quiet_to", "only_workdays", "digest_at")
        widgets = {
            name: forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for name in ("quiet_from", "quiet_to", "digest_at")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, topic in TOPICS.items():
            offered = [one for one in Level.choices if one[0] != Level.OFF or not topic.kept]
            first = self.instance.levels.get(key, topic.level)
            self.fields[LEVEL + key] = forms.ChoiceField(
                label=topic.label, help_text=topic.hint, choices=offered, initial=first, required=False
            )
        self.order_fields([LEVEL + key for key in TOPICS])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        typed = {key.removeprefix(LEVEL): values.pop(key) for key in list(values) if key.startswith(LEVEL)}
        if any(typed.values()):
            values["levels"] = {key: level for key, level in typed.items() if level}
        elif not isinstance(values.get("levels"), dict):
            values.pop("levels", None)
        return values


class BotForm(ActorForm):
    """What a group hears. Webhook and secret go in and never come out again."""

    new_key = forms.CharField(
        label=_("webhook address"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("As the platform shows it when the bot is made. Empty leaves the one that is set."),
    )
    new_secret = forms.CharField(
        label=_("secret for signing"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("DingTalk and Feishu, where the bot signs. Empty leaves the one that is set."),
    )
    tells = forms.MultipleChoiceField(
        label=_("what it tells"),
        choices=lambda: [(key, one.label) for key, one in SAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("name", "kind", "new_key", "new_secret", "unit", "tells", "names_customers", "language", "is_on")

    class Meta:
        model = GroupBot
        fields = ("name", "kind", "unit", "tells", "names_customers", "language", "is_on")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.instance.pk and not values.get("new_key"):
            self.add_error("new_key", _("Enter the webhook that the platform shows."))
        return values
