from muster.crm.actions import account, deal, routing, setup

__all__ = ["account", "deal", "routing", "setup"]
