from muster.crm.actions import account, deal, routing, setup, snooze

__all__ = ["account", "deal", "routing", "setup", "snooze"]
