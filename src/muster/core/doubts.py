"""That mail does not reach somebody: since when, and what the server said."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

ADDRESS = re.compile(r"[^\s<>;,:()]+@[^\s<>;,:()]+")
LONGEST = 200


class MailDoubt(models.Model):
    mail_doubt_on = models.DateField(_("e-mail doubtful since"), null=True, blank=True, editable=False)
    mail_doubt_why = models.CharField(
        _("why the e-mail is doubtful"), max_length=LONGEST, blank=True, default="", editable=False
    )

    class Meta:
        abstract = True

    def believe(self) -> None:
        """The address was changed, or somebody says that it is right."""
        self.mail_doubt_on, self.mail_doubt_why = None, ""


def reason(said: str) -> str:
    """What a server said, without addresses: who may read the reason may not always read those."""
    return ADDRESS.sub("…", " ".join(said.split()))[:LONGEST]
