"""The style guide: every part and every state, live."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_not_required
def style_guide(request: HttpRequest) -> HttpResponse:
    """Parts and states. Shows nothing of the city, so nobody has to be signed in."""
    return render(request, "web/style_guide.html")
