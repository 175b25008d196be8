"""Who may see what, written down from the policy table in plain Python. Imports nothing of the product on purpose: it
is the
second opinion."""

CUSTOMERS = {"account", "contact", "lead", "deal", "activity", "task", "comment", "attachment", "call"}
BELOW = {
    "chief": {"chief", "lead", "otherlead", "rep", "mate", "stranger", "ops", "admin"},
    "lead": {"lead", "rep", "mate"},
    "otherlead": {"otherlead", "stranger"},
    "rep": {"rep"},
    "mate": {"mate"},
    "stranger": {"stranger"},
    "ops": {"chief", "lead", "otherlead", "rep", "mate", "stranger", "ops", "admin"},  # sales operations: all customers
    "admin": set(),  # runs the system and sees no customers
}


def may_see(viewer: str, owner: str, kind: str) -> bool:
    """May VIEWER see a KIND of record of OWNER? Private details are for oneself alone in the five built-in roles."""
    if kind in ("private", "appointment"):  # the appointments are private ones: others learn that he is busy
        return viewer == owner
    if kind == "document":  # for the member and human resources, which is sales operations in a new installation
        return viewer in (owner, "ops")
    if kind == "report":  # for the author and the line over him, also where one sees all customers
        return viewer == owner or (viewer != "ops" and owner in BELOW[viewer])
    if kind == "analysis":  # what somebody put together for himself
        return viewer == owner
    if kind == "letter":  # mail is for the member alone until he shares it
        return viewer == owner
    if kind == "recording":  # for the member and the line over him
        return viewer == owner or (viewer != "ops" and owner in BELOW[viewer])
    if kind == "plan":  # for oneself and the line
        return viewer == owner or owner in BELOW[viewer]
    if kind == "secret":  # a field that the firm added, and that no rule opens to anybody
        return False
    return kind in CUSTOMERS and owner in BELOW[viewer]
