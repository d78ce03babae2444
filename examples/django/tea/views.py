"""A room in which Django decides who may speak and what is said. In a project of your own, `enter` is your
login, `user_required` is `login_required`, and the user's name is `str(request.user.pk)`."""

from functools import wraps

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from tea import parley

MAX_NAME = 40
MAX_TEXT = 1000


def user_required(view):
    @wraps(view)
    def guarded(request):
        user = request.session.get("user")
        return view(request, user) if user else HttpResponse("enter first", status=403)

    return guarded


def room(request):
    return render(request, "room.html", {"user": request.session.get("user"), "parley": settings.PARLEY_WS})


@require_POST
def enter(request):
    request.session["user"] = request.POST["name"][:MAX_NAME]
    return redirect("/")


@require_POST
@user_required
def token(request, user):
    return JsonResponse({"token": parley.make_token(user)})


@require_POST
@user_required
def say(request, user):
    # Save it first, in a project with a database, and publish by transaction.on_commit().
    parley.publish("tea", {"from": user, "text": request.POST["text"][:MAX_TEXT]})
    return HttpResponse(status=204)
