from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access.scope import ScopedModel
from muster.core.links import record_url

LEVELS = 5


class ApprovalRule(ScopedModel):
    """Who approves what: for a kind of request, above a measure (for a discount in hundredths of a per cent). Of the
    rules that a request passes, the one with the highest measure counts."""

    kind = models.CharField(_("what is approved"), max_length=40)
    name = models.CharField(_("name"), max_length=100)
    above = models.PositiveIntegerField(_("above, in hundredths of a per cent"), default=0)
    remind_after = models.PositiveSmallIntegerField(
        _("remind after working days"), default=1, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    escalate_after = models.PositiveSmallIntegerField(
        _("to the next manager after working days"),
        default=3,
        validators=[MaxValueValidator(60)],
        help_text=_("0: never."),
    )

    class Meta:
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")
        ordering = ["kind", "above", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "above"],
                condition=Q(archived_at=None),
                name="approval_rule_once",
                violation_error_message=_("There is a rule for this and this measure already: change that one."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_url("approvalrule_detail", self.pk)


class ApprovalStep(ScopedModel):
    """Who is asked in a step of a rule. Steps with the same number are asked at once, of which all or any must say yes;
    the next number is asked after that."""

    class Who(models.TextChoices):
        MANAGER = "manager", _("Manager of who asks")
        ROLE = "role", _("Anybody with a role")
        MEMBER = "member", _("A member by name")

    class Needs(models.TextChoices):
        ALL = "all", _("All of this step")
        ANY = "any", _("Any of this step")

    rule = models.ForeignKey(ApprovalRule, models.CASCADE, related_name="steps", verbose_name=_("approval rule"))
    number = models.PositiveSmallIntegerField(
        _("step"), default=1, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    who = models.CharField(_("who"), max_length=8, choices=Who.choices, default=Who.MANAGER)
    level = models.PositiveSmallIntegerField(
        _("how many managers up"), default=1, validators=[MinValueValidator(1), MaxValueValidator(LEVELS)]
    )
    role = models.ForeignKey(
        "access.Role", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role")
    )
    member = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("member")
    )
    needs = models.CharField(_("who must agree"), max_length=3, choices=Needs.choices, default=Needs.ALL)

    class Meta:
        verbose_name = _("approval step")
        verbose_name_plural = _("approval steps")
        ordering = ["rule", "number", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(who="manager") | Q(who="role", role__isnull=False) | Q(who="member", member__isnull=False),
                name="approval_step_names_somebody",
                violation_error_message=_("Choose the role or the member."),
            )
        ]

    def __str__(self) -> str:
        named = {"role": self.role, "member": self.member}.get(self.who)
        if named is not None:
            return str(named)
        return _("Manager, %(n)s up") % {"n": self.level} if self.level > 1 else str(_("Manager"))

    def get_absolute_url(self) -> str:
        return record_url("approvalrule_detail", self.rule_id)


class ApprovalRequest(ScopedModel):
    """Somebody asks that something about a record be approved. `mark` is what the record said then: once it says
    something else, what was approved is approved no longer. `plan` are the steps as the rule had them."""

    class Status(models.TextChoices):
        OPEN = "open", _("In approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")
        RECALLED = "recalled", _("Recalled")
        LAPSED = "lapsed", _("Lapsed")

    kind = models.CharField(_("what is approved"), max_length=40)
    model = models.CharField(max_length=60, editable=False)
    object_id = models.BigIntegerField(editable=False)
    title = models.CharField(_("what is asked"), max_length=200)
    asker = models.ForeignKey("people.Member", models.PROTECT, related_name="+", verbose_name=_("asked by"))
    measure = models.PositiveIntegerField(_("measure"), default=0)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    said = models.CharField(_("in short"), max_length=300, blank=True)
    payload = models.JSONField(default=dict, editable=False)
    mark = models.CharField(max_length=64, editable=False)
    plan = models.JSONField(default=list, editable=False)
    remind_after = models.PositiveSmallIntegerField(default=1, editable=False)
    escalate_after = models.PositiveSmallIntegerField(default=3, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    step = models.PositiveSmallIntegerField(_("step"), default=0)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["model", "object_id", "kind"], name="approval_of_record"),
            models.Index(fields=["asker", "-id"], name="approval_of_asker"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "object_id", "kind"], condition=Q(status="open"), name="approval_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return record_url("approval_detail", self.pk)

    @property
    def owner_id(self) -> int:
        return self.asker_id


class ApprovalSeat(ScopedModel):
    """A member was asked in a step of a request, and what came of it. Kept for ever; a step that is gone through again
    has new ones. `place` are those of whom one is enough: the holders of a role."""

    class State(models.TextChoices):
        OPEN = "open", _("In approval")
        APPROVED = "approved", _("Approved")
        RETURNED = "returned", _("Sent back")
        PASSED = "passed", _("Not needed any more")
        MOVED = "moved", _("Passed on")

    request = models.ForeignKey(ApprovalRequest, models.CASCADE, related_name="seats", verbose_name=_("approval"))
    number = models.PositiveSmallIntegerField(_("step"))
    place = models.PositiveSmallIntegerField(default=0, editable=False)
    member = models.ForeignKey("people.Member", models.PROTECT, related_name="+", verbose_name=_("asked"))
    stands_for = models.ForeignKey(
        "people.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("in the place of")
    )
    state = models.CharField(_("status"), max_length=8, choices=State.choices, default=State.OPEN)
    note = models.CharField(_("note"), max_length=500, blank=True)
    since_on = models.DateField(_("asked on"))
    reminded_on = models.DateField(_("reminded on"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("approver")
        verbose_name_plural = _("approvers")
        ordering = ["id"]
        indexes = [models.Index(fields=["member", "state"], name="approval_waits_for")]

    def __str__(self) -> str:
        return f"{self.member} · {self.get_state_display()}"

    @property
    def owner_id(self) -> int:
        return self.member_id
