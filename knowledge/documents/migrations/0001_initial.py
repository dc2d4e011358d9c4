import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
        ("files", "0001_initial"),
        ("organization", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Folder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="名前")),
                ("yomi", models.CharField(blank=True, max_length=200, verbose_name="よみ")),
                (
                    "kind",
                    models.CharField(
                        choices=[("plain", "フォルダー"), ("inbox", "受信トレイ")],
                        default="plain",
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="documents.folder",
                    ),
                ),
                (
                    "scope",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="folder",
                        to="access.scope",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="folders",
                        to="organization.section",
                    ),
                ),
            ],
            options={
                "verbose_name": "フォルダー",
                "verbose_name_plural": "フォルダー",
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("arriving", "検査中"),
                            ("held", "保留"),
                            ("ready", "公開中"),
                            ("refused", "受け取れない"),
                            ("disposed", "廃棄済"),
                        ],
                        default="arriving",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="件名")),
                (
                    "kind",
                    models.CharField(
                        choices=[("document", "文書"), ("scan", "スキャン文書")],
                        default="document",
                        max_length=12,
                        verbose_name="種類",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("made_on", models.DateField(blank=True, null=True, verbose_name="作成日")),
                ("source", models.TextField(blank=True, verbose_name="出典")),
                ("description", models.TextField(blank=True, verbose_name="説明")),
                ("created_by_name", models.CharField(max_length=100)),
                ("created_by_section", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("upload_key", models.UUIDField(editable=False, null=True)),
                ("dismissed_at", models.DateTimeField(editable=False, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shown_by",
                        to="files.file",
                    ),
                ),
                (
                    "scope",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="access.scope",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="organization.section",
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="documents.folder",
                    ),
                ),
            ],
            options={
                "verbose_name": "文書",
                "verbose_name_plural": "文書",
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="documents.document",
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="version",
                        to="files.file",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="View",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="views",
                        to="documents.document",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="folder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "inbox")), fields=("section",), name="one_inbox"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["scope", "-created_at"], name="documents_d_scope_i_83bc38_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["folder", "-created_at"], name="documents_d_folder__28f747_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["-created_at", "-id", "scope", "state", "created_by"],
                name="list_under_rights",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["created_by", "-created_at"], name="documents_d_created_a56c05_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                fields=("created_by", "upload_key"), name="upload_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(fields=("document", "number"), name="version_once"),
        ),
        migrations.AddIndex(
            model_name="view",
            index=models.Index(fields=["staff", "-at"], name="documents_v_staff_i_311684_idx"),
        ),
        migrations.AddConstraint(
            model_name="view",
            constraint=models.UniqueConstraint(fields=("staff", "document"), name="view_once"),
        ),
    ]
