"""Addresses below /accounts/ that are ours; the rest is allauth's."""

from django.urls import path

from accounts import activity_views, data_views, social_views, views

app_name = "accounts"
urlpatterns = [
    path("", views.account, name="account"),
    path("activity/", activity_views.activity_list, name="activity"),
    path("3rdparty/link/", social_views.link, name="social-link"),
    path("tokens/", views.token_list, name="tokens"),
    path("tokens/<int:token_id>/revoke/", views.token_revoke, name="token-revoke"),
    path("data/", data_views.data, name="data"),
    path("data/archive/<str:key>/", data_views.archive, name="archive"),
    path("data/archive/<str:key>/file/", data_views.archive_file, name="archive-file"),
    path("data/leave/", data_views.leave, name="leave"),
    path("goodbye/", data_views.goodbye, name="goodbye"),
]
