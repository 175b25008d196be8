"""Skills: who says how good somebody is, which of them counts, what is missing, who can do what is asked for."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from muster.access.action import Conflict
from muster.access.models import Event
from muster.access.scope import Actor, Forbidden
from muster.people.actions.skill import (
    assess_skill,
    categories,
    declare_skill,
    ensure_default_categories,
    merge_skill,
    require_skill,
    skills,
    withdraw_evidence,
)
from muster.people.models import Member, Skill, SkillCategory, SkillEvidence, SkillRequirement
from muster.people.skills.levels import lines_of
from muster.people.skills.search import find, parse, understand
from muster.people.skills.team import matrix, single_holders
from tests import factories

pytestmark = pytest.mark.django_db
OPERATOR = Actor.operator("tests")
TODAY = dt.date(2026, 3, 10)  # a Tuesday


@pytest.fixture(autouse=True)
def _one_day():
    with time_machine.travel(dt.datetime(2026, 3, 10, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        ensure_default_categories()
        yield


def shelf(code):
    return SkillCategory.objects.unscoped("tests").get(code=code)


def skill(name, code="language", **fields):
    return skills.create(OPERATOR, name=name, category=shelf(code), **fields)


@pytest.fixture
def cantonese():
    return skill("Cantonese", name_zh="粤语", aliases="广东话, Yue")


@pytest.fixture
def medical():
    return skill("Medical devices", "industry", name_zh="医疗器械")


def confirmed(member, what, level, source="test", **said):
    return assess_skill(OPERATOR, member=member, skill=what, source=source, level=level, **said)


def line(member, what):
    return next(one for one in lines_of(OPERATOR, member) if one.skill == what)


def names(found):
    return [one.member.name for one in found]


def search(text, actor=OPERATOR):
    return names(find(actor, understand(actor, text)))


def test_an_installation_begins_with_four_categories_and_only_once():
    ensure_default_categories()
    assert list(SkillCategory.objects.unscoped("tests").values_list("name_zh", flat=True)) == [
        "行业",
        "产品",
        "语言",
        "能力",
    ]


def test_who_counts_is_manager_then_test_then_self(firm, actor, cantonese):
    declare_skill(actor("rep"), member=firm.rep, skill=cantonese, level=5)
    assert line(firm.rep, cantonese).held.level == 5
    confirmed(firm.rep, cantonese, 3, "test", on=dt.date(2025, 1, 1))
    assert line(firm.rep, cantonese).held.source == "test"
    assess_skill(actor("manager"), member=firm.rep, skill=cantonese, source="manager", level=4)
    found = line(firm.rep, cantonese)
    assert (found.held.level, found.held.source) == (4, "manager")
    assert [held.level for _label, held in found.cells] == [4, 3, 5]
    assert [held.is_stale for _label, held in found.cells] == [False, True, False]


def test_of_one_source_the_newest_counts_and_what_ended_does_not(firm, cantonese):
    confirmed(firm.rep, cantonese, 2, on=dt.date(2026, 1, 1))
    confirmed(firm.rep, cantonese, 5, on=dt.date(2025, 1, 1))
    assert line(firm.rep, cantonese).held.level == 2
    last_day = confirmed(firm.rep, cantonese, 4, on=dt.date(2026, 2, 1), valid_until=TODAY, number="C-1")
    assert line(firm.rep, cantonese).held.level == 4
    assert last_day.by_id is None
    with time_machine.travel(dt.datetime(2026, 3, 11, 4, tzinfo=dt.UTC)):
        assert line(firm.rep, cantonese).held.level == 2


def test_the_gap_is_what_the_position_asks_for_minus_the_level_held(firm, cantonese, medical):
    require_skill(OPERATOR, firm.position, skill=cantonese, level=4)
    require_skill(OPERATOR, firm.position, skill=medical, level=2)
    confirmed(firm.rep, cantonese, 3)
    confirmed(firm.peer, cantonese, 5)
    assert [(one.skill, one.gap) for one in lines_of(OPERATOR, firm.rep)] == [(medical, 2), (cantonese, 1)]
    assert line(firm.peer, cantonese).gap == -1
    require_skill(OPERATOR, firm.position, skill=medical, level=0)
    assert [one.skill for one in lines_of(OPERATOR, firm.rep)] == [cantonese]
    events = Event.objects.unscoped("tests").filter(action="people.skillrequirement.set")
    event = events.exclude(changes={}).latest("pk")
    assert (event.changes, event.context["skill"]) == ({"level": [2, 0]}, "Medical devices")


def test_nobody_speaks_in_anothers_name(firm, actor, cantonese):
    with pytest.raises(ValidationError, match="made by the member alone"):
        declare_skill(actor("rep"), member=firm.peer, skill=cantonese, level=3)
    with pytest.raises(ValidationError, match="made by the member alone"):
        assess_skill(actor("manager"), member=firm.rep, skill=cantonese, source="self", level=3)
    with pytest.raises(ValidationError, match="Nobody confirms his or her own"):
        assess_skill(actor("manager"), member=firm.manager, skill=cantonese, source="manager", level=5)
    with pytest.raises(Forbidden):
        assess_skill(actor("rep"), member=firm.peer, skill=cantonese, source="manager", level=5)
    with pytest.raises(Forbidden):
        assess_skill(actor("manager"), member=firm.director, skill=cantonese, source="manager", level=1)
    assert not SkillEvidence.objects.unscoped("tests").exists()


@pytest.mark.parametrize(
    "said", [{"level": 0}, {"level": 6}, {"on": dt.date(2026, 3, 11)}, {"valid_until": dt.date(2026, 3, 1)}]
)
def test_what_cannot_be_is_refused(firm, actor, cantonese, said):
    with pytest.raises(ValidationError):
        declare_skill(actor("rep"), member=firm.rep, skill=cantonese, **{"level": 3, **said})
    assert not SkillEvidence.objects.unscoped("tests").exists()


def test_evidence_is_withdrawn_by_those_who_gave_it(firm, actor, cantonese):
    own = declare_skill(actor("rep"), member=firm.rep, skill=cantonese, level=5)
    other = assess_skill(actor("manager"), member=firm.rep, skill=cantonese, source="manager", level=2)
    with pytest.raises(ValidationError):
        withdraw_evidence(actor("manager"), own)
    with pytest.raises(ValidationError):
        withdraw_evidence(actor("rep"), other)
    withdraw_evidence(actor("manager"), other)
    assert line(firm.rep, cantonese).held.source == "self"
    withdraw_evidence(actor("rep"), own)
    assert lines_of(OPERATOR, firm.rep) == []
    done = Event.objects.unscoped("tests").filter(action="people.skillevidence.withdraw", owner_id=firm.rep.pk)
    assert done.count() == 2


def test_merging_keeps_evidence_names_and_the_higher_requirement(firm, cantonese):
    yue = skill("Guangdong speech", name_zh="白话")
    confirmed(firm.rep, yue, 4)
    require_skill(OPERATOR, firm.position, skill=yue, level=4)
    require_skill(OPERATOR, firm.position, skill=cantonese, level=2)
    require_skill(OPERATOR, firm.lead, skill=yue, level=1)
    merge_skill(OPERATOR, yue, into=cantonese)
    assert line(firm.rep, cantonese).held.level == 4
    needed = SkillRequirement.objects.unscoped("tests").values_list("position", "skill", "level")
    assert sorted(needed) == sorted([(firm.position.pk, cantonese.pk, 4), (firm.lead.pk, cantonese.pk, 1)])
    gone = Skill.objects.unscoped("tests").get(pk=yue.pk)
    assert (gone.merged_into, gone.archived_at is not None) == (cantonese, True)
    assert search("白话") == search("baihua") == ["张三"]
    with pytest.raises(ValidationError):
        merge_skill(OPERATOR, cantonese, into=gone)
    with pytest.raises(ValidationError):
        merge_skill(OPERATOR, cantonese, into=cantonese)


def test_two_skills_do_not_share_a_name_and_a_category_in_use_stays(cantonese):
    with pytest.raises(ValidationError, match="of this name already"):
        skill("CANTONESE")
    with pytest.raises(ValidationError, match="skills in this category"):
        categories.archive(OPERATOR, shelf("language"))
    categories.archive(OPERATOR, shelf("ability"))


@pytest.mark.parametrize(
    ("text", "wishes", "level", "free"),
    [
        ("粤语, 医疗 >=3, free this week", [("粤语", None), ("医疗", 3)], 1, 10),
        ("Cantonese, medical, level >=3", [("Cantonese", None), ("medical", None)], 3, None),
        ("粤语，医疗≥3；本周有空", [("粤语", None), ("医疗", 3)], 1, 10),
        ("医疗3级以上、本周有空<5", [("医疗", 3)], 1, 5),
        ("medical level 4, >2", [("medical", 4)], 3, None),
        ("等级>=2,  粤语 ,", [("粤语", None)], 2, None),
        ("Office 365, C++", [("Office 365", None), ("C++", None)], 1, None),
        ("medical 3+, FREE", [("medical", 3)], 1, 10),
    ],
)
def test_what_is_typed_is_understood(text, wishes, level, free):
    asked = parse(text)
    assert ([(one.term, one.level) for one in asked.wishes], asked.level, asked.free_below) == (wishes, level, free)


@pytest.mark.parametrize("text", ["medical >=6", "level 0", "医疗 >5"])
def test_a_level_that_cannot_be_is_said(text):
    with pytest.raises(ValidationError, match="levels go from 1 to 5"):
        parse(text)


def test_people_are_found_by_skill_level_and_any_of_its_names(firm, cantonese, medical):
    confirmed(firm.rep, cantonese, 4)
    confirmed(firm.peer, cantonese, 2)
    confirmed(firm.rep, medical, 3)
    confirmed(firm.manager, medical, 5)
    assert search("Cantonese") == search("广东话") == search("yueyu") == search("yy") == ["张三", "曾小红"]
    assert search("粤语 >=3") == search("粤语, level >=3") == ["张三"]
    assert search("medical") == ["李明", "张三"]
    assert search("粤语, 医疗 >=3") == ["张三"]
    assert search("粤语, 医疗 >=4") == []
    with pytest.raises(ValidationError, match="No skill is called “Klingon”"):
        search("Klingon")
    with pytest.raises(ValidationError, match="Name at least one skill"):
        search(" , ")


def test_free_is_who_has_few_plans_this_week_and_is_not_on_leave(firm, cantonese):
    for member in (firm.rep, firm.peer, firm.manager):
        confirmed(member, cantonese, 4)
    Member.objects.unscoped("tests").filter(pk=firm.manager.pk).update(status="on_leave")
    for _each in range(2):
        factories.make_activity(firm.rep, status="planned")
    late = factories.make_activity(firm.peer, status="planned")
    late.planned_at = timezone.now() + dt.timedelta(days=7)
    late.save()
    assert search("Cantonese, free this week") == ["曾小红", "张三"]
    assert search("粤语, 本周有空 <2") == ["曾小红"]
    assert "张三" not in search("free <1")


def test_each_finds_only_those_whose_skills_he_may_know(firm, actor, cantonese):
    for member in (firm.rep, firm.peer, firm.director):
        confirmed(member, cantonese, 4)
    assert search("Cantonese", actor("rep")) == ["张三"]
    assert search("Cantonese", actor("manager")) == ["曾小红", "张三"]
    assert len(search("Cantonese", actor("director"))) == 3


def test_the_matrix_shows_level_source_and_what_is_short(firm, actor, cantonese, medical):
    require_skill(OPERATOR, firm.position, skill=medical, level=2)
    confirmed(firm.rep, cantonese, 4)
    found = matrix(actor("manager"))
    assert [one.name for one in found.skills] == ["Medical devices", "Cantonese"]
    cells = {who.name: [(one.held and one.held.level, one.is_short) for one in row] for who, row in found.rows}
    assert cells["张三"] == [(None, True), (4, False)]
    assert (sorted(cells), found.solid) == (sorted(["张三", "曾小红", "李明"]), [0, 1])
    assert [one.name for one in matrix(OPERATOR, category=shelf("industry").pk).skills] == ["Medical devices"]
    assert len(matrix(OPERATOR, unit=firm.company.pk).rows) == 6
    assert len(matrix(OPERATOR, unit=firm.north.pk).rows) == 3


def test_what_one_person_alone_can_do_is_named(firm, cantonese, medical):
    confirmed(firm.rep, cantonese, 4)
    confirmed(firm.peer, cantonese, 2)
    confirmed(firm.rep, medical, 3)
    confirmed(firm.manager, medical, 3)
    assert [(one.skill.name, one.member.name) for one in single_holders(OPERATOR)] == [("Cantonese", "张三")]
    Member.objects.unscoped("tests").filter(pk=firm.manager.pk).update(status="left")
    assert {one.skill.name for one in single_holders(OPERATOR)} == {"Cantonese", "Medical devices"}


def test_the_growth_tab_shows_what_belongs_there(firm, as_role, actor, cantonese):
    require_skill(OPERATOR, firm.position, skill=cantonese, level=4)
    client = as_role("rep")
    url = reverse("skill_declare", args=[firm.rep.pk])
    answer = client.post(url, {"skill": cantonese.pk, "level": 2, "on": "2026-03-10"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    said = {"source": "test", "number": "GD-77", "issuer": "Exam board", "valid_until": "2026-12-31"}
    url = reverse("skill_assess", args=[firm.rep.pk])
    answer = as_role("manager").post(url, {"skill": cantonese.pk, "level": 3, "on": "2026-03-09", **said})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page = client.get(reverse("member_growth", args=[firm.rep.pk])).content.decode()
    assert "GD-77" in page
    assert "Gap = required level − level held" in page
    assert reverse("skill_declare", args=[firm.rep.pk]) in page
    assert reverse("skill_assess", args=[firm.rep.pk]) not in page
    whole = client.get(f"{firm.rep.get_absolute_url()}?tab=growth").content.decode()
    assert "Growth" in whole
    assert reverse("member_growth", args=[firm.rep.pk]) in whole
    assert "Growth" not in client.get(firm.peer.get_absolute_url()).content.decode()
    assert "GD-77" not in client.get(reverse("member_growth", args=[firm.peer.pk])).content.decode()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("role", ["rep", "manager", "salesops"])
def test_the_pages_open_in_both_languages(firm, as_role, cantonese, role, language):
    confirmed(firm.rep, cantonese, 4, note="Interview")
    require_skill(OPERATOR, firm.position, skill=cantonese, level=5)
    client = as_role(role)
    pages = ["skill_matrix", "skill_find", "skill_single", "skill_list", "skill_positions"]
    paths = [reverse(name) for name in pages] + [cantonese.get_absolute_url()]
    paths += [f"{reverse('skill_find')}?q=粤语,free", f"{reverse('skill_find')}?q=nothing"]
    paths += [f"{reverse('skill_matrix')}?unit={firm.north.pk}&category={shelf('language').pk}"]
    if role == "salesops":
        paths += [reverse("skill_categories"), shelf("language").get_absolute_url()]
        paths += [reverse("skill_merge", args=[cantonese.pk]), reverse("skill_require", args=[firm.position.pk])]
    for path in paths:
        answer = client.get(path, headers={"accept-language": language})
        assert answer.status_code == 200, path
    assert client.get(f"{reverse('skill_matrix')}?unit=x").status_code == 400


def test_a_position_is_told_what_it_asks_for_on_a_page(firm, as_role, cantonese):
    client = as_role("salesops")
    url = reverse("skill_require", args=[firm.position.pk])
    assert client.post(url, {"skill": cantonese.pk, "level": 3}).status_code == 302
    assert "Cantonese 3" in client.get(reverse("skill_positions")).content.decode()
    assert as_role("manager").post(url, {"skill": cantonese.pk, "level": 5}).status_code == 403


def test_two_edits_of_one_skill_are_not_lost(cantonese):
    skills.edit(OPERATOR, cantonese, level_3="Sells in it", version=cantonese.version)
    with pytest.raises(Conflict):
        skills.edit(OPERATOR, cantonese, level_3="Talks", version=cantonese.version)
