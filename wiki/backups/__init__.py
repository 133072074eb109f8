"""Backups: everything the site keeps, in one file that any database can be filled from again.

restoring   fills an empty database from an archive, after reading the whole of it
taking      writes an archive from one moment of a database that goes on serving
files       which files are kept beside the tables; put back once the database is filled
rows        which tables are kept; their rows as JSON, and back
histories   one hash over all histories, by which the two sides are compared
archive     the file: members, a manifest with the hash of each, nothing half written under its name
"""
