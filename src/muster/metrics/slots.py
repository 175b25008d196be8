"""Where the metrics room shows itself."""

from django.utils.translation import gettext_lazy as _

from muster.core import nav, slots
from muster.crm.routed import provide_wins
from muster.metrics.results import results_by_name
from muster.metrics.strength import wins_by_industry
from muster.people.skills.results import provide_results

provide_wins(wins_by_industry)
provide_results(results_by_name)

nav.register(nav.Item("day", _("Home"), "home", "home", "", 10, "h"))
nav.register(nav.Item("results", _("Dashboard"), "chart-bar", "dashboard", "crm.deal.view", 10, "p"))
nav.register(nav.Item("results", _("Won and lost"), "scale", "win_loss", "crm.deal.view", 15))
nav.register(nav.Item("results", _("Funnel"), "filter", "funnel", "crm.deal.view", 16))
nav.register(
    nav.Item("structure", _("Seats and headcount"), "users-group", "headcount", "people.headcountplan.view", 22)
)
nav.register(nav.Item("results", _("What numbers mean"), "book", "metric_list", "metrics.dashboard.view", 90))

nav.register(nav.Item("results", _("Completeness"), "checklist", "completeness_trend", "crm.accountscore.view", 20))
slots.register(
    slots.Slot(
        "people.member",
        "standing",
        _("Standing this quarter"),
        "member_standing",
        "people.member.performance",
        "main",
        10,
        "chart-bar",
    )
)
slots.register(
    slots.Slot(
        "people.member",
        "performance",
        _("Performance"),
        "member_performance",
        "people.member.performance",
        "performance",
        30,
        "chart-bar",
    )
)
slots.register(
    slots.Slot(
        "people.member",
        "strength",
        _("Strengths"),
        "member_strength",
        "people.member.performance",
        "performance",
        31,
        "trophy",
    )
)
slots.register(
    slots.Slot(
        "people.member",
        "mentors",
        _("Who could mentor"),
        "member_mentors",
        "people.growthgoal.view",
        "growth",
        20,
        "users",
    )
)
slots.register(
    slots.Slot(
        "crm.account", "group", _("Group of companies"), "account_group", "crm.account.view", "main", 10, "sitemap"
    )
)
slots.register(
    slots.Slot("crm.pool", "numbers", _("Pool numbers"), "pool_numbers", "crm.poolstay.view", "main", 10, "chart-bar")
)
