"""Every tenant table in one import, for migrations, provisioning and conventions."""

from app.afleveringen.models import Aflevering
from app.audit.models import Auditregel
from app.auth.models import Afmeldmelding, Inlogpoging, Lidmaatschap, Sessie
from app.codelijsten.models import Codenaam, Gespreksresultaat, Kanaal
from app.connectors.models import Koppeling
from app.gesprekken.models import Gesprek, Klantverwijzing, Vraag
from app.klantcontacten.models import Betrokkene, Klantcontact
from app.mail.models import Mail
from app.openingstijden.models import Feestdagkeuze, Openingstijden, Sluitingsdag
from app.uiterlijk.models import Uiterlijk, Uiterlijkbestand
from app.uitnodigingen.models import Uitnodiging
from app.verwerkingen.models import Verwerking
from app.zegels.models import Zegel, Zegelcontrole, Zegelhoofd

TABLES = (
    Aflevering,
    Afmeldmelding,
    Auditregel,
    Betrokkene,
    Codenaam,
    Feestdagkeuze,
    Gesprek,
    Gespreksresultaat,
    Inlogpoging,
    Kanaal,
    Klantcontact,
    Klantverwijzing,
    Koppeling,
    Lidmaatschap,
    Mail,
    Openingstijden,
    Sessie,
    Sluitingsdag,
    Uiterlijk,
    Uiterlijkbestand,
    Uitnodiging,
    Verwerking,
    Vraag,
    Zegel,
    Zegelcontrole,
    Zegelhoofd,
)
