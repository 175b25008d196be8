"""Files on records: handed in, and taken away again."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.action import Refused, action
from muster.access.scope import Actor, policy_of
from muster.activities.models import HOLDERS, Attachment
from muster.core import files, photos

FOLDER = "attachments"
MOST_ON_A_RECORD = 200


def add_attachment(actor: Actor, *, model: str, object_id: int, upload: Any) -> Attachment:
    """Keep UPLOAD on a record that ACTOR sees; a picture gets a small one beside it. Raises ValidationError for a file
    that is too large or of a type that is not taken, and for a record that is not there."""
    actor.require("activities.attachment.create")
    link, row = _record(actor, model, object_id)
    received = files.receive(upload)
    with files.kept(received, FOLDER) as columns, files.kept_beside(photos.thumbnail(received), FOLDER) as small:
        made: Attachment = _create(actor, **{link: row}, **columns, thumbnail=small)
    return made


def _record(actor: Actor, model: str, object_id: int) -> tuple[str, Any]:
    link = HOLDERS.get(model, "")
    kind: Any = Attachment._meta.get_field(link).related_model if link else None
    may = kind is not None and actor.has(policy_of(kind).view)
    row = kind.objects.visible_to(actor).filter(pk=object_id).first() if may else None
    if row is None:
        raise ValidationError(_("There is no such record for you to keep a file on."))
    return link, row


@action("activities.attachment.create", gettext_lazy("Add files to records"), Attachment, creates=True)
def _create(actor: Actor, **columns: Any) -> Attachment:
    if actor.member_id is None:
        raise Refused(_("Only members of the firm add files: this login is nobody's."))
    row = Attachment(**columns, added_by_id=actor.member_id)
    held = {key: one for key, one in columns.items() if key in HOLDERS.values()}
    rows = Attachment.objects.unscoped("how many files a record has").filter(**held, archived_at=None)
    if rows.count() >= MOST_ON_A_RECORD:
        raise Refused(_("This record has %(most)s files already: archive some first.") % {"most": MOST_ON_A_RECORD})
    row.full_clean()
    row.save()
    return row


@action("activities.attachment.archive", gettext_lazy("Archive files"), Attachment)
def archive_attachment(actor: Actor, row: Attachment) -> None:
    row.archived_at = row.archived_at or timezone.now()
    row.save(update_fields=["archived_at"])


@action("activities.attachment.restore", gettext_lazy("Restore files"), Attachment)
def restore_attachment(actor: Actor, row: Attachment) -> None:
    row.archived_at = None
    row.save(update_fields=["archived_at"])
