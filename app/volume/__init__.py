"""Believable volume for example municipalities: contacts as years of work leave them. Never in production."""
