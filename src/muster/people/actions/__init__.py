from muster.people.actions import member, move, structure

__all__ = ["member", "move", "structure"]
