from django.apps import AppConfig


class CrmConfig(AppConfig):
    name = "muster.crm"
    label = "crm"
