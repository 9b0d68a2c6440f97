// The pages of the development provider. Plain HTML; everything from outside passes `escape`.
const ROLES = {
  agent: 'Klantcontactmedewerker',
  specialist: 'Medewerker vakafdeling',
  teamleider: 'Teamleider',
  tenant_admin: 'Functioneel beheerder',
  editor: 'Redacteur',
  kennislezer: 'Kennislezer',
  privacy_officer: 'Privacyfunctionaris',
  '': 'Nog geen rol',
};

export function whoPage(tenant, people) {
  return page('Wie bent u?', question(tenant, 'Aanmelden bij', people));
}

/** Asked of somebody who signed in before: an application wants to be sure that it is still the same person. */
export function againPage(tenant, person) {
  return page('Bent u het nog?', question(tenant, 'Bevestig voor', [person]));
}

function question(tenant, purpose, people) {
  const rows = people.map((person, index) => `
      <li><button type="submit" name="wie" value="${escape(person.sub)}"${index === 0 ? ' autofocus' : ''}>
        <span class="letters" aria-hidden="true">${escape(person.given_name[0] + person.family_name[0])}</span>
        <span><strong>${escape(person.name)}</strong> · ${escape(ROLES[person.rol] ?? person.rol)}</span>
      </button></li>`);
  return `
    <p class="soft">${escape(purpose)} gemeente ${escape(tenant.naam)}</p>
    <p class="practice"><strong>Oefenomgeving.</strong> De mensen hier zijn verzonnen. Op de echte omgeving bestaat deze keuze niet.</p>
    <form method="post"><ul>${rows.join('')}
    </ul></form>`;
}

export const refusedPage = (message) => page('Aanmelden lukt niet', `<p>${escape(message)}</p>`);

export const signedOutPage = () => page('U bent afgemeld', '<p>U kunt dit venster sluiten.</p>');

export function errorPage({ error, error_description: description = '' }) {
  return page('Aanmelden lukt niet', `
    <p>Ga terug naar KISS en meld u opnieuw aan. Lukt dat niet, geef dan dit door aan uw beheerder:</p>
    <p><code>${escape(error)}: ${escape(description)}</code></p>`);
}

/** `form` comes from the provider; the script sends it at once, the button serves whoever has no script. */
export function signOutPage(form) {
  return page('Afmelden', `${form}
    <p>U wordt afgemeld. Gebeurt er niets, gebruik dan de knop.</p>
    <button class="primary" type="submit" form="op.logoutForm" name="logout" value="yes" autofocus>Meld mij af</button>`,
  '<script src="/bestand/afmelden.js" defer></script>');
}

function page(title, body, head = '') {
  return `<!doctype html>
<html lang="nl">
<head>
  <meta charset="utf-8">
  <title>${escape(title)} · Aanmelddienst voor ontwikkeling</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <link rel="stylesheet" href="/bestand/stijl.css">
  <link rel="icon" href="/bestand/merk.svg" type="image/svg+xml">
  ${head}
</head>
<body>
  <main>
    <h1>${escape(title)}</h1>
    ${body}
  </main>
</body>
</html>
`;
}

function escape(text) {
  const names = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return String(text ?? '').replace(/[&<>"']/g, (sign) => names[sign]);
}
