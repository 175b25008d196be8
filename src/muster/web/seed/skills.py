# ruff: noqa: E501 - a table of words
"""What the people of the demo company are good at: a taxonomy, what positions ask for, and evidence by source."""

import datetime as dt

from muster.people.models import Member, Skill, SkillCategory, SkillEvidence, SkillRequirement, Source
from muster.web.seed.people import Company

# category, name, Chinese name, other names, behaviour at levels 1, 3 and 5, how many in a hundred hold it
SKILLS = [
    ("industry", "Medical", "医疗", "医药", ("听得懂客户的科室与采购流程", "能独立跑通一家三甲医院的招采", "区域内的医疗客户都愿意先问他"), 30),
    ("industry", "Manufacturing", "制造", "工厂", ("看得懂产线布局图", "能和生产、设备两个部门谈清痛点", "能为整厂改造做方案评审"), 60),
    ("industry", "Logistics", "物流", "仓储", ("了解仓储作业环节", "能算清一座仓的投入产出", "参与过百万级自动化仓项目"), 45),
    ("product", "Smart warehouse", "智能仓储系统", "WMS", ("能讲清标准版与旗舰版的差别", "能独立做产品演示并答疑", "能带客户做总体规划"), 70),
    ("product", "Visual inspection", "产线视觉检测", "机器视觉", ("知道适用的工件与节拍", "能配合工程师完成打样", "能判断项目可行性并定方案"), 40),
    ("product", "Device cloud", "设备云平台", "物联网", ("会开通试用账号", "能讲清接入方式与年费构成", "能设计多工厂部署方案"), 35),
    ("language", "English", "英语", "", ("能看懂英文邮件", "能用英语开会", "能用英语谈判合同条款"), 40),
    ("language", "Cantonese", "粤语", "广东话", ("听得懂日常对话", "能用粤语拜访客户", "母语水平"), 18),
    ("language", "Japanese", "日语", "", ("能看懂日文资料", "能用日语接待客户", "能用日语谈判"), 3),
    ("ability", "Discovery", "需求挖掘", "SPIN", ("会按提纲提问", "能问出预算、时间与决策链", "能引导客户重新定义问题"), 85),
    ("ability", "Negotiation", "商务谈判", "议价", ("了解折扣权限与底线", "能用交换代替让步", "能主持百万级合同谈判"), 65),
    ("ability", "Tenders", "招投标", "投标", ("能按清单备齐资质", "能独立编写商务标", "能主持大型项目投标"), 30),
    ("ability", "Coaching", "带教辅导", "教练", ("愿意带新人", "能做陪访与复盘", "带出过两名以上团队经理"), 15),
]  # fmt: skip
REQUIRED = {
    "rep": [("需求挖掘", 2), ("智能仓储系统", 2)],
    "senior": [("需求挖掘", 3), ("智能仓储系统", 3), ("商务谈判", 3)],
    "lead": [("需求挖掘", 4), ("商务谈判", 4), ("带教辅导", 3)],
    "branch": [("商务谈判", 4), ("带教辅导", 4), ("招投标", 3)],
    "region": [("商务谈判", 5), ("带教辅导", 4)],
}
LEADERS = ("lead", "branch", "region", "head")
CERTIFIED = {"招投标": ("投标专员证书", "行业协会"), "英语": ("CET-6", "教育部教育考试院")}


def make_skills(firm: Company) -> None:
    skills = _taxonomy()
    for code, asked in REQUIRED.items():
        for name, level in asked:
            SkillRequirement(position=firm.positions[code], skill=skills[name], level=level).save()
    rows: list[SkillEvidence] = []
    for member in Member.objects.unscoped("seed").filter(left_on=None).select_related("position").order_by("pk"):
        rows += _of_member(firm, member, skills)
    SkillEvidence.objects.bulk_create(rows, batch_size=500)


def _taxonomy() -> dict[str, Skill]:
    shelves = {one.code: one for one in SkillCategory.objects.unscoped("seed")}
    found = {}
    for shelf, name, name_zh, aliases, said, _share in SKILLS:
        levels = {"level_1": said[0], "level_3": said[1], "level_5": said[2]}
        found[name_zh] = Skill(category=shelves[shelf], name=name, name_zh=name_zh, aliases=aliases, **levels)
        found[name_zh].save()
    return found


def _of_member(firm: Company, member: Member, skills: dict[str, Skill]) -> list[SkillEvidence]:
    code = next(key for key, one in firm.positions.items() if one.pk == member.position_id)
    asked = dict(REQUIRED.get(code, []))
    made = []
    for _shelf, _name, name, _aliases, _said, share in SKILLS:
        if name in asked or firm.random.random() * 100 < share * (0.45 if code in ("ops", "admin") else 1):
            made += _evidence(firm, member, skills[name], asked.get(name), code in LEADERS)
    return made


def _evidence(firm: Company, member: Member, skill: Skill, asked: int | None, leads: bool) -> list[SkillEvidence]:
    """The member's own word, mostly a manager's, now and then a test or a certificate."""
    random = firm.random
    usual = asked or (3 if leads else 2)
    level = max(1, min(5, usual + random.choice([-1, -1, 0, 0, 0, 1])))
    said = firm.day - dt.timedelta(days=random.randint(20, 420))
    first = max(said, member.hired_on or said)
    made = [SkillEvidence(member=member, skill=skill, source=Source.SELF, level=level, on=first)]
    later = min(first + dt.timedelta(days=random.randint(1, 60)), firm.day)
    if member.manager_id and random.random() < 0.7:
        seen = max(1, min(5, level + random.choice([-1, 0, 0, 0, 1])))
        manager = SkillEvidence(member=member, skill=skill, source=Source.MANAGER, level=seen, on=later)
        manager.by_id = member.manager_id
        made.append(manager)
    if random.random() < 0.15:
        made.append(_tested(firm, member, skill, level, later))
    return made


def _tested(firm: Company, member: Member, skill: Skill, level: int, day: dt.date) -> SkillEvidence:
    row = SkillEvidence(member=member, skill=skill, source=Source.TEST, level=level, on=day, note="产品认证考试")
    if skill.name_zh in CERTIFIED:
        row.note, row.issuer = CERTIFIED[skill.name_zh]
        row.number = f"{firm.random.randint(10_000_000, 99_999_999)}"
        row.valid_until = day + dt.timedelta(days=365 + firm.random.randint(-60, 365))
    return row
