"""Development plans of the shown team, and customers who were told at a handover."""

import datetime as dt

from django.utils import timezone

from muster.crm.models import Contact
from muster.people.actions.growth import goals, set_next_role
from muster.people.models import Handover, HandoverLetter, Member, SkillRequirement
from muster.web.seed.people import Company

TEAM = "R1-1-1"
DOING = {
    "需求挖掘": "参加《顾问式销售》两天课程，随主管陪访三家重点客户并做复盘",
    "商务谈判": "完成线上谈判课，主导一次年度框架合同谈判",
    "智能仓储系统": "通过旗舰版产品认证，独立完成两次现场演示",
}
SUBJECT = "您的客户经理变更通知"
BODY = (
    "{contact}您好：\n\n感谢您一直以来对我们的支持。{old}因工作调整，已将{customer}的服务工作移交给{new}，"
    "此前约定的事项均已交接，不受影响。\n\n今后请联系{new}（手机 {phone}），也可以直接回复本邮件。\n\n顺祝商祺"
)


NEXT = {"rep": "senior", "senior": "lead"}


def plan_growth(firm: Company) -> None:
    """Who sells in the shown team works towards the next position, each with a goal or two; some are due soon."""
    people = Member.objects.unscoped("seed").filter(unit=firm.units[TEAM], status=Member.Status.ACTIVE)
    for code, after in NEXT.items():
        rows = people.filter(position=firm.positions[code]).select_related("manager").order_by("pk")
        for at, member in enumerate(rows):
            set_next_role(firm.actor, member, position=firm.positions[after])
            _goals(firm, member, after, at)


def _goals(firm: Company, member: Member, after: str, at: int) -> None:
    asked = SkillRequirement.objects.unscoped("seed").filter(position=firm.positions[after]).order_by("pk")
    for step, one in enumerate(asked.select_related("skill")[: 1 + at % 2]):
        day = firm.day + dt.timedelta(days=(60, 12, 120)[(at + step) % 3])
        level = min(5, one.level + at % 2)
        doing = DOING.get(one.skill.name_zh, "")
        goals.create(
            firm.actor, member=member, skill=one.skill, level=level, due_on=day, doing=doing, coach=member.manager
        )


def give_addresses(leaver: Member) -> None:
    """Some contacts of a leaver have an address, of a domain that belongs to nobody."""
    rows = Contact.objects.unscoped("seed").filter(owner=leaver).order_by("pk")
    for at, contact in enumerate(rows):
        contact.email = f"contact{contact.pk}@example.com"
        if at == 1:  # one of them wants no mails
            contact.no_mail, contact.opt_out_source = True, "邮件退订"
        contact.save()


def note_letters(row: Handover) -> None:
    """The mails of the demo went out but for one; nothing is sent by it."""
    sent = HandoverLetter.State.SENT
    row.letters.update(state=sent, sent_at=timezone.now() - dt.timedelta(hours=3))
    last = row.letters.order_by("pk").last()
    if last is not None:
        failed = HandoverLetter.State.FAILED
        HandoverLetter.objects.filter(pk=last.pk).update(state=failed, sent_at=None, error="550 5.1.1 user unknown")
