"""What people ask a municipality: subject, question as an agent notes it, and what was answered or done."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thema:
    """Part of the questions. `gewicht`: its share; `druk`: months (1 to 12) in which it is asked twice as often.

    `gevallen`: onderwerp, vraag, antwoorden. Words between braces are filled in by `app.volume.teksten`.
    """

    gewicht: int
    druk: tuple[int, ...]
    gevallen: tuple[tuple[str, str, tuple[str, ...]], ...]


_AFSPRAAK = "Afspraak gemaakt op {dag} om {uur}."
THEMAS = (
    Thema(120, (5, 6), (
        ("Paspoort aanvragen", "wil een nieuw paspoort; het oude verloopt over {n} weken", (_AFSPRAAK, "Gezegd wat mee moet: pasfoto en het oude paspoort.")),
        ("Paspoort voor een kind", "vraagt wat mee moet voor het paspoort van een kind", ("Pasfoto, kind zelf mee en toestemming van beide ouders.", _AFSPRAAK)),
        ("Spoedaanvraag paspoort", "is het paspoort kwijt en vliegt {dag}", ("Spoedprocedure uitgelegd: vóór {uur} aanvragen, de volgende werkdag klaar.", "Vandaag nog langskomen; vermissing aan de balie melden.")),
        ("Identiteitskaart ophalen", "vraagt of de identiteitskaart al klaarligt", ("Ligt klaar bij de balie, kan zonder afspraak.", "Nog niet binnen; krijgt bericht.")),
        ("Paspoort ophalen door een ander", "vraagt of de partner het paspoort kan ophalen", ("Alleen zelf ophalen; dat uitgelegd.", "Bezorgen kan ook, kosten € {bedrag}.")),
    )),
    Thema(70, (), (
        ("Rijbewijs verlengen", "wil het rijbewijs verlengen", (_AFSPRAAK, "Is 75 of ouder: eerst verklaring van het CBR, daarna bij ons.")),
        ("Rijbewijs kwijt", "is het rijbewijs verloren", ("Vermissing aan de balie melden; kosten € {bedrag} genoemd.", _AFSPRAAK)),
        ("Buitenlands rijbewijs omwisselen", "vraagt of omwisselen van een buitenlands rijbewijs kan", ("Lijst met stukken gemaild.", "Kan binnen {n} maanden na inschrijving; afspraak {dag} om {uur}.")),
    )),
    Thema(95, (7, 8, 9), (
        ("Verhuizing doorgeven", "gaat verhuizen naar de {straat} en wil dat doorgeven", ("Kan vanaf vier weken vooraf tot vijf dagen na de verhuizing; via DigiD gewezen.", "Heeft geen DigiD; formulier gemaild.")),
        ("Post op oud adres", "is {n} weken geleden verhuisd en kreeg nog post op het oude adres", ("Verhuizing is verwerkt; de brief was toen al onderweg.", "Verhuizing stond niet goed; hersteld.")),
        ("Inschrijving bij iemand anders", "gaat inwonen bij een kennis aan de {straat}", ("Toestemming van de hoofdbewoner nodig; formulier gemaild.", _AFSPRAAK)),
        ("Vestiging uit het buitenland", "komt terug uit het buitenland en wil zich inschrijven", ("Hele gezin mee met paspoort en huurcontract. Afspraak {dag} om {uur}.", "Lijst met stukken gemaild.")),
        ("Adresonderzoek", "zegt dat er iemand ingeschreven staat die er niet woont", ("Melding gemaakt voor een adresonderzoek; dat duurt tot {n} weken.", "Onderzoek loopt al; krijgt bericht.")),
    )),
    Thema(110, (1, 4), (
        ("Afval niet opgehaald", "zegt dat de container niet is geleegd in de {straat}", ("Melding gemaakt, ophalen uiterlijk {dag}.", "De hele straat was overgeslagen; wagen komt {dag}.")),
        ("Grof vuil laten ophalen", "wil grof vuil laten ophalen: {n} stuks", ("Afspraak ophalen {dag}, vanaf {uur} buitenzetten.", "Is te veel voor één keer; naar de milieustraat gewezen.")),
        ("Container kapot", "heeft een kapotte container, het deksel is los", ("Container wordt binnen {n} werkdagen vervangen.", "Monteur komt {dag}.")),
        ("Afvalpas doet het niet", "krijgt de ondergrondse container niet open met de pas", ("Pas opnieuw geactiveerd; morgen weer proberen.", "Nieuwe pas gestuurd, kosten € {bedrag}.")),
        ("Milieustraat", "vraagt wat de milieustraat rekent voor puin", ("Openingstijden en tarief van € {bedrag} genoemd.", "Eerste {n} keer per jaar gratis met de pas.")),
    )),
    Thema(75, (), (
        ("Parkeervergunning aanvragen", "wil een parkeervergunning voor de {straat}", ("Aanvraag loopt via de website met DigiD; duurt {n} werkdagen.", "Wachtlijst van ongeveer {n} maanden in dit gebied.")),
        ("Parkeervergunning: ander kenteken", "heeft een leenauto en wil het kenteken tijdelijk wijzigen", ("Kenteken gewijzigd tot en met {dag}.", "Kan zelf in de app; uitgelegd.")),
        ("Bezoekersregeling", "vraagt hoe bezoek wordt aangemeld", ("Uitgelegd hoe de app voor bezoek werkt.", "Regeling geldt niet in deze straat.")),
        ("Naheffing parkeren", "kreeg een naheffing van € {bedrag} en is het er niet mee eens", ("Bezwaar kan binnen zes weken; uitgelegd hoe.", "Betaalbewijs meesturen met het bezwaar.")),
    )),
    Thema(60, (2, 3), (
        ("WOZ-waarde te hoog", "vindt de WOZ-waarde te hoog vergeleken met de buren in de {straat}", ("Bezwaar kan gratis, binnen zes weken na de datum van de brief.", "Terugbelverzoek voor de taxateur; belt {dag} na {uur}.")),
        ("WOZ: taxatieverslag", "wil het taxatieverslag inzien", ("Staat in het belastingportaal; samen gevonden.", "Per post gestuurd, binnen {n} werkdagen.")),
        ("WOZ: bezwaar via een bureau", "vraagt of voor bezwaar een bureau nodig is", ("Zelf bezwaar maken is gratis; uitgelegd hoe dat gaat.",)),
        ("WOZ: stand van het bezwaar", "vraagt of het bezwaar is ontvangen", ("Ontvangst bevestigd; uitspraak voor het eind van het jaar.", "Nog niet gevonden; stuurt het opnieuw.")),
    )),
    Thema(70, (2, 3, 4), (
        ("Betalingsregeling belastingen", "kan de aanslag van € {bedrag} niet in één keer betalen", ("Betalingsregeling in {n} termijnen afgesproken.", "Automatische incasso in {n} delen aangezet.")),
        ("Kwijtschelding aanvragen", "vraagt kwijtschelding aan", ("Formulier gemaild; beslissing binnen acht weken.", "Inkomen is te hoog; uitgelegd hoe dat wordt berekend.")),
        ("Aanmaning terwijl er betaald is", "kreeg een aanmaning terwijl er betaald is", ("Betaling gevonden; aanmaning mag weg.", "Betaald zonder kenmerk; uitgezocht met Belastingen.")),
        ("Hondenbelasting afmelden", "heeft geen hond meer", ("Afgemeld per vandaag; rest komt terug.",)),
    )),
    Thema(95, (10, 11), (
        ("Losse stoeptegel", "meldt een losse stoeptegel in de {straat} bij nummer {n}", ("Melding gemaakt voor Wijkbeheer; herstel binnen {n} werkdagen.", "Was al gemeld; toegevoegd aan die melding.")),
        ("Lantaarnpaal kapot", "meldt dat de lantaarnpaal voor de deur al {n} dagen uit is", ("Melding gemaakt; herstel binnen {n} werkdagen.", "Storing in de hele straat; is bekend.")),
        ("Gat in de weg", "meldt een gat in het fietspad bij de {straat}", ("Spoed doorgegeven aan de storingsdienst.", "Staat op de planning voor {dag}.")),
        ("Zwerfafval", "klaagt over zwerfafval bij de speeltuin", ("Ploeg ruimt {dag} op.", "Extra bak aangevraagd bij Wijkbeheer.")),
        ("Verstopte put", "meldt dat de put na regen overloopt", ("Put wordt binnen {n} werkdagen leeggezogen.", "Spoed doorgegeven; het water staat tot de drempel.")),
    )),
    Thema(65, (), (
        ("Wmo: hulp bij het huishouden", "vraagt hulp bij het huishouden aan na een operatie", ("Melding opgenomen; de consulent belt binnen {n} werkdagen.", "Doorverbonden met het Wmo-team.")),
        ("Wmo: stand van de aanvraag", "vraagt hoe ver de aanvraag voor een scootmobiel is", ("Ligt bij de leverancier, verwacht rond {dag}.", "Beschikking gaat deze week op de post.")),
        ("Wmo: hulp kwam niet", "meldt dat de hulp {n} weken niet is geweest", ("Doorgegeven aan de aanbieder; die belt {dag}.", "Klacht opgenomen; krijgt bericht binnen {n} werkdagen.")),
        ("Mantelzorg", "zoekt ondersteuning als mantelzorger", ("Folder over het steunpunt gemaild.", "Nummer van het steunpunt gegeven.")),
    )),
    Thema(55, (), (
        ("Bijstand aanvragen", "wil een uitkering aanvragen", ("Aanvraag gaat via Werk en Inkomen; afspraak {dag} om {uur}.", "Lijst met stukken gemaild.")),
        ("Uitkering niet ontvangen", "heeft de uitkering van deze maand nog niet", ("Betaling staat klaar en komt uiterlijk {dag}.", "Terugbelverzoek gemaakt voor de klantmanager.")),
        ("Bijzondere bijstand", "vraagt bijzondere bijstand voor een wasmachine", ("Formulier gemaild, bewijs van inkomen meesturen.", "Vergoeding is hoogstens € {bedrag}; uitgelegd.")),
    )),
    Thema(45, (), (
        ("Vergunning dakkapel", "wil weten of een dakkapel aan de {straat} zonder vergunning mag", ("Vergunningcheck gedaan: melden is genoeg.", "Voorkant: vergunning nodig, kosten vanaf € {bedrag}.")),
        ("Bouwplan van de buren", "wil de tekeningen van het bouwplan van de buren inzien", ("Stukken liggen ter inzage tot {dag}.", "Doorverbonden met Vergunningen.")),
        ("Boom kappen", "vraagt of een boom in de tuin gekapt mag worden", ("Kapvergunning nodig; kosten € {bedrag}.", "Mag zonder vergunning bij deze omtrek.")),
        ("Straatfeest", "organiseert een straatfeest op de {straat}", ("Aanvraag minstens {n} weken vooraf.", "Melden is genoeg bij minder dan honderd mensen.")),
    )),
    Thema(60, (4, 5), (
        ("Trouwen: datum reserveren", "wil een trouwdatum reserveren", ("Optie genomen op {dag}; bevestigen binnen {n} weken.", _AFSPRAAK)),
        ("Geboorte aangeven", "wil de geboorte van een kind aangeven", ("Moet binnen drie dagen; afspraak {dag} om {uur}.", "Kan ook online; uitgelegd.")),
        ("Uittreksel aanvragen", "vraagt een uittreksel voor de woningcorporatie", ("Via DigiD besteld, € {bedrag}.", "Kan het aan de balie meenemen.")),
        ("Akte voor het buitenland", "vraagt een akte op voor het buitenland", ("Internationale akte besteld, € {bedrag}, duurt {n} werkdagen.",)),
        ("Overlijden aangeven", "vraagt wat er moet gebeuren na een overlijden", ("Uitvaartverzorger doet aangifte; verdere stappen gemaild.",)),
    )),
    Thema(60, (6, 7, 8), (
        ("Geluidsoverlast", "klaagt over geluid van de buren in de {straat}, meestal na {uur}", ("Eerst zelf in gesprek, anders buurtbemiddeling: nummer gegeven.", "Gevraagd om tijden bij te houden.")),
        ("Overlast jongeren", "meldt hangjongeren bij de supermarkt", ("Melding voor Handhaving gemaakt; die rijdt er {dag} langs.", "Jongerenwerk ingelicht.")),
        ("Ratten", "meldt ratten bij de vijver", ("Plaagdierbeheer komt binnen {n} werkdagen.",)),
        ("Foutparkeren", "zegt dat er steeds auto's op de stoep staan in de {straat}", ("Handhaving controleert deze week.", "Melding toegevoegd aan die van de buren.")),
    )),
    Thema(35, (6, 9), (
        ("Sportzaal huren", "wil de sportzaal huren op {dag}", ("Vrij vanaf {uur}; aanvraag gemaild.", "Verwezen naar de beheerder.")),
        ("Leerlingenvervoer", "vraagt leerlingenvervoer aan voor volgend jaar", ("Formulier gestuurd, inleveren vóór de zomer.", "Afstand is te klein; uitgelegd waarom.")),
        ("Verlof buiten de vakantie", "vraagt verlof voor een bruiloft in het buitenland", ("Aanvraag loopt via school; daarna beslist de leerplichtambtenaar.",)),
    )),
    Thema(130, (), (
        ("Doorverbinden", "vraagt naar een collega van Burgerzaken", ("Doorverbonden.", "Collega was in gesprek; belt terug vóór {uur}.")),
        ("Vraag over een brief", "begrijpt de brief van vorige {dag} niet", ("Brief samen gelezen en uitgelegd.", "Brief was voor een ander adres; retour laten sturen.")),
        ("Wacht op een telefoontje", "wacht al {n} dagen op een telefoontje", ("Collega aangesproken; belt vandaag nog.", "Verzoek stond open; opnieuw onder de aandacht gebracht.")),
        ("Afspraak verzetten", "wil de afspraak van {dag} verzetten", ("Verzet naar {dag} om {uur}.", "Geannuleerd; maakt zelf een nieuwe.")),
        ("Openingstijden", "vraagt of het gemeentehuis {dag} open is", ("Openingstijden genoemd.", "Alleen op afspraak; " + "afspraak gemaakt om {uur}.")),
        ("DigiD werkt niet", "kan niet inloggen met DigiD", ("Verwezen naar de helpdesk van DigiD.", "Lukte na een nieuwe code.")),
    )),
)  # fmt: skip
