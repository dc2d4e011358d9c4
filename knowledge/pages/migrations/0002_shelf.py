"""The shelf takes the place of Wagtail's welcome page."""

from django.db import migrations


def put_up(apps, schema_editor):
    """Make the one shelf the root of the one site."""
    content_type, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="pages", model="shelf"
    )
    page = apps.get_model("wagtailcore", "Page")
    site = apps.get_model("wagtailcore", "Site")
    locale = apps.get_model("wagtailcore", "Locale").objects.first()
    site.objects.all().delete()
    page.objects.filter(depth=2).delete()
    root = page.objects.get(depth=1)
    shelf = apps.get_model("pages", "Shelf").objects.create(
        title="ノウハウ",
        draft_title="ノウハウ",
        slug="know",
        content_type=content_type,
        path=f"{root.path}0001",
        depth=2,
        numchild=0,
        url_path="/know/",
        locale=locale,
    )
    page.objects.filter(pk=root.pk).update(numchild=1)
    site.objects.create(hostname="localhost", port=80, root_page_id=shelf.pk, is_default_site=True)


class Migration(migrations.Migration):
    dependencies = [
        ("pages", "0001_first"),
        ("wagtailcore", "0098_apitoken"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(put_up, migrations.RunPython.noop)]
