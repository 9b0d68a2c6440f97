"""Klantinteracties API as Open Klant 2.15 and 2.18 behave (standards 3; observed on the running server)."""
