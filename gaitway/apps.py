from django.apps import AppConfig


class GaitwayConfig(AppConfig):
    name = "gaitway"
    default = True
    default_auto_field = "django.db.models.BigAutoField"
