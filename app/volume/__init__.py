"""Believable volume for example municipalities: contacts as years of work would have left them. Never in production."""
