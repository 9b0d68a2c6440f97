// What the supervisor tells the provider, read once from the file that KISS_IDENTITY_CONFIG names:
// { port, issuer, data,
//   tenants: [{slug, naam, client: {id, secret}, redirect_uri, post_logout_redirect_uri, backchannel_logout_uri}],
//   people: [{sub, gemeente, rol, preferred_username, name, given_name, family_name, email, email_verified}] }
import { readFileSync } from 'node:fs';

export function readConfig(environment) {
  if (environment.KISS_ENV !== 'development') {
    throw new Error('Deze aanmelddienst is alleen voor ontwikkeling. Zet KISS_ENV=development, of gebruik een echte.');
  }
  if (!environment.KISS_IDENTITY_CONFIG) {
    throw new Error('KISS_IDENTITY_CONFIG ontbreekt: het pad van het bestand met instellingen.');
  }
  return JSON.parse(readFileSync(environment.KISS_IDENTITY_CONFIG, 'utf8'));
}

/** Who may sign in, and on behalf of which municipality an application asks. */
export class Directory {
  constructor({ tenants, people }) {
    this.tenants = tenants;
    this.people = people;
  }

  tenantOf(redirectUri) {
    return this.tenants.find((tenant) => tenant.redirect_uri === redirectUri);
  }

  peopleOf(tenant) {
    return this.people.filter((person) => person.gemeente === tenant.slug);
  }

  bySubject(sub) {
    return this.people.find((person) => person.sub === sub);
  }

  byUsername(username) {
    return this.people.find((person) => person.preferred_username === username);
  }

  get origins() {
    return [...new Set(this.tenants.map((tenant) => new URL(tenant.redirect_uri).origin))];
  }
}
