"""Addresses of stakeholder maps and tags."""

from muster.access.routes import route
from muster.crm.views import stakeholder

urlpatterns = [
    route("customers/<int:pk>/map/", stakeholder.account_map, name="account_map", permission="crm.stakeholder.view"),
    route("customers/<int:pk>/tag/", stakeholder.account_tag, name="account_tag", permission="crm.account.tag"),
    *(
        route(
            f"contacts/<int:pk>/{verb}/",
            getattr(stakeholder, f"contact_{verb}"),
            name=f"contact_{verb}",
            permission=f"crm.contact.{verb}",
        )
        for verb in ("map", "unmap", "relate")
    ),
    route(
        "acquaintances/<int:pk>/remove/",
        stakeholder.acquaintance_remove,
        name="acquaintance_remove",
        permission="crm.acquaintance.remove",
    ),
    route("settings/tags/", stakeholder.tag_list, name="tag_list", permission="crm.tag.view"),
    route("settings/tags/new/", stakeholder.tag_create, name="tag_create", permission="crm.tag.create"),
    *(
        route(
            f"settings/tags/<int:pk>/{verb}/",
            getattr(stakeholder, f"tag_{verb}"),
            name=f"tag_{verb}",
            permission=f"crm.tag.{verb}",
        )
        for verb in ("edit", "archive", "restore")
    ),
]
