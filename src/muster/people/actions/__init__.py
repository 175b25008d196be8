from muster.people.actions import checklist, draft, handover, headcount, lifecycle, member, move, structure, vacancy

__all__ = ["checklist", "draft", "handover", "headcount", "lifecycle", "member", "move", "structure", "vacancy"]
