from django.db import models
from django.utils.translation import gettext_lazy as _


class HandoverLetter(models.Model):
    """The mail that tells one contact of a customer who looks after him from now on. It goes out once or not at all:
    what may have gone out is not sent again."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        REFUSED = "refused", _("Not sent: asked for no e-mail")
        DROPPED = "dropped", _("Not sent: the handover was undone")

    handover = models.ForeignKey("people.Handover", models.CASCADE, related_name="letters")
    object_id = models.BigIntegerField()  # the contact, as the room of customers numbers them
    receiver = models.ForeignKey("people.Member", models.PROTECT, related_name="+")  # who looks after him now
    address = models.EmailField()
    name = models.CharField(max_length=200)
    customer = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(auto_now_add=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "object_id"], name="handover_letter_once")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(state__in=("waiting", "sending")), name="handover_letter_due"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"
