"""Who is who: our own user model, the roles, and the doors in and out.

urls                    /accounts/ and all below it
views                   the login, logout and registration pages, with the status a refusal should have
own_views               one's own account; the ways back into a lost one
factor_views            the second factor: set up, used while logging in, taken away
role_views              the role of somebody else
templatetags            the way there, from a person's proposals and contributions
answers                 who may come to these pages, and with which status a form is shown again
forms                   what may come in
adapter                 django-allauth told what a name may be and how a login is limited
admin                   accounts in the Django admin
passwords               a new password: by the old one, or by a one-time link
confirming              an e-mail address known to be its owner's
leaving                 an account closed for good: what goes, and under which name its edits stay
making                  an account made for somebody else
registration            who may register, who is approved, and what tells people from machines
backends                who may log in, and what an account may until it has a second factor
sealing                 secrets of second factors, unreadable in the database
second_factor           who has one, who must, how often a code may be guessed
mail                    what the site writes to people, and whether mail leaves at all
receivers               the groups of the roles after each migration; a new account is a contributor; closing one
roles                   the five roles, and the one door through which a role or an account's state changes
models                  User: the account, its names and what makes two look alike; FormerName: one who left; Role
names                   what an account may be called
signals                 what accounts announce to the rooms above them
"""
