from muster.crm.actions import account, contract, deal, invoice, plan, quote, receipt, routing, series, setup

__all__ = ["account", "contract", "deal", "invoice", "plan", "quote", "receipt", "routing", "series", "setup"]
