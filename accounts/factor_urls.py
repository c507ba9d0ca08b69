"""Addresses below /accounts/2fa/ where we add something to allauth's views; it answers the others."""

from django.urls import path

from accounts import factor_views as views

urlpatterns = [
    path("needed/", views.needed, name="second_factor_needed"),
    path("mail/", views.ProveByMail.as_view(), name="reauthenticate_by_mail"),
    path("totp/activate/", views.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("totp/deactivate/", views.remove_app, name="mfa_deactivate_totp"),
    path("webauthn/add/", views.AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", views.remove_passkey, name="mfa_remove_webauthn"),
    path("recovery-codes/generate/", views.make_recovery_codes, name="mfa_generate_recovery_codes"),
]
