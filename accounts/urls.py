"""Addresses below /accounts/ that are ours; the rest is allauth's."""

from django.urls import path

from accounts import activity_views, social_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("activity/", activity_views.activity_list, name="activity"),
    path("3rdparty/link/", social_views.link, name="social-link"),
    path("tokens/", views.token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", views.token_revoke, name="token-revoke"),
]
