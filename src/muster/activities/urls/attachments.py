"""Addresses of files on records."""

from muster.access.routes import route
from muster.activities.models import HOLDERS
from muster.activities.views import attachment

FILE = "activities.attachment"
AT = {
    "account": "customers",
    "contact": "contacts",
    "deal": "deals",
    "lead": "leads",
    "contract": "contracts",
    "activity": "activities",
    "task": "tasks",
}

urlpatterns = [
    *(
        route(
            f"{AT[link]}/<int:pk>/files/",
            attachment.files_of(label),
            name=f"files_of_{link}",
            permission=f"{FILE}.view",
        )
        for label, link in HOLDERS.items()
    ),
    route("files/<int:pk>/", attachment.attachment_file, name="attachment_file", permission=f"{FILE}.view"),
    route("files/<int:pk>/small/", attachment.attachment_small, name="attachment_small", permission=f"{FILE}.view"),
    route(
        "files/<int:pk>/archive/",
        attachment.attachment_archive,
        name="attachment_archive",
        permission=f"{FILE}.archive",
    ),
    route(
        "files/<int:pk>/restore/",
        attachment.attachment_restore,
        name="attachment_restore",
        permission=f"{FILE}.restore",
    ),
]
