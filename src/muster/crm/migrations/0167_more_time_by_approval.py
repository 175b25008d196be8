from django.db import migrations

STATUS = {"approved": "approved", "rejected": "returned", "open": "lapsed"}


def carry_over(apps, _schema):
    """What was decided stays on record as an approval; what waits has to be asked anew."""
    requests = apps.get_model("people", "ApprovalRequest")
    made = [
        requests(
            kind="more_time",
            model=one.kind,
            object_id=one.object_id,
            title=one.name,
            asker_id=one.owner_id,
            reason=one.reason,
            said=one.answer,
            payload={"days": one.days, "due_on": one.due_on.isoformat()},
            status=STATUS[one.status],
            ended_on=one.updated_at.date(),
        )
        for one in apps.get_model("crm", "PoolExtension").objects.order_by("pk")
    ]
    requests.objects.bulk_create(made, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("crm", "0166_pool_days"), ("people", "0160_approvals")]
    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="PoolExtension"),
    ]
