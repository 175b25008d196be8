"""Files on the pages of records, that they go along with them, and what is held of members in them."""

from django.utils.translation import gettext_lazy as _

from muster.activities.models import HOLDERS, Attachment
from muster.core import slots
from muster.crm.actions.belongs import Belonging, register
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

CRM = {label: link for label, link in HOLDERS.items() if label.startswith("crm.")}

for _label, _name in CRM.items():
    slots.register(
        slots.Slot(
            _label,
            "files",
            _("Attachments"),
            f"files_of_{_name}",
            "activities.attachment.view",
            "main",
            70,
            "paperclip",
        )
    )
register(Belonging(Attachment, CRM, _("Attachments"), order=75))

_LINES = (Line("To keep the papers of customers together", "集中保存客户资料", basis="interest", months=0),)
_STAYS = _("A record of the firm: it stays, under the number of the member.")
_COLUMNS = ("id", "file_name", "size", "created_at")
hold_on(Part("attachments", Attachment, _("Attachments"), _LINES, _COLUMNS, link="added_by", stays=_STAYS, order=122))
