import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('gaitway', '0018_roadmap'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='kind',
            field=models.CharField(choices=[('strategy applied', 'Strategy Applied'), ('stage moved', 'Stage Moved'), ('verdict', 'Verdict'), ('stage past its end', 'Overdue'), ('decision', 'Decision'), ('vote', 'Voted'), ('decision superseded', 'Superseded'), ('condition fulfilled', 'Fulfilled'), ('amendment', 'Amendment'), ('approval', 'Approval'), ('task done', 'Task Done'), ('checklist item done', 'Checked'), ('observations revised', 'Revised'), ('limits re-set', 'Limits'), ('person invited', 'Invited'), ('access changed', 'Access'), ('account closed', 'Closed'), ('account reopened', 'Reopened'), ('sign-in changed', 'Sign In'), ('KPI defined anew', 'Defined'), ('value owed', 'Owed'), ('table imported', 'Imported'), ('import undone', 'Undone'), ('task reopened', 'Task Reopened'), ('person renamed', 'Renamed'), ('first sign-in', 'Joined'), ('token made', 'Token Made'), ('token ended', 'Token Ended'), ('pull asked for', 'Pull Asked'), ('pull cancelled', 'Pull Cancelled'), ('role given', 'Role Given'), ('role taken', 'Role Taken'), ('delegated', 'Delegated'), ('delegation ended', 'Delegation Ended'), ('viewed as', 'Viewed As'), ('backup restored', 'Restored'), ('initiative added', 'Initiative Added'), ('initiative changed', 'Initiative Changed'), ('initiative retired', 'Initiative Retired'), ('initiative brought back', 'Initiative Back'), ('checklist changed', 'Checklist Changed'), ('review ended', 'Review Ended'), ('talked about in a review', 'Reviewed')], max_length=40),
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(help_text='When its minutes were sent to all', null=True)),
                ('changes', models.PositiveIntegerField(default=0, help_text='Grows with each change: who looks on hears of it')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to='gaitway.strategy')),
            ],
            options={
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReviewItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('gate', 'Gate'), ('off track', 'Off Track'), ('disagreement', 'Disagreement'), ('no data', 'No Data'), ('flagged', 'Flagged')], max_length=20)),
                ('position', models.PositiveIntegerField(default=0)),
                ('opened_at', models.DateTimeField(null=True)),
                ('discussed_at', models.DateTimeField(null=True)),
                ('initiative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_items', to='gaitway.initiative')),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='gaitway.review')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='review',
            name='current',
            field=models.ForeignKey(help_text='What is talked about now', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gaitway.reviewitem'),
        ),
        migrations.CreateModel(
            name='ReviewNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('note', 'Note'), ('action', 'Action'), ('decision', 'Decision')], max_length=20)),
                ('text', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='said_in', to='gaitway.decision')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='gaitway.reviewitem')),
                ('task', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='gaitway.task')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.UniqueConstraint(fields=('review', 'initiative'), name='review_item_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewitem',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['gate', 'off track', 'disagreement', 'no data', 'flagged'])), name='review_item_reason'),
        ),
        migrations.AddConstraint(
            model_name='reviewnote',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'note')), fields=('item', 'by'), name='review_note_once'),
        ),
        migrations.AddConstraint(
            model_name='reviewnote',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('decision__isnull', False), ('kind', 'decision')), models.Q(('decision__isnull', True), ('kind__in', ['note', 'action'])), _connector='OR'), name='review_note_kind'),
        ),
    ]
