"""Observations, evaluations, decisions, stage changes, amendments and events are never changed nor deleted."""

from django.db import migrations

from gaitway.models import appendonly


class Migration(migrations.Migration):
    dependencies = [("gaitway", "0001_first")]
    operations = [migrations.RunPython(appendonly.protect, appendonly.release)]
