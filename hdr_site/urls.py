"""All addresses, in one place to look them up."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import entry, social_views
from accounts import views as account_views
from hdr_site import health, language_switch, pages
from hdr_site.api_examples import api_examples
from hdr_site.offline import views as offline_views
from recognition import dashboard_views, sample_views

urlpatterns = [
    path("", sample_views.home, name="home"),
    path("dashboard/", dashboard_views.dashboard, name="dashboard"),
    path("report/", dashboard_views.report, name="report"),
    path("samples/<slug:name>/", sample_views.try_one, name="sample"),
    path("samples/<uuid:public_id>/answer/", sample_views.answer, name="sample-answer"),
    path("guide/", pages.guide, name="guide"),
    path("about/", pages.about, name="about"),
    path("privacy/", pages.privacy, name="privacy"),
    path("recognitions/", include("recognition.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/signup/", entry.signup, name="account_signup"),
    path("accounts/confirm-email/", entry.email_verification_sent, name="account_email_verification_sent"),
    path("accounts/confirm-email/<str:key>/", entry.confirm_email, name="account_confirm_email"),
    path("accounts/login/", entry.login, name="account_login"),
    path("accounts/login/code/", entry.request_login_code, name="account_request_login_code"),
    path("accounts/login/code/confirm/", entry.confirm_login_code, name="account_confirm_login_code"),
    path("accounts/email/", account_views.email, name="account_email"),
    path("accounts/sessions/", account_views.session_list, name="usersessions_list"),
    path("accounts/password/change/", account_views.password_change, name="account_change_password"),
    path("accounts/password/set/", account_views.password_set, name="account_set_password"),
    path("accounts/password/reset/", account_views.password_reset, name="account_reset_password"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("accounts/2fa/", include("accounts.factor_urls")),
    path("accounts/3rdparty/", social_views.connections, name="socialaccount_connections"),
    path("accounts/3rdparty/signup/", social_views.signup, name="socialaccount_signup"),
    path("accounts/oidc/<str:provider_id>/login/", social_views.login, name="openid_connect_login"),
    path("accounts/oidc/<str:provider_id>/login/callback/", social_views.callback, name="openid_connect_callback"),
    path("accounts/facebook/login/", social_views.login, {"provider_id": "facebook"}, name="facebook_login"),
    path(
        "accounts/facebook/login/callback/",
        social_views.callback,
        {"provider_id": "facebook"},
        name="facebook_callback",
    ),
    path("accounts/facebook/login/token/", social_views.not_here, name="facebook_login_by_token"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include("recognition.api_urls")),
    path("api/v1/openapi.json", SpectacularAPIView.as_view(), name="openapi"),
    path("api/examples/", api_examples, name="api-examples"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="openapi"), name="api-docs"),
    path("language/", language_switch.choose, name="language"),
    path("sw.js", offline_views.worker, name="service-worker"),
    path("manifest.webmanifest", offline_views.manifest, name="manifest"),
    path("offline/", offline_views.page, {"name": "offline"}, name="offline"),
    path("offline/new/", offline_views.page, {"name": "offline-new"}, name="offline-new"),
    path("offline/draw/", offline_views.page, {"name": "offline-draw"}, name="offline-draw"),
    path("offline/token/", offline_views.token, name="offline-token"),
    path("offline/shared/", offline_views.shared, name="offline-shared"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "hdr_site.error_pages.bad_request"
handler403 = "hdr_site.error_pages.permission_denied"
handler404 = "hdr_site.error_pages.not_found"
handler500 = "hdr_site.error_pages.server_error"
