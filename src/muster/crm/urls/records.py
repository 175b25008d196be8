"""Addresses of the crm room."""

from muster.access.routes import route
from muster.crm.views import account, board, contact, deal, panels, routing, setup

VERBS = ("edit", "archive", "restore")
RULE = "crm.routingrule"

urlpatterns = [
    route("customers/", account.account_list, name="account_list", permission="crm.account.view"),
    route("customers/new/", account.account_create, name="account_create", permission="crm.account.create"),
    route(
        "customers/transfer/",
        account.account_transfer_many,
        name="account_transfer_many",
        permission="crm.account.transfer",
    ),
    route(
        "customers/archive/",
        account.account_archive_many,
        name="account_archive_many",
        permission="crm.account.archive",
    ),
    route("customers/<int:pk>/", account.account_detail, name="account_detail", permission="crm.account.view"),
    route(
        "customers/<int:pk>/transfer/",
        account.account_transfer,
        name="account_transfer",
        permission="crm.account.transfer",
    ),
    route("customers/<int:pk>/team/", account.team_add, name="team_add", permission="crm.accountmember.create"),
    route("teammates/<int:pk>/edit/", account.team_edit, name="team_edit", permission="crm.accountmember.edit"),
    route("teammates/<int:pk>/remove/", account.team_remove, name="team_remove", permission="crm.accountmember.remove"),
    *(
        route(
            f"customers/<int:pk>/{verb}/",
            getattr(account, f"account_{verb}"),
            name=f"account_{verb}",
            permission=f"crm.account.{verb}",
        )
        for verb in VERBS
    ),
    route("contacts/", contact.contact_list, name="contact_list", permission="crm.contact.view"),
    route("contacts/new/", contact.contact_create, name="contact_create", permission="crm.contact.create"),
    route("contacts/wishes/", contact.contact_wishes, name="contact_wishes", permission="crm.contact.view"),
    route("contacts/<int:pk>/", contact.contact_detail, name="contact_detail", permission="crm.contact.view"),
    *(
        route(
            f"contacts/<int:pk>/{verb}/",
            getattr(contact, f"contact_{verb}"),
            name=f"contact_{verb}",
            permission=f"crm.contact.{verb}",
        )
        for verb in (*VERBS, "confirm")
    ),
    route("deals/", deal.deal_list, name="deal_list", permission="crm.deal.view"),
    route("deals/board/", board.deal_board, name="deal_board", permission="crm.deal.view"),
    route("deals/new/", deal.deal_create, name="deal_create", permission="crm.deal.create"),
    route("deals/transfer/", deal.deal_transfer_many, name="deal_transfer_many", permission="crm.deal.transfer"),
    route("deals/archive/", deal.deal_archive_many, name="deal_archive_many", permission="crm.deal.archive"),
    route("deals/<int:pk>/", deal.deal_detail, name="deal_detail", permission="crm.deal.view"),
    route("deals/<int:pk>/move/", board.deal_move, name="deal_move", permission="crm.deal.move"),
    *(
        route(
            f"deals/<int:pk>/{verb}/",
            getattr(deal, f"deal_{verb}"),
            name=f"deal_{verb}",
            permission=f"crm.deal.{verb}",
        )
        for verb in (*VERBS, "win", "lose", "reopen", "transfer")
    ),
    route("products/", setup.product_list, name="product_list", permission="crm.product.view"),
    route("products/new/", setup.product_create, name="product_create", permission="crm.product.create"),
    route("products/<int:pk>/", setup.product_detail, name="product_detail", permission="crm.product.view"),
    *(
        route(
            f"products/<int:pk>/{verb}/",
            getattr(setup, f"product_{verb}"),
            name=f"product_{verb}",
            permission=f"crm.product.{verb}",
        )
        for verb in VERBS
    ),
    route("settings/pipelines/", setup.pipeline_list, name="pipeline_list", permission="crm.pipeline.view"),
    *(
        pattern
        for kind, address in (("pipeline", "pipelines"), ("stage", "stages"), ("lossreason", "loss-reasons"))
        for pattern in (
            route(
                f"settings/{address}/new/",
                getattr(setup, f"{kind}_create"),
                name=f"{kind}_create",
                permission=f"crm.{kind}.create",
            ),
            *(
                route(
                    f"settings/{address}/<int:pk>/{verb}/",
                    getattr(setup, f"{kind}_{verb}"),
                    name=f"{kind}_{verb}",
                    permission=f"crm.{kind}.{verb}",
                )
                for verb in VERBS
            ),
        )
    ),
    route("routing/", routing.queue, name="routing_queue", permission="crm.routing.settle"),
    route("routing/<int:pk>/give/", routing.routing_settle, name="routing_settle", permission="crm.routing.settle"),
    route("routing/of/<str:kind>/<int:pk>/", routing.routing_of, name="routing_of", permission="crm.routing.view"),
    route("routing/rules/", routing.rule_list, name="routing_rules", permission=f"{RULE}.view"),
    route("routing/rules/new/", routing.rule_create, name="routingrule_create", permission=f"{RULE}.create"),
    route("routing/rules/<int:pk>/", routing.rule_detail, name="routingrule_detail", permission=f"{RULE}.view"),
    route("routing/rules/<int:pk>/try/", routing.rule_try, name="routingrule_try", permission=f"{RULE}.view"),
    route("routing/rules/<int:pk>/on/", routing.rule_on, name="routingrule_on", permission=f"{RULE}.switch"),
    route("routing/rules/<int:pk>/off/", routing.rule_off, name="routingrule_off", permission=f"{RULE}.switch"),
    route("routing/seats/<int:pk>/", routing.seat_remove, name="routingseat_remove", permission=f"{RULE}.unseat"),
    *(
        route(
            f"routing/rules/<int:pk>/{verb}/",
            getattr(routing, f"rule_{verb}"),
            name=f"routingrule_{verb}",
            permission=f"{RULE}.{verb}",
        )
        for verb in (*VERBS, "require", "seat")
    ),
    route("customers/<int:pk>/route/", routing.account_route, name="account_route", permission="crm.account.route"),
    route("members/<int:pk>/deals/", panels.member_deals, name="member_deals", permission="crm.deal.view"),
    route("members/<int:pk>/serves/", panels.member_serves, name="member_serves", permission="crm.account.view"),
    route("members/<int:pk>/customers/", panels.member_accounts, name="member_accounts", permission="crm.account.view"),
]
