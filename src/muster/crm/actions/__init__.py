from muster.crm.actions import account, deal, setup

__all__ = ["account", "deal", "setup"]
