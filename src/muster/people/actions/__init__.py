from muster.people.actions import checklist, handover, headcount, lifecycle, member, move, structure, territory

__all__ = ["checklist", "handover", "headcount", "lifecycle", "member", "move", "structure", "territory"]
