"""The five roles every installation begins with. They are rows afterwards: an administrator changes them, and nothing
here overwrites what he changed; a grant added here later is given once."""

from typing import Any

from muster.access.scope import Scope

OWN, REPORTS, BELOW, ALL = Scope.OWN, Scope.REPORTS, Scope.UNIT_BELOW, Scope.ALL

# What everybody needs to find colleagues and to read a form.
COMMON: dict[str, str] = {
    "people.member.view": ALL,
    "people.unit.view": ALL,
    "people.position.view": ALL,
    "people.grade.view": ALL,
    "people.skill.view": ALL,
    "people.territory.view": ALL,
    "people.absence.view": ALL,
    "people.calendarday.view": ALL,
    "crm.product.view": ALL,
    "crm.pipeline.view": ALL,
    "crm.stage.view": ALL,
    "crm.lossreason.view": ALL,
    "access.apitoken.*": OWN,
    **{f"access.savedview.{verb}": OWN for verb in ("view", "create", "edit", "archive", "restore", "use")},
    "integrations.notification.*": OWN,
    "integrations.noticesettings.*": OWN,
    "integrations.noticemute.*": OWN,
    "metrics.dashboard.view": OWN,
    # Everybody keeps his own card true.
    "people.member.self": OWN,
    "people.member.verify": OWN,
    **{f"people.absence.{verb}": OWN for verb in ("create", "edit", "archive", "restore")},
    "people.verification.view": OWN,
    "people.changerequest.view": OWN,
    "people.changerequest.withdraw": OWN,
    "people.audititem.view": OWN,
    "people.auditcampaign.view": ALL,
    "people.memberdocument.view": OWN,
    "people.memberdocument.create": OWN,
    "people.memberdocument.download": OWN,
    "people.memberdocument.sensitive": OWN,
    "people.paper.view": ALL,
    "people.paperreading.view": OWN,
    "people.paperreading.acknowledge": OWN,
    "people.personalfield.view": ALL,
    "people.dataexport.*": OWN,
}
CONTACT_OF_COLLEAGUES = [("people.member", "phone", ALL, "masked"), ("people.member", "phone", OWN, "write")]
OWN_PRIVATE = [
    ("people.memberprivate", "*", OWN, "read"),
    ("people.member", "personal_email", OWN, "write"),
    ("people.changerequest", "*", OWN, "read"),
]


def asked_by(scope: str) -> list[tuple[str, str, str, str]]:
    """Who decides on a change reads the new value; of a private one enough to recognise it."""
    return [("people.changerequest", "value", scope, "read"), ("people.changerequest", "secret", scope, "masked")]


OWN_LISTS = {
    f"people.{name}": OWN
    for name in ("checklist.view", "checklistitem.view", "checklistitem.complete", "checklistitem.reopen")
}


# Everybody speaks for his own skills; others confirm them.
_OWN_SKILLS = {
    **{f"people.skillevidence.{verb}": OWN for verb in ("view", "declare", "withdraw")},
    **{f"people.growthgoal.{verb}": OWN for verb in ("view", "create", "edit", "archive", "restore")},
    "people.member.aim": OWN,
}


def _sales(scope: str) -> dict[str, str]:
    """Daily work within SCOPE."""
    names = ["crm.account", "crm.contact", "crm.deal", "activities.activity", "activities.task"]
    return {
        **{f"{name}.{verb}": scope for name in names for verb in ("view", "create", "edit", "archive", "restore")},
        "crm.contact.confirm": scope,
        "crm.deal.win": scope,
        "crm.deal.lose": scope,
        "crm.deal.reopen": scope,
        "crm.deal.move": scope,
        "crm.stagechange.view": scope,
        "crm.accountmember.view": scope,
        "crm.accountmember.create": scope,
        "crm.accountmember.remove": scope,
        "activities.activity.complete": scope,
        "activities.task.complete": scope,
        "activities.task.route": scope,
        "crm.routing.view": scope,
        "people.assignment.view": scope,
        "people.territoryassignment.view": scope,
        "access.event.view": scope,
    }


def _care(scope: str) -> dict[str, str]:
    """What a manager may do that what is held about his people stays true."""
    return {
        "people.member.verify": scope,
        **{f"people.absence.{verb}": scope for verb in ("create", "edit", "archive", "restore")},
        "people.member.sheet": scope,
        "people.verification.view": scope,
        "people.changerequest.view": scope,
        "people.changerequest.approve": scope,
        "people.changerequest.reject": scope,
        "people.audititem.view": scope,
        "people.qualityscore.view": ALL,
        "people.vacantseat.view": ALL,
    }


def _lead(scope: str) -> dict[str, str]:
    """What a manager may besides: hand over, export, see how the team stands."""
    names = ["crm.account", "crm.contact", "crm.deal", "activities.activity", "activities.task"]
    return {
        **_sales(scope),
        **{f"{name}.export": scope for name in names},
        **{f"crm.{name}": scope for name in ("account.transfer", "deal.transfer", "account.route", "routing.settle")},
        **dict.fromkeys(("access.savedview.share", "metrics.dashboard.view"), scope),
        **{f"people.member.{verb}": scope for verb in ("export", "performance")},
        **{f"people.handover.{verb}": scope for verb in ("view", "create", "change", "run", "drop", "undo", "tell")},
        "people.headcountplan.view": ALL,
        **_care(scope),
        **_OWN_SKILLS,
        "people.member.aim": scope,
        "people.skillevidence.view": scope,
        "people.skillevidence.assess": scope,
        **{f"people.growthgoal.{verb}": scope for verb in ("view", "create", "edit", "archive", "restore")},
        "people.skillevidence.withdraw": scope,
        "people.checklist.view": scope,
        "people.checklist.create": scope,
        "people.checklistitem.view": scope,
        "people.checklistitem.complete": scope,
        "people.checklistitem.reopen": scope,
        "people.memberdocument.view": scope,
        "people.memberdocument.download": scope,
        "people.paperreading.view": scope,
        "people.paperreading.export": scope,
    }


