from muster.people.actions import checklist, handover, headcount, lifecycle, member, move, structure

__all__ = ["checklist", "handover", "headcount", "lifecycle", "member", "move", "structure"]
