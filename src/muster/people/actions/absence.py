"""Days on which a member is away."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from muster.access.crud import crud
from muster.access.scope import Actor
from muster.people.models import Absence, Member

LONGEST = dt.timedelta(days=366)


def _check(actor: Actor, row: Absence, fields: dict[str, Any]) -> None:
    if row.member.status == Member.Status.LEFT:
        raise ValidationError({"member": _("%(name)s has left: choose somebody else.") % {"name": row.member.name}})
    if row.starts_on and row.ends_on and row.ends_on - row.starts_on > LONGEST:
        raise ValidationError({"ends_on": _("This is more than a year: check both days.")})
    if row.deputy is not None and (row.deputy == row.member or row.deputy.status == Member.Status.LEFT):
        raise ValidationError({"deputy": _("Choose somebody else who is there.")})
    others = Absence.objects.unscoped("absences of a member").filter(member=row.member_id, archived_at=None)
    other = others.exclude(pk=row.pk).filter(starts_on__lte=row.ends_on, ends_on__gte=row.starts_on).first()
    if other is not None:
        raise ValidationError(
            {
                "starts_on": _("%(name)s is away from %(start)s to %(end)s already: change that absence.")
                % {"name": row.member.name, "start": other.starts_on, "end": other.ends_on}
            }
        )


absences = crud(Absence, before_save=_check, before_restore=_check)
