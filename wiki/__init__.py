"""The site around the encyclopedia: settings, addresses, middleware, the WSGI door, accounts and features.

    settings                   one file, from the environment, safe by default
    urls                       a list of includes: the sitemap on one screen
    middleware errors context  what every answer gets: disclaimer, stub notice, headers; pages for what went wrong
    admin_site apps            the Django admin with our own login page
    logs alarms health         lines with the request's number; mail about failures; whether it lives and can work
    wsgi                       the door: what every request passes before and after Django
        bodies peers           whole bodies, slow ones kept apart; who asks, behind which proxies
        encodings assets       compressed answers; static files under names that never change
        process                one server to a data folder; no process outlives its parent
    wording                    the site's words and choices an administrator changes in Set up, each version kept
    accounts  disclaimer       our user model, roles, registration; the disclaimer's built-in wording and its HTML
    pages                      help, legal drafts and portals that come along as files

Imports go down this list only; nothing of `articles` imports from here.
"""
