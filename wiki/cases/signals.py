"""What is announced of cases, each after its transaction has committed."""

from django.dispatch import Signal

case_opened = Signal()
"""A reader has reported something: `case` (its row)."""
