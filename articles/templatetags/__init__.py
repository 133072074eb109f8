"""Template tags of the encyclopedia."""
