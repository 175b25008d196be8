from muster.metrics.catalog import deals, work

__all__ = ["deals", "work"]
