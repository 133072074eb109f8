"""What readers report: a passage is dangerous, wrong, outdated, copied or private. Each report is a case with a clock.

urls         where a passage is reported, and where cases are
admin        cases in the administration: found, and acted on
views        the form for readers, what became of it for who reported, the list and a case for moderators
forms        what is sent
deciding     what moderators do with cases; what of them waits in the inbox
reporting    what readers do: report a passage, and see what became of it
signals      case_opened: what is announced
models       Case
"""
