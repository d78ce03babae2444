from django.urls import path

from tea import views

urlpatterns = [
    path("", views.room),
    path("enter", views.enter),
    path("token", views.token),
    path("say", views.say),
]
