"""How things are written on screen: dates, times and numbers in Dutch, and the template engine."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app import klok
from app.assets import asset
from app.connectors.ports import GedeeltelijkeDatum
from app.settings import PROJECT

TEMPLATES = PROJECT / "app" / "templates"
LOCALE = "nl_NL"


def tijd(moment: datetime) -> str:
    """10:42"""
    return klok.local(moment).strftime("%H:%M")


def tijd_s(moment: datetime) -> str:
    """10:42:07"""
    return klok.local(moment).strftime("%H:%M:%S")


def dag(moment: datetime) -> str:
    """Heading of a day: Vandaag, Gisteren, Donderdag 12 november, or with the year when it is another."""
    day, today = klok.local(moment).date(), klok.local(klok.now()).date()
    if day == today:
        return "Vandaag"
    if day == today - timedelta(days=1):
        return "Gisteren"
    pattern = "EEEE d MMMM" if day.year == today.year else "EEEE d MMMM y"
    return format_date(day, pattern, locale=LOCALE).capitalize()


def datum(value: date | datetime) -> str:
    """12-11-2024"""
    day = klok.local(value).date() if isinstance(value, datetime) else value
    return day.strftime("%d-%m-%Y")


def moment(value: datetime) -> str:
    """As short as it can be: 10:42 today, wo 17:05 this week, 12 nov this year, else 12-11-2024."""
    here, today = klok.local(value), klok.local(klok.now()).date()
    if here.date() == today:
        return here.strftime("%H:%M")
    if here.date() == today - timedelta(days=1):
        return "gisteren " + here.strftime("%H:%M")
    if timedelta(0) < today - here.date() < timedelta(days=7):
        return format_datetime(here, "EEEEEE HH:mm", locale=LOCALE)
    if here.year == today.year:
        return format_date(here.date(), "d MMM", locale=LOCALE).rstrip(".")
    return datum(value)


def iso(value: datetime | date) -> str:
    return value.isoformat()


def geboren(value: GedeeltelijkeDatum) -> str:
    """A birth date that may be incomplete: 14-03-1961, maart 1961 (dag onbekend), 1961 (dag onbekend)."""
    if value.volledig:
        return datum(value.volledig)
    if value.jaar and value.maand:
        month = format_date(date(value.jaar, value.maand, 1), "MMMM y", locale=LOCALE)
        return f"{month} (dag onbekend)"
    return f"{value.jaar} (dag onbekend)" if value.jaar else "onbekend"


FILTERS = {"tijd": tijd, "tijd_s": tijd_s, "dag": dag, "datum": datum, "moment": moment, "iso": iso}


def environment() -> Environment:
    """The template engine: everything escaped, a missing name is an error and never an empty spot."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals.update(asset=asset)
    return made
