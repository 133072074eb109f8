"""The site around the encyclopedia: settings, addresses, middleware, the WSGI door, accounts and features.

    settings                   one file, from the environment, safe by default
    urls                       a list of includes: the sitemap on one screen
    middleware errors context  what every answer gets: disclaimer, stub notice, headers; pages for what went wrong
    admin_site apps            the Django admin with our own login page
    wsgi                       the door: what every request passes before and after Django
        bodies peers           whole bodies, slow ones kept apart; who asks, behind which proxies
        encodings assets       compressed answers; static files under names that never change
        process                one server to a data folder; no process outlives its parent
    wording                    the site's words an administrator edits, each version kept
    accounts  disclaimer       our user model, roles, registration; the disclaimer's built-in wording and its HTML

Imports go down this list only; nothing of `articles` imports from here.
"""
