"""Notes of agents, put together from cases of the KCC. Nobody's name stands in a text."""

from __future__ import annotations

import random
from itertools import accumulate

from app.volume.gevallen import THEMAS

WIE = ("Mw.", "Dhr.", "Beller", "Inwoner", "Inwoonster", "Meneer", "Mevrouw")
SLOT = (
    "",
    "",
    "",
    "Akkoord.",
    "Mail met uitleg gestuurd.",
    "Verwezen naar de website.",
    "Beller was tevreden.",
    "Afgesproken dat we terugkomen als het anders loopt.",
    "Kenmerk doorgegeven.",
    "Belt zelf terug als het niet lukt.",
    "Vroeg ook naar de openingstijden; die doorgegeven.",
)
MEER = (
    "Belde hier eerder over en kreeg toen een ander antwoord; dat uitgelegd.",
    "Vindt het lang duren. Begrip getoond en de termijn genoemd.",
    "Werkt overdag en kan alleen op donderdagavond langskomen.",
    "Heeft moeite met lezen, dus rustig stap voor stap doorgenomen.",
    "Spreekt weinig Nederlands; gesprek ging met hulp van een buurvrouw.",
    "Was boos over de brief. De bedoeling ervan uitgelegd, daarna rustiger.",
    "Vroeg twee keer of dit echt klopt; bevestigd.",
    "Stond lang in de wacht; daarvoor excuses gemaakt.",
    "Wil graag ook schriftelijk antwoord.",
    "Overlegd met de vakafdeling; die bevestigt dit.",
)
DAGEN = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")
STRATEN = ("Proefstraat", "Voorbeeldlaan", "Testmarkt", "Modelsingel", "Fictiekade", "Oefenpad", "Toetsplein")
_PER_MAAND = tuple(
    tuple(accumulate(thema.gewicht * (2 if maand in thema.druk else 1) for thema in THEMAS)) for maand in range(13)
)


def tekst(chance: random.Random, maand: int) -> tuple[str, str]:
    """Onderwerp (at most 200 characters) and inhoud, as an agent would have typed them in that month (1 to 12)."""
    weights = _PER_MAAND[maand]
    geval = chance.choice(chance.choices(THEMAS, cum_weights=weights)[0].gevallen)
    antwoord = chance.choice(geval.antwoorden)
    if chance.random() < 0.06:  # in a hurry
        return geval.onderwerp, _filled(antwoord, chance)
    parts = [f"{chance.choice(WIE)} {geval.vraag}.", antwoord]
    more = chance.random()
    if more < 0.35:
        parts.insert(1, chance.choice(MEER))
    if more < 0.04:  # a long talk
        parts[2:2] = chance.sample(MEER, chance.randint(3, 6))
    parts.append(chance.choice(SLOT))
    return geval.onderwerp, _filled(" ".join(filter(None, parts)), chance)


def _filled(text: str, chance: random.Random) -> str:
    if "{" not in text:
        return text
    return text.format(
        n=chance.randint(2, 12),
        dag=chance.choice(DAGEN),
        uur=f"{chance.randint(9, 20)}.{chance.choice(('00', '15', '30'))} uur",
        bedrag=f"{chance.randint(6, 480)},{chance.choice(('00', '50', '95'))}",
        straat=chance.choice(STRATEN),
    )
