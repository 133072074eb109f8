"""The encyclopedia: articles, their sections, their history. It knows nothing of the site around it.

The floor plan; imports go down only:

    urls  admin  management                     where people and commands come in
    views                                       load with permission, check the form, call the domain, answer
    forms  templatetags                         what may come in; how things are shown
    reviewing                                   proposals: submit, accept, decline, withdraw
    importing                                   articles from files
    editing                                     THE WRITE DOOR: save, revert, bring_in
    writing                                     the rows of an edit, in one transaction; called by editing only
    reading | history | search                  a page; its past; finding it
    housekeeping                                what is forgotten after its time
    access | notices | renderer | limits | logbook | append_only   who may; what a page must say; the guarded worker
    models                                      what is stored
    signals | text                              what is announced; text in, text out, no Django
    apps                                        the Django app

Six uses name the file on every floor (domain, view, template folder, test):
reading, editing, history, reviewing, search, moderation.
"""
