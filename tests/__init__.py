"""Tests, mirroring the two packages file for file."""
