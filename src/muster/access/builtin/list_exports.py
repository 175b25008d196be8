"""Exports of long lists: each person's own; which lists may be exported is said by the rights on those."""

from muster.access.scope import Scope

_OWN = {f"access.listexport.{verb}": Scope.OWN for verb in ("view", "create", "stop", "fetch")}
GRANTS = dict.fromkeys(("rep", "manager", "director", "salesops", "sysadmin", "hr", "finance"), _OWN)
