"""What may come in: a field for each thing sent. Shape is checked here, sense in the domain; forms never save.

editing      a text, a draft, the pieces of a conflict, a deed on the screen of the sections
history      edits taken back; which recent changes somebody wants to see
reviewing    decisions on proposals; the queue and its topics
search       what somebody looks for
moderation   the acts of moderators on pages and versions, the inbox, the log
blocking     blocks, and where somebody wrote from
erasing      a passage that the law wants gone
filtering    filters, and domains that nothing may link to
ruling       whose approval a proposal needs
ends         when what a moderator sets shall end
fields       fields that several of these share
"""
