// Every command once: id, title, key, where it works. Feeds the handlers, the hints and the key sheet.
// `enkel` keys work only when no field has focus. Digits compare by code, letters by key (design, section 7).
export const TOETSEN = [
  { id: "gesprek.nieuw", titel: "Nieuw gesprek", toets: "Alt N", waar: "overal" },
  { id: "gesprek.wissel", titel: "Naar gesprek 1 tot en met 9", toets: "Alt 1–9", waar: "overal" },
  { id: "notitie", titel: "Naar de notitie", toets: "Alt T", waar: "gesprek" },
  { id: "klantbeeld", titel: "Klantbeeld", toets: "Alt K", waar: "gesprek" },
  { id: "zoeken", titel: "Zoeken wie er belt", toets: "/", waar: "gesprek", enkel: true },
  { id: "gebied.volgend", titel: "Naar het volgende gebied", toets: "Alt J", waar: "overal" },
  { id: "gesprek.afronden", titel: "Afronden", toets: "Alt A", waar: "gesprek" },
  { id: "gesprek.opslaan", titel: "Opslaan wat open staat", toets: "Ctrl Enter", waar: "afronden" },
  { id: "laatste.ongedaan", titel: "Laatste ongedaan maken", toets: "Alt Z", waar: "overal" },
  { id: "sluiten", titel: "Sluiten, terug naar waar u was", toets: "Esc", waar: "overal" },
  { id: "stand", titel: "Klok en beller laten voorlezen", toets: "F2", waar: "gesprek" },
  { id: "vergrendelen", titel: "Scherm vergrendelen", toets: "Alt L", waar: "overal" },
  { id: "toetsen", titel: "Alle toetsen", toets: "?", waar: "overal", enkel: true },
];
