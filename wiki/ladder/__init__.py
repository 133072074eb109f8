"""The ladder of trust: by which figures somebody is given the next role without being asked; off until switched on.

urls         where it is looked at and set
views        the ladder: its steps, who would climb, who misses what
forms        what a step asks for, and why it was changed
receivers    an accepted proposal lets its author be looked at
climbing     the steps, the figures of people, and the one way up; nobody climbs who was put down by a person
models       what a step asks for
management   `manage.py climb`
"""
