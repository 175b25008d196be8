from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url


class StructureDraft(ScopedModel):
    """A structure to come: changes to people and units that nobody feels before it is published. Published, they are
    ordinary dated moves; discarded, it stays to be read."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Discarded")

    name = models.CharField(_("name"), max_length=100)
    effective_on = models.DateField(_("takes effect on"))
    note = models.TextField(_("what it is for"), blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False, db_index=True
    )
    author = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    revision = models.PositiveIntegerField(default=0, editable=False)  # grows with each change
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    settled_on = models.DateField(null=True, blank=True, editable=False)  # names and heads changed, units closed

    class Meta:
        verbose_name = _("structure draft")
        verbose_name_plural = _("structure drafts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("draft_detail", self.pk)

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.DRAFT


class DraftChange(ScopedModel):
    """One step of a draft. `before` keeps what stood there when the step was made, so that it shows when the real
    structure has moved on."""

    class Kind(models.TextChoices):
        NEW_UNIT = "new_unit", _("New unit")
        MOVE_UNIT = "move_unit", _("Unit moves")
        RENAME = "rename", _("Unit gets a new name")
        MOVE = "move", _("Member moves")
        SEAT = "seat", _("New vacant seat")
        CLOSE = "close", _("Unit is closed")

    draft = models.ForeignKey(StructureDraft, models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=9, choices=Kind.choices)
    member = models.ForeignKey("people.Member", models.CASCADE, null=True, blank=True, related_name="+")
    about = models.ForeignKey("people.Unit", models.CASCADE, null=True, blank=True, related_name="+")
    # Where to: a unit that stands, or one that this draft plans.
    unit = models.ForeignKey("people.Unit", models.CASCADE, null=True, blank=True, related_name="+")
    planned = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="used_by")
    manager = models.ForeignKey("people.Member", models.CASCADE, null=True, blank=True, related_name="+")
    position = models.ForeignKey("people.Position", models.PROTECT, null=True, blank=True, related_name="+")
    acting = models.ForeignKey("people.Member", models.SET_NULL, null=True, blank=True, related_name="+")
    heads = models.BooleanField(_("leads the unit"), default=False)
    name = models.CharField(_("name"), max_length=100, blank=True)
    code = models.CharField(_("code"), max_length=32, blank=True)
    before = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)  # of the draft when this was written
    became = models.ForeignKey("people.Unit", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of a draft")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["draft", "kind", "member"], condition=~Q(member=None), name="draft_moves_member_once"
            ),
            models.UniqueConstraint(
                fields=["draft", "kind", "about"], condition=~Q(about=None), name="draft_changes_unit_once"
            ),
        ]

    def __str__(self) -> str:
        about = self.member or self.about or self.name or self.position or ""
        return f"{self.get_kind_display()}: {about}"

    def get_absolute_url(self) -> str:
        return record_url("draft_detail", self.draft_id)


class VacantSeat(ScopedModel):
    """A place in a unit that nobody holds yet, and who does its work meanwhile."""

    unit = models.ForeignKey("people.Unit", models.CASCADE, related_name="vacancies", verbose_name=_("unit"))
    position = models.ForeignKey("people.Position", models.PROTECT, related_name="+", verbose_name=_("position"))
    manager = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("manager")
    )
    acting = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("acting holder")
    )
    valid_from = models.DateField(_("vacant from"))
    filled_on = models.DateField(_("filled on"), null=True, blank=True, editable=False)
    filled_by = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("filled by"),
    )
    predecessor = models.ForeignKey(
        "people.Member",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("held before by"),
        help_text=_("The seat takes over the territories he or she holds until then."),
    )

    class Meta:
        verbose_name = _("vacant seat")
        verbose_name_plural = _("vacant seats")
        ordering = ["valid_from", "id"]

    def __str__(self) -> str:
        return f"{self.position} · {self.unit}"

    def get_absolute_url(self) -> str:
        return record_url("unit_detail", self.unit_id)


class SeatTerritory(ScopedModel):
    """A territory that nobody holds: it goes with a vacant seat, and from there to whoever fills it. Until then the
    acting holder looks after it."""

    seat = models.ForeignKey(VacantSeat, models.CASCADE, related_name="territories", verbose_name=_("vacant seat"))
    territory = models.ForeignKey("people.Territory", models.PROTECT, related_name="seats", verbose_name=_("territory"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)

    class Meta:
        verbose_name = _("territory of a vacant seat")
        verbose_name_plural = _("territories of vacant seats")
        ordering = ["valid_from", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "territory"],
                condition=models.Q(valid_to=None),
                name="seatterritory_once",
                violation_error_message=_("This seat has the territory already."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to=None) | models.Q(valid_to__gt=models.F("valid_from")),
                name="seatterritory_dates",
                violation_error_message=_("It cannot have ended before it began: check both days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat} · {self.territory}"

    def get_absolute_url(self) -> str:
        return self.seat.get_absolute_url()
