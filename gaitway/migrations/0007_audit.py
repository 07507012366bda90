"""Events become one chain: those that are there are numbered in their order, and sealed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from gaitway.lib import chain
from gaitway.models import appendonly

SEALED = ("number", "kind", "strategy_id", "initiative_id", "by_id", "behalf_id", "at", "data", "request")


def seal(apps, schema):
    here = schema.connection.alias  # a backup that is read is another database than ours
    Event, Head = apps.get_model("gaitway", "Event"), apps.get_model("gaitway", "Head")
    number, digest = 0, chain.BEGIN
    for event in Event.objects.using(here).order_by("pk").iterator():
        number += 1
        event.number = number
        event.digest = digest = chain.digest(digest, {name: getattr(event, name) for name in SEALED})
        event.save(using=here, update_fields=["number", "digest"])
    if number:  # in an empty database the first event makes it
        Head.objects.using(here).create(pk=1, number=number, digest=digest)


class Migration(migrations.Migration):
    dependencies = [("gaitway", "0006_sources")]
    operations = [
        migrations.RunPython(appendonly.release, appendonly.protect),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(default=0)),
                ("digest", models.CharField(default=chain.BEGIN, max_length=64)),
            ],
        ),
        migrations.AddField(
            model_name="event",
            name="behalf",
            field=models.ForeignKey(
                help_text="For whom `by` acted",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="request",
            field=models.CharField(blank=True, default="", help_text="The id of the request that did it", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="event",
            name="digest",
            field=models.CharField(default="", help_text="SHA-256 of it and of the digest before it", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="event",
            name="number",
            field=models.PositiveBigIntegerField(
                help_text="Its place in the chain, without a gap from 1", null=True
            ),
        ),
        migrations.RunPython(seal, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="event",
            name="number",
            field=models.PositiveBigIntegerField(help_text="Its place in the chain, without a gap from 1", unique=True),
        ),
        migrations.RunPython(appendonly.protect, appendonly.release),
    ]
