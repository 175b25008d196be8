"""A branch that reports: two weeks of daily reports, today's drafted, one missing, some read and commented; an
instruction, a deal that may wait, and the briefing of this morning."""

import datetime as dt

from django.utils import timezone

from muster.access.actors import actor_for
from muster.access.scope import Actor
from muster.activities.actions.comment import add_comment
from muster.activities.models import Activity
from muster.core import workdays
from muster.crm.actions.snooze import snooze_deal
from muster.crm.queries import stale_deals
from muster.people.models import Member
from muster.reporting.actions.briefing import briefings, send_due
from muster.reporting.actions.report import begun, correct_report
from muster.reporting.actions.template import ensure_default_templates, templates
from muster.reporting.models import Report, ReportContent, ReportTemplate
from muster.reporting.queries.content import content_of
from muster.reporting.queries.due import Duty, duties
from muster.web.seed.people import Company

BRANCH, TEAM = "R1-1", "R1-1-1"
DAYS = 10
ANSWERS = [
    "客户采购要求三份报价对比，想请产品部协助出一版参数表。",
    "",
    "下周二拜访需要技术同事一起去。",
    "价格审批希望能快一点，客户周五定。",
    "暂无。",
]
HELP = [{"text": "需要什么支持？", "required": False}]


def make_reports(firm: Company) -> None:
    ensure_default_templates()
    daily = ReportTemplate.objects.unscoped("seed").get(kind="day")
    templates.edit(firm.actor, daily, name="销售日报", unit=firm.units[BRANCH], questions=HELP, is_on=True)
    weekly = ReportTemplate.objects.unscoped("seed").get(kind="week")
    templates.edit(firm.actor, weekly, name="销售周报", unit=firm.units[BRANCH], is_on=True)
    today = workdays.shift(firm.day, 0)
    for back in range(DAYS, 0, -1):
        _day(firm, workdays.shift(today, -back), missing=back == 1)
    Report.objects.bulk_create(begun(one) for one in duties("day", firm.day))
    _said(firm)
    _wait(firm)
    _brief(firm)


def _day(firm: Company, day: dt.date, missing: bool) -> None:
    for at, duty in enumerate(duties("day", day)):
        row = begun(duty)
        left_out = missing and duty.member.unit_id == firm.units[TEAM].pk and at % 4 == 2
        if not left_out:
            _send(firm, row, duty)
        row.save()
        if not left_out:
            ReportContent(report=row, body=content_of(firm.actor, duty.member, duty.period)).save()


def _send(firm: Company, row: Report, duty: Duty) -> None:
    """Most in time, one in twelve late, most of them read the next morning."""
    late = firm.random.random() < 0.08
    row.state, row.is_late = Report.State.SENT, late
    row.sent_at = row.due_at + dt.timedelta(minutes=firm.random.randint(5, 90) * (1 if late else -1))
    row.answers = [{"question": HELP[0]["text"], "answer": firm.random.choice(ANSWERS)}]
    read = row.sent_at + dt.timedelta(hours=firm.random.choice([1, 13, 14]))
    row.seen_at = read if read < timezone.now() and firm.random.random() < 0.9 else None


def _who(firm: Company) -> tuple[Member, Actor, Actor]:
    """The representative and the manager whose logins are shown."""
    names = {role: name for role, name, _user, _password in firm.logins}
    rows = Member.objects.unscoped("seed").select_related("user")
    rep, lead = (rows.get(name=names[role], user__isnull=False) for role in ("rep", "manager"))
    return rep, actor_for(rep.user), actor_for(lead.user)


def _said(firm: Company) -> None:
    rep, his, boss = _who(firm)
    rows = Report.objects.unscoped("seed").filter(member=rep, state=Report.State.SENT).order_by("-starts_on")
    last, before = rows[:2]
    report = {"model": "reporting.report", "object_id": last.pk}
    add_comment(boss, body=f"@{rep.name} 报价对比表我已请产品部准备，明天中午前给你。", **report)
    add_comment(his, body="收到，谢谢！", **report)
    due = workdays.shift(firm.day, 1)
    add_comment(boss, kind="instruction", body="把本周报价的三家客户逐一回访，确认决策时间。", due_on=due, **report)
    correct_report(his, before, text="补充：下午还电话联系了财务，付款流程已走到审批。")
    work = (
        Activity.objects.unscoped("seed").filter(owner=rep, done_on__isnull=False).order_by("-done_on", "-pk").first()
    )
    if work is not None:
        about = {"model": "activities.activity", "object_id": work.pk}
        add_comment(boss, body="这个客户要尽快约到采购负责人。", **about)


def _wait(firm: Company) -> None:
    _rep, _his, boss = _who(firm)
    found = stale_deals(boss)[:2]
    if len(found) > 1:
        snooze_deal(boss, found[0], until=workdays.shift(firm.day, 10), reason="客户预算下个季度才批，届时再跟进")


def _brief(firm: Company) -> None:
    for name, kind in (("销售早报", "day"), ("销售周简报", "week")):
        briefings.create(firm.actor, name=name, kind=kind, send_at=dt.time(8, 30))
    day = firm.day if workdays.is_workday(firm.day) else workdays.shift(firm.day, -1)
    send_due(timezone.make_aware(dt.datetime.combine(day, dt.time(8, 35))))
