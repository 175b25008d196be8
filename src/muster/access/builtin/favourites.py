"""Favourites: each person's own."""

from muster.access.scope import Scope

_OWN = {f"access.favourite.{verb}": str(Scope.OWN) for verb in ("view", "create", "archive", "restore")}
GRANTS = dict.fromkeys(("rep", "manager", "director", "salesops", "sysadmin", "hr", "finance"), _OWN)
