"""The public pool: records without an owner that members claim, how they come into it, and how they leave it."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url
from muster.core.models import Searchable

LONGEST = 800  # days a rule may wait
EMPTY = _("Empty: without limit.")


def effective() -> list[str]:
    """What moves a clock unless a rule says otherwise: never a note."""
    return ["visit", "call", "meeting", "email"]


TOUCHES = (*effective(), "wechat")  # what may move a clock


def warnings() -> list[int]:
    return [7, 3, 1]


def limit(label: Any, help_text: Any = EMPTY) -> Any:
    return models.PositiveIntegerField(label, null=True, blank=True, help_text=help_text)


class Pool(ScopedModel):
    """Where records of one kind lie for its members to claim. `asks` says which records belong in it: the first pool in
    the order of `rank` that a record fits is where it goes when nobody chooses."""

    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("of what"), max_length=50, default="crm.account")  # label of a model that is pooled
    about = models.CharField(_("what for"), max_length=300, blank=True)
    rank = models.PositiveSmallIntegerField(
        _("order"), default=10, help_text=_("Where nobody chooses, the first pool that fits a record takes it.")
    )
    asks = models.JSONField(default=dict, blank=True, editable=False)
    is_claimable = models.BooleanField(
        _("members may claim"), default=True, help_text=_("Otherwise administrators assign.")
    )
    per_day = limit(_("claims a day and member"))
    most_held = limit(_("most customers held"), _("Who holds as many claims no more here. Empty: without limit."))
    won_counts = models.BooleanField(_("customers who bought count as held"), default=True)
    cooldown_hours = models.PositiveIntegerField(
        _("hours until the former owner may claim again"), default=0, help_text=_("24 is a day; 0: at once.")
    )
    team_cooldown_hours = models.PositiveIntegerField(
        _("hours until the former owner's unit may claim"), default=0, help_text=_("24 is a day; 0: at once.")
    )
    looks_per_day = models.PositiveIntegerField(
        _("contacts shown before the claim, a day and member"),
        default=0,
        help_text=_("0: names and numbers of contacts are shown after the claim only."),
    )
    clears_team = models.BooleanField(_("the customer's team is taken off"), default=True)

    class Meta:
        verbose_name = _("public pool")
        verbose_name_plural = _("public pools")
        ordering = ["rank", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("pool_detail", self.pk)


class PoolSeat(ScopedModel):
    """Who belongs to a pool: a unit with all below it, a position, or somebody by name; as a member who claims, or as
    one of those who look after it. `per_day` and `most_held` are what is different for him."""

    pool = models.ForeignKey(Pool, models.CASCADE, related_name="seats", verbose_name=_("public pool"))
    unit = models.ForeignKey(
        "people.Unit", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("unit and all below")
    )
    position = models.ForeignKey(
        "people.Position", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("position")
    )
    member = models.ForeignKey(
        "people.Member", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    is_admin = models.BooleanField(_("looks after the pool"), default=False)
    per_day = limit(_("claims a day"), _("Empty: as the pool says."))
    most_held = limit(_("most customers held"), _("Empty: as the pool says."))

    class Meta:
        verbose_name = _("part in a pool")
        verbose_name_plural = _("parts in pools")
        ordering = ["pool", "-is_admin", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, position=None, member=None)
                | Q(unit=None, position__isnull=False, member=None)
                | Q(unit=None, position=None, member__isnull=False),
                name="poolseat_one",
                violation_error_message=_("Choose one: a unit, a position or a member."),
            )
        ]

    def __str__(self) -> str:
        return str(self.unit or self.position or self.member)

    def get_absolute_url(self) -> str:
        return f"{reverse('pool_detail', args=[self.pool_id])}?tab=settings"


class PoolRule(ScopedModel):
    """When a record goes back into its pool. Of the rules with the same trigger the first that fits a record decides,
    in the order of `rank`; of several triggers the earliest day counts."""

    class Trigger(models.TextChoices):
        FOLLOW_UP = "follow_up", _("no effective follow-up")
        DEAL = "deal", _("no new deal")
        WON = "won", _("nothing sold")
        HELD = "held", _("held so long, whatever was done")
        CONTRACT = "contract", _("contract has ended")

    class Counts(models.TextChoices):
        CALENDAR = "calendar", _("calendar days")
        NO_HOLIDAYS = "no_holidays", _("calendar days without public holidays")
        WORKING = "working", _("working days")

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="rules", verbose_name=_("public pool"))
    name = models.CharField(_("name"), max_length=100)
    rank = models.PositiveSmallIntegerField(_("order"), default=10, help_text=_("The first rule that fits decides."))
    is_on = models.BooleanField(_("switched on"), default=False, editable=False)
    on_since = models.DateField(_("on since"), null=True, editable=False)
    asks = models.JSONField(default=dict, blank=True, editable=False)
    trigger = models.CharField(_("it returns after"), max_length=10, choices=Trigger.choices, default=Trigger.FOLLOW_UP)
    days = models.PositiveSmallIntegerField(
        _("days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST)],
        help_text=_("So many days are allowed; on the day after, the record returns."),
    )
    counts = models.CharField(_("counted in"), max_length=11, choices=Counts.choices, default=Counts.CALENDAR)
    touches = models.JSONField(_("what is an effective follow-up"), default=effective, blank=True)
    spares_won = models.BooleanField(_("customers who bought stay"), default=True)
    spares_open = models.BooleanField(_("customers with a deal in progress stay"), default=True)
    spares_contract = models.BooleanField(_("customers under contract stay"), default=True)
    freezes_on_leave = models.BooleanField(_("days on which the owner is away do not count"), default=True)
    warns = models.JSONField(_("warnings so many days before"), default=warnings, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace when the rule is switched on"), default=7, validators=[MaxValueValidator(90)]
    )
    extension_days = models.PositiveSmallIntegerField(
        _("days of an extension"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )

    class Meta:
        verbose_name = _("pool rule")
        verbose_name_plural = _("pool rules")
        ordering = ["rank", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('pool_detail', args=[self.pool_id])}?tab=settings"


class PoolStay(Searchable, ScopedModel):
    """One stay of a record in a pool: why it came, and how it left. Members of the pool see this card of it, and not
    the record; the former and the new owner read in it why it changed hands."""

    class Came(models.TextChoices):
        RECYCLED = "recycled", _("Taken back by rule")
        RETURNED = "returned", _("Returned")
        MOVED = "moved", _("Moved from another pool")
        IMPORTED = "imported", _("Imported")

    class Left(models.TextChoices):
        CLAIMED = "claimed", _("Claimed")
        ASSIGNED = "assigned", _("Assigned")
        MOVED = "moved", _("Moved to another pool")
        GIVEN = "given", _("Given outside the pool")

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="stays", verbose_name=_("public pool"))
    kind = models.CharField(_("of what"), max_length=50)
    object_id = models.BigIntegerField(_("record"))
    name = models.CharField(_("name"), max_length=200)
    city = models.CharField(_("city"), max_length=100, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    level = models.CharField(_("level"), max_length=20, blank=True)
    last_contact_on = models.DateField(_("last contact"), null=True, blank=True)
    came_at = models.DateTimeField(_("in the pool since"))
    came_by = models.CharField(_("how it came"), max_length=8, choices=Came.choices)
    reason = models.JSONField(_("why it came"), default=list)  # a sentence with its values: `routing.stored`
    rule = models.ForeignKey(
        PoolRule, models.SET_NULL, null=True, blank=True, related_name="stays", verbose_name=_("pool rule")
    )
    former_owner = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, related_name="+", verbose_name=_("former owner")
    )
    former_unit = models.ForeignKey(
        "people.Unit", models.SET_NULL, null=True, related_name="+", verbose_name=_("former owner's unit")
    )
    came_on = models.DateField(
        _("came to the pool on"), null=True, editable=False
    )  # the days of the two moments, for numbers
    left_at = models.DateTimeField(_("left the pool"), null=True)
    left_on = models.DateField(_("left the pool on"), null=True, editable=False)
    left_by = models.CharField(_("how it left"), max_length=8, choices=Left.choices, blank=True)
    new_owner = models.ForeignKey(
        "people.Member", models.SET_NULL, null=True, related_name="+", verbose_name=_("new owner")
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("stay in a pool")
        verbose_name_plural = _("stays in pools")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["pool", "-id"], condition=Q(left_at=None), name="poolstay_open"),
            models.Index(fields=["pool", "-id"], name="poolstay_of_pool"),
            models.Index(fields=["former_owner", "-id"], name="poolstay_of_former"),
            models.Index(fields=["new_owner", "left_at"], name="poolstay_of_new"),
            models.Index(fields=["kind", "object_id", "-id"], name="poolstay_of_record"),
            models.Index(fields=["came_on"], name="poolstay_came"),
            models.Index(fields=["left_on"], name="poolstay_left"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], condition=Q(left_at=None), name="poolstay_once")
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("poolstay_detail", self.pk)

    def search_parts(self) -> list[str]:
        return [self.name, self.city]

    @property
    def owner_id(self) -> int | None:
        """Whom it concerns first: who gave it up, or lost it."""
        former: int | None = self.former_owner_id
        return former


class PoolLook(ScopedModel):
    """A member was shown the contacts of a record before claiming it; counted a day."""

    member = models.ForeignKey("people.Member", models.CASCADE, related_name="+", verbose_name=_("member"))
    stay = models.ForeignKey(PoolStay, models.CASCADE, related_name="looks", verbose_name=_("stay in a pool"))
    on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("look at contacts")
        verbose_name_plural = _("looks at contacts")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["member", "on", "stay"], name="poollook_once")]

    def __str__(self) -> str:
        return f"{self.member} · {self.stay}"


class ClaimLimit(ScopedModel):
    """How much a member may claim and hold over all pools. What is said of him by name counts before what is said of
    his position, his unit, and everybody."""

    kind = models.CharField(_("of what"), max_length=50, default="crm.account")
    unit = models.ForeignKey(
        "people.Unit", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("unit and all below")
    )
    position = models.ForeignKey(
        "people.Position", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("position")
    )
    member = models.ForeignKey(
        "people.Member", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    per_day = limit(_("claims a day, all pools together"))
    most_held = limit(_("most customers held"))
    won_counts = models.BooleanField(_("customers who bought count as held"), default=False)

    class Meta:
        verbose_name = _("claim limit")
        verbose_name_plural = _("claim limits")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.member or self.position or self.unit or _("Everybody"))

    def get_absolute_url(self) -> str:
        return reverse("claimlimit_list")
