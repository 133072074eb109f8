"""/accounts/: the names are django-allauth's where its views and forms look them up."""

from django.urls import path

from wiki.accounts import factor_views, own_views, role_views, views

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("register/", views.register, name="account_signup"),
    path("", own_views.account, name="account"),
    path("name/", own_views.display_name, name="account_display_name"),
    path("email/", own_views.email, name="account_email"),
    path("email/confirm/", own_views.ask_to_confirm, name="account_email_ask"),
    path("email/confirm/<str:token>/", own_views.confirm_email, name="account_email_confirm"),
    path("password/", own_views.change_password, name="account_change_password"),
    path("password/reset/", own_views.forgotten, name="account_reset_password"),
    path("password/reset/<int:number>/<str:token>/", own_views.new_password, name="account_reset_password_from_key"),
    path("new/", own_views.new_account, name="account_new"),
    path("close/", own_views.leave, name="account_leave"),
    path("close/for/", own_views.leave_for, name="account_leave_for"),
    path("reset-link/", own_views.reset_link, name="account_reset_link"),
    path("role/<int:number>/", role_views.role, name="account_role"),
    path("reauthenticate/", factor_views.reauthenticate, name="account_reauthenticate"),
    path("2fa/", factor_views.index, name="mfa_index"),
    path("2fa/login/", factor_views.authenticate, name="mfa_authenticate"),
    path("2fa/app/", factor_views.set_up_app, name="mfa_activate_totp"),
    path("2fa/app/picture.svg", factor_views.app_picture, name="mfa_totp_picture"),
    path("2fa/app/remove/", factor_views.remove_app, name="mfa_deactivate_totp"),
    path("2fa/codes/", factor_views.codes, name="mfa_view_recovery_codes"),
    path("2fa/codes/new/", factor_views.new_codes, name="mfa_generate_recovery_codes"),
    path("2fa/passkeys/add/", factor_views.add_passkey, name="mfa_add_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", factor_views.remove_passkey, name="mfa_remove_webauthn"),
    path("2fa/passkeys/login/", factor_views.passkey_login, name="mfa_login_webauthn"),
]
