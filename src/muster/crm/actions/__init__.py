from muster.crm.actions import account, conversion, deal, duplicates, joining, ladder, lead, merging, routing, setup

__all__ = ["account", "conversion", "deal", "duplicates", "joining", "ladder", "lead", "merging", "routing", "setup"]