FIVE: list[dict[str, Any]] = [
    {
        "key": "rep",
        "name": "Sales representative",
        "name_zh": "销售代表",
        "grants": {
            **COMMON,
            **_sales(OWN),
            "people.memberprivate.view": OWN,
            "people.member.performance": OWN,
            **OWN_LISTS,
            **_OWN_SKILLS,
        },
        "fields": [*CONTACT_OF_COLLEAGUES, *OWN_PRIVATE, ("crm.contact", "*", OWN, "write")],
    },
    {
        "key": "manager",
        "name": "Team manager",
        "name_zh": "团队主管",
        "grants": {**COMMON, **_lead(REPORTS), "people.memberprivate.view": OWN},
        "fields": [
            *CONTACT_OF_COLLEAGUES,
            *OWN_PRIVATE,
            ("people.member", "phone", REPORTS, "read"),
            *asked_by(REPORTS),
            ("crm.contact", "*", REPORTS, "write"),
        ],
    },
    {
        "key": "director",
        "name": "Sales director",
        "name_zh": "销售总监",
        "grants": {
            **COMMON,
            **_lead(ALL),
            "people.memberprivate.view": OWN,
            "people.member.edit": ALL,
            "people.member.revert": ALL,
            "people.member.move": ALL,
            "people.assignment.edit": ALL,
            "people.assignment.cancel": ALL,
            **{f"crm.{name}.view": ALL for name in ("routingrule", "routingskill", "routingseat")},
            "people.territoryassignment.create": ALL,
            "people.territoryassignment.end": ALL,
            "people.headcountplan.set": ALL,
            "people.structuredraft.*": ALL,
            "people.vacantseat.*": ALL,
            "people.member.leave": ALL,
            "people.member.stay": ALL,
            "people.member.rehire": ALL,
            "people.erasure.*": ALL,
        },
        "fields": [
            *CONTACT_OF_COLLEAGUES,
            *OWN_PRIVATE,
            ("people.member", "phone", ALL, "read"),
            ("people.grade", "pay_band", ALL, "read"),
            *asked_by(ALL),
            ("crm.contact", "*", ALL, "write"),
        ],
    },
    {
        "key": "salesops",
        "name": "Sales operations",
        "name_zh": "销售运营",
        "grants": {
            **COMMON,
            **_lead(ALL),
            "crm.product.*": ALL,
            "crm.pipeline.*": ALL,
            "crm.stage.*": ALL,
            "crm.lossreason.*": ALL,
            "crm.routingrule.*": ALL,
            "crm.routingskill.view": ALL,
            "crm.routingseat.view": ALL,
            "people.member.*": ALL,
            "people.headcountplan.*": ALL,
            "people.structuredraft.*": ALL,
            "people.vacantseat.*": ALL,
            "people.skill.*": ALL,
            "people.skillcategory.*": ALL,
            "people.skillrequirement.*": ALL,
            "people.checklisttemplate.*": ALL,
            "people.checkliststep.*": ALL,
            # Files and papers, not what is in contracts and copies of identity documents.
            **{
                f"people.memberdocument.{verb}": ALL
                for verb in ("create", "edit", "archive", "restore", "export", "personnel")
            },
            "people.paper.*": ALL,
            "people.personalfield.*": ALL,
            "people.erasure.*": ALL,
            "people.assignment.*": ALL,
            "people.calendarday.*": ALL,
            "people.territory.*": ALL,
            "people.territoryassignment.*": ALL,
            "people.unit.*": ALL,
            "people.position.*": ALL,
            "people.grade.*": ALL,
            "people.memberprivate.view": OWN,
            "people.auditcampaign.*": ALL,
            "people.detailrule.*": ALL,
            "access.customfield.*": ALL,
            "integrations.importbatch.*": ALL,
            "integrations.importissue.*": ALL,
            "integrations.directoryconnection.*": ALL,
            "integrations.directoryrun.*": ALL,
            "integrations.groupbot.*": ALL,
            "integrations.delivery.*": ALL,
        },
        "fields": [
            *CONTACT_OF_COLLEAGUES,
            *OWN_PRIVATE,
            ("people.member", "phone", ALL, "write"),
            *asked_by(ALL),
            ("crm.contact", "*", ALL, "write"),
        ],
    },
    {
        # Runs the system, and by default sees neither pay nor customers.
        "key": "sysadmin",
        "name": "System administrator",
        "name_zh": "系统管理员",
        "grants": {
            **COMMON,
            "access.*": ALL,
            "integrations.directoryconnection.*": ALL,
            "integrations.directoryrun.view": ALL,
            "integrations.directoryrun.create": ALL,
            "integrations.groupbot.*": ALL,
            "integrations.delivery.*": ALL,
            "people.memberprivate.view": OWN,
        },
        "fields": [*CONTACT_OF_COLLEAGUES, *OWN_PRIVATE],
    },
]
