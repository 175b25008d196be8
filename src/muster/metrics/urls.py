"""Addresses of the metrics room."""

from muster.access.routes import EVERYBODY, route
from muster.metrics.views import completeness, dashboard, group, headcount, pools, strength, winloss

urlpatterns = [
    route("", dashboard.home, name="home", permission=EVERYBODY),
    route("dashboard/", dashboard.dashboard, name="dashboard", permission="metrics.dashboard.view"),
    route("win-loss/", winloss.win_loss, name="win_loss", permission="crm.deal.view"),
    route("funnel/", winloss.funnel, name="funnel", permission="crm.deal.view"),
    route("metrics/", dashboard.metric_list, name="metric_list", permission="metrics.dashboard.view"),
    route("metrics/<slug:key>/rows/", dashboard.metric_rows, name="metric_rows", permission="metrics.dashboard.view"),
    route("customers/<int:pk>/group/", group.account_group, name="account_group", permission="crm.account.view"),
    route(
        "customers/completeness/trend/",
        completeness.completeness_trend,
        name="completeness_trend",
        permission="crm.accountscore.view",
    ),
    route("pools/<int:pk>/numbers/", pools.pool_numbers, name="pool_numbers", permission="crm.poolstay.view"),
    route("people/headcount/", headcount.headcount, name="headcount", permission="people.headcountplan.view"),
    route(
        "people/<int:pk>/performance/",
        dashboard.member_performance,
        name="member_performance",
        permission="people.member.performance",
    ),
    route(
        "people/<int:pk>/standing/",
        strength.member_standing,
        name="member_standing",
        permission="people.member.performance",
    ),
    route(
        "people/<int:pk>/mentors/", strength.member_mentors, name="member_mentors", permission="people.growthgoal.view"
    ),
    route(
        "people/<int:pk>/strength/",
        strength.member_strength,
        name="member_strength",
        permission="people.member.performance",
    ),
]
