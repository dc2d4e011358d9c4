"""Know-how on Wagtail's page tree: the shelf, a space for each section, its articles.

Rights do not come from Wagtail: a space owns one `Scope`, its articles carry the same, and every
page is served through `access` (docs/pages.md).
"""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField
from wagtail.models import Page

from groupware.access import policies
from groupware.access.models import Scope
from groupware.audit.actions import enqueue_read
from groupware.organization.models import Section


class Guarded(Page):
    """A page that is served only to those who may view it; everybody else gets the 404."""

    class Meta:
        abstract = True

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask the policy first, then render as Wagtail does."""
        policies.require(request.user, policies.VIEW, self)
        response: HttpResponse = super().serve(request, *args, **kwargs)
        return response


class Shelf(Guarded):
    """The root of all know-how; lists what the viewer may see."""

    max_count = 1
    subpage_types: ClassVar[list[str]] = ["pages.Space"]
    template = "pages/shelf.html"

    class Meta:
        verbose_name = _("ノウハウの棚")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `articles`, newest first, for the viewer."""
        articles = policies.visible(request.user, Article.objects.live())
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["articles"] = articles.order_by("-last_published_at")[:50]
        return context


class Space(Guarded):
    """A section's space, the container of its articles."""

    section = models.OneToOneField(Section, models.PROTECT, related_name="space")
    scope = models.OneToOneField(Scope, models.PROTECT, related_name="space")

    parent_page_types: ClassVar[list[str]] = ["pages.Shelf"]
    subpage_types: ClassVar[list[str]] = ["pages.Article"]
    template = "pages/shelf.html"

    class Meta:
        verbose_name = _("スペース")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds `articles` of this space for the viewer."""
        articles = policies.visible(request.user, Article.objects.live().child_of(self))
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["articles"] = articles.order_by("title")
        return context


class Article(Guarded):
    """A page of know-how: a summary and blocks of text under headings."""

    scope = models.ForeignKey(Scope, models.PROTECT, related_name="+")
    section = models.ForeignKey(Section, models.PROTECT, related_name="+")
    yomi = models.CharField(_("よみ"), max_length=200, blank=True)
    summary = models.CharField(_("要約"), max_length=300, blank=True)
    body = StreamField(
        [
            ("heading", blocks.CharBlock(label=_("見出し"))),
            ("text", blocks.TextBlock(label=_("文章"))),
        ],
        blank=True,
    )

    parent_page_types: ClassVar[list[str]] = ["pages.Space"]
    subpage_types: ClassVar[list[str]] = []
    template = "pages/article.html"

    class Meta:
        verbose_name = _("ノウハウ")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Serve to those who may view it; that somebody looked is recorded."""
        response = super().serve(request, *args, **kwargs)
        enqueue_read(
            policies.person_or_none(request.user),
            "page.viewed",
            target_kind="page",
            target_uuid=self.translation_key,
            target_name=self.title,
            request=request,
        )
        return response

    def parts(self) -> list[tuple[str, str]]:
        """(heading, text) of each part in order; what stands before the first heading has none."""
        found: list[tuple[str, list[str]]] = [("", [self.summary] if self.summary else [])]
        for block in self.body:
            if block.block_type == "heading":
                found.append((str(block.value), []))
            else:
                found[-1][1].append(str(block.value))
        return [(heading, "\n".join(lines)) for heading, lines in found if heading or lines]
