"""All that accounts announce to the rooms above them."""

from django.dispatch import Signal

role_given = Signal()
"""An account has another role since this transaction: `user`, `role`, `why`, and `by` (None on the command
line, and where a rule of the site gave it)."""

account_left = Signal()
"""An account is being closed for good, in the transaction that does it: `user`. Whoever keeps something of the person
lets it go; what raises undoes the closing."""
