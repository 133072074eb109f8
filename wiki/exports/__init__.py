"""Other ways out: what the site gives away in files, over the functions and tables of the rooms below.

urls        where they are
views       the page that gives somebody their own data
own_data    all that is kept of one person, as JSON
"""
