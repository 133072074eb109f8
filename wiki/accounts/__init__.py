"""Who is who: our own user model, the roles, and the doors in and out.

names       what an account may be called
models      User: the account, its names and what makes two names look alike
roles       the five roles, and the one door through which a role or an account's state changes
receivers   the groups of the roles after each migration; a new account is a contributor
adapter     django-allauth told what a name may be and how a login is limited
forms       the login and registration forms
views       the login, logout and registration pages, with the status a refusal should have
urls        /accounts/login/, /accounts/logout/, /accounts/register/
admin       accounts in the Django admin
"""
