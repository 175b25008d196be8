from muster.people.actions import audit, checklist, detail, handover, headcount, lifecycle, member, move, structure

__all__ = ["audit", "checklist", "detail", "handover", "headcount", "lifecycle", "member", "move", "structure"]
