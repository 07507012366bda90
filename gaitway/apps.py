from django.apps import AppConfig


class GaitwayConfig(AppConfig):
    name = "gaitway"
    default = True
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from gaitway.models import folded  # noqa: F401  # hears of each new connection
