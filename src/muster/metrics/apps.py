from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "muster.metrics"
    label = "metrics"
