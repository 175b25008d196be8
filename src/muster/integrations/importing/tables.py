"""The tables anybody may bring. A column's label, type, length, choices and whether it is needed come from the model;
here stands how else people head it, in Chinese and English."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from muster.activities.models import Activity, Task
from muster.core.fields import CURRENCIES
from muster.crm.models import Account, Contact, Deal, Lead, Product
from muster.integrations.importing import parsing
from muster.integrations.importing.sentences import Wrong, original
from muster.people.models import Assignment, CalendarDay, Member

CREATED_AT = ("创建时间", "创建日期", "create date", "created", "created date", "created time")
POSTCODE = ("邮编", "邮政编码", "zip", "postal code")
LANGUAGES = ("zh-hans", "en")
LONGEST_TEXT, LONGEST_KEY = 10_000, 190
MOST_SMALL = 32_767
# What people write in a choice besides its key and its labels.
CHOICES: dict[str, dict[Any, tuple[str, ...]]] = {
    "status": {"active": ("在岗", "正式"), "left": ("已离职", "terminated"), "onboarding": ("试用", "probation")},
    "level": {
        "key": ("重点", "A", "重点客户", "A（重点客户）"),
        "normal": ("B", "普通客户", "B（普通客户）"),
        "small": ("C", "非优先客户", "C（非优先客户）"),
    },
    "kind": {
        "visit": ("上门拜访", "现场拜访", "外勤", "site visit"),
        "call": ("打电话", "电话沟通", "phone", "phone call", "calls", "inbound", "outbound"),
        "email": ("mail", "发邮件", "电子邮件", "emails", "list email"),
        "meeting": ("event", "meetings", "开会", "会面"),
        "wechat": ("微信", "微信沟通", "wechat message", "企业微信"),
        "other": ("其他", "其它", "others"),
        "note": ("notes", "备注", "记录", "跟进"),
    },
    "counts_as": {
        "off": ("放假", "休", "休假", "休息", "休息日", "法定假日", "节假日", "假期", "off", "holiday"),
        "worked": ("上班", "班", "补班", "调休上班", "上班日", "工作日", "workday", "working day", "work"),
    },
    "priority": {1: ("lowest",), 2: ("medium", "中"), 3: ("urgent", "highest", "紧急")},
}


class Column:
    """A field of MODEL as a column of a file; with `link`, what it names is looked up among those records."""

    def __init__(self, model: Any, key: str, *names: str, needed: bool | None = None, link: str = "") -> None:
        self.key, self.names, self.link = key, names, link
        self.field: Any = model._meta.get_field(key)
        self.needed = not (self.field.blank or self.field.has_default()) if needed is None else needed
        self.words = {word: value for value, said in CHOICES.get(key, {}).items() for word in said}

    @property
    def label(self) -> Any:
        return self.field.verbose_name

    @cached_property
    def money(self) -> bool:
        return isinstance(self.field, models.BigIntegerField)

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """All that a file may call it; its label in each language first."""
        return (*labels(self.label), self.key, *self.names)

    @cached_property
    def read(self) -> Callable[[str], Any]:
        """From text to value; raises `Wrong`."""
        if self.field.choices and self.key != "currency":
            return self._choice
        if self.key == "currency":
            return _currency
        kinds: list[tuple[Any, Callable[[str], Any]]] = [
            (models.BooleanField, parsing.flag),
            (models.DateTimeField, parsing.moment),
            (models.DateField, parsing.day),
            (models.PositiveSmallIntegerField, lambda text: parsing.whole(text, MOST_SMALL)),
            (models.PositiveIntegerField, parsing.whole),
            (models.EmailField, self._email),
            (models.URLField, self._url),
        ]
        return next((read for kind, read in kinds if isinstance(self.field, kind)), self._text)

    def _text(self, text: str) -> str:
        most = self.field.max_length or LONGEST_TEXT
        if len(text) > most:
            raise Wrong(_("“%(text)s…” is longer than %(most)s characters."), text=text[:20], most=most)
        return text

    def _email(self, text: str) -> str:
        try:
            validate_email(parsing.plain(text))
        except ValidationError as error:
            raise Wrong(_("“%(text)s” is not an e-mail address."), text=text[: parsing.SHOWN]) from error
        return self._text(parsing.plain(text))

    def _url(self, text: str) -> str:
        address = text if "://" in text else f"https://{text}"
        try:
            self.field.run_validators(address)
        except ValidationError as error:
            raise Wrong(_("“%(text)s” is not a web address."), text=text[: parsing.SHOWN]) from error
        return address

    def _choice(self, text: str) -> Any:
        found = self._choices.get(parsing.bare(text))
        if found is None:
            offered = [label for _key, label in self.field.choices]
            raise Wrong(_("“%(text)s” is none of: %(choices)s."), text=text[: parsing.SHOWN], choices=offered)
        return found

    @cached_property
    def _choices(self) -> dict[str, Any]:
        found = {parsing.bare(word): value for word, value in self.words.items()}
        for value, label in self.field.choices:
            found |= {parsing.bare(word): value for word in (str(value), *labels(label))}
        return found


class Origin(Column):
    """What the record had where it came from: its number there, who made it, when."""

    def __init__(self, key: str, label: Any, *names: str) -> None:
        self.key, self.names, self.link, self.needed, self._label = key, names, "", False, label

    label = property(lambda self: self._label)
    money = False

    @cached_property
    def read(self) -> Callable[[str], Any]:
        return parsing.moment if self.key == "created_at" else self._short

    def _short(self, text: str) -> str:
        if len(text) > LONGEST_KEY:
            raise Wrong(_("“%(text)s…” is longer than %(most)s characters."), text=text[:20], most=LONGEST_KEY)
        return text


def labels(text: Any) -> list[str]:
    found = []
    for language in LANGUAGES:
        with translation.override(language):
            found.append(str(text))
    return [*dict.fromkeys([*found, original(text)])]


def _currency(text: str) -> str:
    code = parsing.plain(text).upper()
    found = next((fits[0] for sign, fits in parsing.SIGNS.items() if sign == code), code)
    if found not in CURRENCIES:
        raise Wrong(_("“%(text)s” is no currency: write for example CNY or USD."), text=text[: parsing.SHOWN])
    return found


@dataclass(frozen=True)
class Table:
    """`known_by`: what makes a row one and the same record where it has no external id, best first. `unique`: those
    that no two records may share."""

    key: str
    model: Any
    label: Any
    columns: tuple[Column, ...]
    known_by: tuple[tuple[str, ...], ...]
    unique: tuple[str, ...] = ()

    def column(self, key: str) -> Column:
        return next(one for one in self.columns if one.key == key)


def _origin() -> tuple[Column, ...]:
    return (
        Origin(
            "external_id", _("External ID"), "外部编号", "外部ID", "record id", "id", "opportunity id", "account id"
        ),
        Origin("created_by", _("Created by"), "创建人", "创建者", "creator", "创建用户"),
        Origin("created_at", _("Created on"), *CREATED_AT),
    )


def _owner(model: Any) -> Column:
    names = ("所有人", "归属人", "业务员", "销售", "owner name", "account owner", "deal owner", "contact owner")
    return Column(model, "owner", *names, needed=False, link="member")


NOTES = ("说明", "描述", "note", "description", "remark", "remarks")

MEMBERS = Table(
    "members",
    Member,
    _("Members"),
    (
        Column(Member, "name", "员工姓名", "成员", "name", "employee name"),
        Column(Member, "employee_no", "员工编号", "员工号", "employee id", "staff no", needed=False),
        Column(Member, "phone", "手机号", "手机号码", "手机号（登录名）", "电话", "mobile", "phone", "telephone"),
        Column(Member, "work_email", "邮箱", "电子邮箱", "企业邮箱", "email", "mail"),
        Column(Member, "reading", "姓名拼音", "拼音", "pinyin"),
        Column(Member, "preferred_name", "英文名", "昵称", "nickname", "english name"),
        Column(Assignment, "unit", "所属部门", "department", "team", "office", link="unit"),
        Column(Assignment, "position", "职位", "职务", "job title", "title", link="position"),
        Column(Assignment, "grade", "级别", "level", link="grade"),
        Column(
            Assignment, "manager", "上级", "直接上级", "直属上级", "主管", "reports to", "supervisor", link="member"
        ),
        Column(Member, "status", "员工状态", "在职状态", "employment status"),
        Column(Member, "hired_on", "入职时间", "hire date", "start date", "date of joining"),
        Column(Member, "left_on", "离职时间", "termination date", "leaving date"),
        Column(Member, "personal_email", "私人邮箱"),
        Column(Member, "work_place", "办公地点", "location"),
        Column(Member, "languages", "语种", "language"),
        Column(Member, "time_zone"),
        Column(Member, "about", *NOTES),
        *_origin(),
    ),
    (("employee_no",), ("work_email",), ("phone",)),
    ("employee_no",),
)
ACCOUNTS = Table(
    "accounts",
    Account,
    _("Accounts"),
    (
        Column(Account, "name", "客户名称", "公司名称", "客户", "account name", "account", "company", "company name"),
        Column(Account, "industry", "客户行业", "所属行业", "sector"),
        Column(Account, "source", "客户来源", "线索来源", "account source", "lead source", link="leadsource"),
        Column(Account, "level", "客户级别", "客户等级", "tier"),
        Column(Account, "phone", "电话", "手机", "公司电话", "telephone", "company phone"),
        Column(Account, "website", "网址", "官网", "网站", "url", "web site"),
        Column(Account, "country", "国家", "country"),
        Column(Account, "province", "省", "省份", "所在省份", "billing state", "state"),
        Column(Account, "city", "所在城市", "billing city"),
        Column(Account, "district", "区", "区县", "所在区县"),
        Column(Account, "address", "详细地址", "billing street", "street"),
        Column(Account, "postcode", "billing zip/postal code", "billing postal code", *POSTCODE),
        Column(Account, "founded_in", "year established"),
        Column(Account, "employees", "人数", "number of employees"),
        Column(Account, "annual_revenue", "年营业额", "年收入", "revenue"),
        Column(Account, "currency"),
        _owner(Account),
        Column(Account, "pool", "所属公海", "公海名称", "pool", link="pool"),
        Column(Account, "contract_ends_on", "合同结束日期", "合同到期", "contract end", "contract ends on"),
        Column(Account, "parent", "母公司", "上级客户", "parent account", "subsidiary of", link="account"),
        Column(Account, "notes", *NOTES),
        *_origin(),
    ),
    (("name",),),
)
CONTACTS = Table(
    "contacts",
    Contact,
    _("Contacts"),
    (
        Column(Contact, "name", "姓名", "联系人", "联系人姓名", "contact name", "full name"),
        Column(Contact, "account", "客户名称", "公司", "公司名称", "account name", "company", link="account"),
        Column(Contact, "title", "职位", "岗位", "title"),
        Column(Contact, "phone", "手机号", "手机号码", "电话", "mobile", "mobile phone"),
        Column(Contact, "email", "电子邮箱", "email", "email address", "mail"),
        Column(Contact, "wechat", "微信号", "wechat id"),
        Column(Contact, "province", "省", "省份", "所在省份", "mailing state", "state"),
        Column(Contact, "city", "城市", "所在城市", "mailing city"),
        Column(Contact, "district", "区", "区县", "所在区县"),
        Column(Contact, "address", "详细地址", "联系地址", "mailing street", "street"),
        Column(Contact, "postcode", "mailing zip/postal code", *POSTCODE),
        Column(Contact, "decides", "是否关键决策人", "关键决策人"),
        Column(Contact, "no_mail", "拒收邮件", "email opt out", "HasOptedOutOfEmail", "do not email"),
        Column(Contact, "no_calls", "拒接电话", "do not call", "DoNotCall", "donotphone"),
        Column(Contact, "no_messages", "拒收消息", "拒收短信", "sms opt out", "do not text"),
        Column(Contact, "opt_out_on", "拒收日期", "opt out date"),
        Column(Contact, "opt_out_source", "拒收来源", "opt out source"),
        _owner(Contact),
        Column(Contact, "notes", *NOTES),
        *_origin(),
    ),
    (("account", "name"),),
)
PRODUCTS = Table(
    "products",
    Product,
    _("Products"),
    (
        Column(Product, "code", "产品编码", "产品编号", "product code", "sku"),
        Column(Product, "name", "产品名称", "产品", "product name", "product"),
        Column(Product, "family", "产品类型", "产品类别", "product family", "category", "series"),
        Column(Product, "list_price", "价格", "单价", "标准价格", "price", "sales price"),
        Column(Product, "currency"),
        Column(Product, "is_active", "是否上架", "active"),
        *_origin(),
    ),
    (("code",),),
    ("code",),
)
DEALS = Table(
    "deals",
    Deal,
    _("Deals"),
    (
        Column(Deal, "name", "商机名称", "商机", "deal name", "opportunity name", "opportunity"),
        Column(Deal, "account", "客户名称", "account name", "company", link="account"),
        Column(Deal, "amount", "商机金额", "预计金额", "value", "deal value", "close value"),
        Column(Deal, "currency"),
        Column(Deal, "pipeline", "商机组", "商机流程", "sales process", needed=False, link="pipeline"),
        Column(Deal, "stage", "商机阶段", "销售阶段", "deal stage", needed=False, link="stage"),
        _owner(Deal),
        Column(Deal, "contact", "客户联系人", "contact name", link="contact"),
        Column(Deal, "product", "产品名称", "product name", link="product"),
        Column(Deal, "opened_on", "商机日期", "立项日期", "open date", "engage date"),
        Column(Deal, "expected_on", "预计成交日期", "预计签约日期", "expected close date"),
        Column(Deal, "closed_on", "成交日期", "结单日期", "close date", "closed date"),
        Column(Deal, "loss_reason", "丢单原因", "lost reason", link="lossreason"),
        Column(Deal, "next_step", "下一步计划", "next action"),
        Column(Deal, "notes", *NOTES),
        *_origin(),
    ),
    (("account", "name"),),
)
LEADS = Table(
    "leads",
    Lead,
    _("Leads"),
    (
        Column(Lead, "name", "姓名", "线索名称", "联系人", "lead name", "full name", "contact name"),
        Column(Lead, "company", "公司名称", "客户名称", "company name", "account name"),
        Column(Lead, "title", "职位", "title"),
        Column(Lead, "phone", "手机号", "手机号码", "电话", "mobile", "mobile phone"),
        Column(Lead, "email", "邮箱", "电子邮箱", "email address", "mail"),
        Column(Lead, "wechat", "微信号", "wechat id"),
        Column(Lead, "pool", "所属公海", "公海名称", "pool", link="pool"),
        Column(Lead, "source", "线索来源", "lead source", link="leadsource"),
        Column(Lead, "level", "线索级别", "客户级别", "rating"),
        Column(Lead, "industry", "所属行业", "sector"),
        Column(Lead, "city", "所在城市"),
        Column(Lead, "came_on", "线索日期", "日期", "date"),
        _owner(Lead),
        Column(Lead, "notes", *NOTES),
        *_origin(),
    ),
    (("name", "company"),),
)
TASKS = Table(
    "tasks",
    Task,
    _("Tasks"),
    (
        Column(Task, "title", "任务", "任务名称", "标题", "主题", "subject", "name", "task name"),
        _owner(Task),
        Column(Task, "account", "客户名称", "公司名称", "account name", "company", link="account"),
        Column(Task, "deal", "商机名称", "deal name", "opportunity", link="deal"),
        Column(Task, "lead", "线索名称", "lead name", link="lead"),
        Column(Task, "priority"),
        Column(Task, "due_on", "截止时间", "结束时间", "到期日", "due date", "deadline"),
        Column(Task, "done_on", "完成时间", "completed on", "completed date"),
        Column(Task, "notes", "任务描述", *NOTES),
        *_origin(),
    ),
    (("account", "owner", "due_on", "title"),),
)
ACTIVITIES = Table(
    "activities",
    Activity,
    _("Activities"),
    (
        Column(Activity, "kind", "类型", "跟进方式", "记录类型", "活动类型", "type", "activity type"),
        Column(Activity, "subject", "标题", "title", "name"),
        Column(Activity, "body", "跟进内容", "跟进记录", "沟通内容", "内容", "comments", *NOTES),
        Column(Activity, "outcome", "跟进结果", "result"),
        Column(Activity, "next_step", "下一步计划", "next action"),
        _owner(Activity),
        Column(Activity, "account", "客户名称", "所属客户", "公司名称", "account name", "company", link="account"),
        Column(Activity, "contact", "联系人", "相关联系人", "contact name", link="contact"),
        Column(Activity, "deal", "商机名称", "相关商机", "deal name", "opportunity", link="deal"),
        Column(Activity, "lead", "线索名称", "lead name", link="lead"),
        Column(Activity, "done_at", "跟进时间", "完成时间", "activity date", "date"),
        Column(Activity, "planned_at", "计划时间", "开始时间", "planned for", "start time"),
        Column(Activity, "minutes", "时长", "duration", "duration in minutes"),
        *_origin(),
    ),
    (("account", "owner", "planned_at", "done_at", "subject"),),
)
CALENDAR = Table(
    "calendar",
    CalendarDay,
    _("Holidays and make-up days"),
    (
        Column(CalendarDay, "day", "日期", "date"),
        Column(CalendarDay, "counts_as", "类型", "安排", "是否上班", "type", "kind"),
        Column(CalendarDay, "name", "节日", "节日名称", "假日", "假期名称", "holiday", "holiday name", "summary"),
        Column(CalendarDay, "country", "国家", "地区", "country code"),
        *_origin(),
    ),
    (("country", "day"),),
)
TABLES = {one.key: one for one in (MEMBERS, ACCOUNTS, CONTACTS, PRODUCTS, DEALS, LEADS, TASKS, ACTIVITIES, CALENDAR)}
