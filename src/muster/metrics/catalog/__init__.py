from muster.metrics.catalog import customers, deals, people, work

__all__ = ["customers", "deals", "people", "work"]
