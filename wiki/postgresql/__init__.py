"""PostgreSQL as Django knows it, with a pool whose dead connections are found all at once.

base        what Django loads: the connections
absences    a server that doesn't answer, and who waits for it
"""
