"""The site's words and choices that an administrator changes, each version kept; *Set up*, where all of them are.

urls admin          where people come in; the versions, to be looked up
views               the disclaimer, Set up and its forms, the logo's picture, the accent's sheet
forms templatetags  what may come in; the sponsor, where a page may carry it
setup logo site     the lines of Set up; a picture becomes a logo; the site as templates name it
kept                name and disclaimer for what the door refuses
words               read and change a wording
rules               what each may be
catalogue colours   the list of all of them; what can be read in an accent
models              what is stored
apps                the Django app
"""
