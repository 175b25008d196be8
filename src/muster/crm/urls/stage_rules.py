"""Addresses of the rules of stages."""

from muster.access.routes import route
from muster.crm.views import stage_rules

CRITERION = "crm.stagecriterion"

urlpatterns = [
    route("settings/stages/<int:pk>/", stage_rules.stage_detail, name="stage_detail", permission="crm.stage.view"),
    route("deals/<int:pk>/check/", stage_rules.deal_check, name="deal_check", permission="crm.deal.move"),
    route("deals/<int:pk>/tick/", stage_rules.deal_tick, name="deal_tick", permission="crm.deal.tick"),
    route("deals/<int:pk>/untick/", stage_rules.deal_untick, name="deal_untick", permission="crm.deal.untick"),
    route("deals/<int:pk>/weigh/", stage_rules.deal_weigh, name="deal_weigh", permission="crm.deal.weigh"),
    route(
        "settings/criteria/new/",
        stage_rules.criterion_create,
        name="stagecriterion_create",
        permission=f"{CRITERION}.create",
    ),
    *(
        route(
            f"settings/criteria/<int:pk>/{verb}/",
            getattr(stage_rules, f"criterion_{verb}"),
            name=f"stagecriterion_{verb}",
            permission=f"{CRITERION}.{verb}",
        )
        for verb in ("edit", "archive", "restore")
    ),
]
