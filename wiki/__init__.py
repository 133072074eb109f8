"""The site around the encyclopedia: settings, addresses, middleware, the WSGI door, accounts and features.

    settings                   one file, from the environment, safe by default
    urls                       a list of includes: the sitemap on one screen
    middleware errors context  what every answer gets: disclaimer, stub notice, headers; pages for what went wrong
    admin_site apps            the Django admin with our own login page
    logs alarms sentry health  lines with the request's number; failures told; whether it lives and can work
    metrics tally queries      what is counted, for Prometheus, by all workers together; slow and failed statements
    postgresql                 connections that outlive a restart of the server
    routing caching            what is read from a replica; a cache that may go away
    purging                    what a proxy in front may keep, and how it is told of a change
    wsgi                       the door: what every request passes before and after Django
        bodies peers           whole bodies, slow ones kept apart; who asks, behind which proxies
        encodings assets       compressed answers; static files under names that never change
        pagecache freshness    pages kept as bytes, answered before Django; the stamps that tell whether they still hold
        rolepages              articles kept for all of a role, with places for what is of one person
        shelf                  the bytes of those that memory has no room for, in a file without a name
        process                one server to a data folder; no process outlives its parent
    exports                    what the site gives away in files: all that is kept of one person
    notifications              what people are told of what became of their proposals
    cases                      what readers report as wrong, and what comes of it
    wording                    the site's words and choices an administrator changes in Set up, each version kept
    ladder                     the next role for whoever has earned it, by figures an administrator sets; off by default
    backups                    everything the site keeps, in one file, and back into an empty database
    accounts  disclaimer       our user model, roles, registration; the disclaimer's built-in wording and its HTML
    pages                      help, legal drafts and portals that come along as files

Imports go down this list only; nothing of `articles` imports from here.
"""
