"""The two offices beside the sales force. Human resources keep what is held about people, and see no customers; finance
sees what came in, and the accounts into which pay goes. Neither reads the other's part."""

from typing import Any

from muster.access.builtin.roles import COMMON, CONTACT_OF_COLLEAGUES, OWN_LISTS, OWN_PRIVATE, asked_by
from muster.access.scope import Scope

ALL = Scope.ALL

# All that is done for members, but for how they stand in sales.
_MEMBER_VERBS = (
    *("archive", "create", "edit", "export", "leave", "move", "rehire", "restore", "revert", "sheet", "stay", "verify"),
)
_NOUNS = (
    *("absence", "assignment", "auditcampaign", "audititem", "calendarday", "changerequest"),
    *(
        "checklist",
        "checklistitem",
        "checkliststep",
        "checklisttemplate",
        "detailrule",
        "erasure",
        "grade",
        "headcountplan",
        "memberdocument",
    ),
    *("memberprivate", "paper", "paperreading", "personalfield", "position", "qualityscore", "skill", "skillcategory"),
    *("skillevidence", "skillrequirement", "structuredraft", "unit", "vacantseat", "verification"),
)

OFFICES: list[dict[str, Any]] = [
    {
        "key": "hr",
        "name": "Human resources",
        "name_zh": "人力资源",
        "grants": {
            **COMMON,
            **{f"people.{noun}.*": ALL for noun in _NOUNS},
            **{f"people.member.{verb}": ALL for verb in _MEMBER_VERBS},
            "people.handover.view": ALL,
            "people.territoryassignment.view": ALL,
            "access.event.view": Scope.OWN,
        },
        "fields": [
            *CONTACT_OF_COLLEAGUES,
            *OWN_PRIVATE,
            ("people.member", "phone", ALL, "write"),
            ("people.member", "personal_email", ALL, "write"),
            ("people.memberprivate", "*", ALL, "write"),
            ("people.grade", "pay_band", ALL, "write"),
            *asked_by(ALL),
        ],
    },
    {
        "key": "finance",
        "name": "Finance",
        "name_zh": "财务",
        "grants": {
            **COMMON,
            **OWN_LISTS,
            "crm.account.view": ALL,
            "people.memberprivate.view": ALL,
            "people.memberprivate.reveal": ALL,
        },
        "fields": [*CONTACT_OF_COLLEAGUES, *OWN_PRIVATE, ("people.memberprivate", "bank_account", ALL, "read")],
    },
]
