"""Oefenomgeving: other organisations' registers, simulated over their official API, with invented people.

Stands apart from the product: it imports nothing of it, and the product reaches it over HTTP like any register.
"""
