"""The site's words that an administrator edits: the medical disclaimer, each version kept.

urls  admin  views  where people come in
words               read and change a wording
models              what is stored
apps                the Django app
"""
