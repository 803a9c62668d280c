// Every word of the page in English and Dutch, and numbers and periods as a reader of either writes them.

export const TEXTS = {
  skip: ["Skip to the results", "Naar de resultaten"],
  tools: ["Tools", "Hulpmiddelen"],
  language: ["Language", "Taal"],
  dark: ["Dark", "Donker"],
  undo: ["Undo", "Ongedaan maken"],
  redo: ["Redo", "Opnieuw"],
  reset: ["Reset", "Herstellen"],
  pin: ["Pin", "Vastzetten"],
  states: ["States", "Standen"],
  compare: ["Compare", "Vergelijken"],
  share: ["Share", "Delen"],
  export: ["Scenario file", "Scenariobestand"],
  print: ["Print", "Afdrukken"],
  close: ["Close", "Sluiten"],
  what_if: ["What if", "Wat als"],
  join_title: ["Join a session", "Doe mee aan een sessie"],
  join_text: ["The one who leads the session has a code for you.", "Wie de sessie leidt, heeft een code voor u."],
  your_name: ["Your name or team", "Uw naam of team"],
  code: ["Join code", "Deelnamecode"],
  join: ["Join", "Meedoen"],
  open_title: ["Open a session", "Open een sessie"],
  open_text: [
    "For whoever leads a crisis team or an exercise. The Hormuz scenario is laid on the table; others are one choice away.",
    "Voor wie een crisisteam of een oefening leidt. Het Hormuz-scenario komt op tafel; andere zijn één keuze verder.",
  ],
  linked: ["A link brought you here: the session begins with the state it points to.", "U kwam via een link: de sessie begint met de stand waar die naar wijst."],
  key: ["Access key", "Toegangssleutel"],
  exercise: ["This is an exercise: mark everything EXERCISE / OEFENING", "Dit is een oefening: merk alles EXERCISE / OEFENING"],
  open: ["Open", "Openen"],
  sign_in: ["Sign in with {}", "Inloggen bij {}"],
  sign_in_again: ["Sign in as somebody else", "Inloggen als iemand anders"],
  or_key: ["Or with an access key:", "Of met een toegangssleutel:"],
  guest: ["Signed in as {} ({}).", "Ingelogd als {} ({})."],
  guest_may_not: [
    "Signed in as {}, but the role {} opens no sessions. Join with a code, or ask your administrator for another role.",
    "Ingelogd als {}, maar de rol {} opent geen sessies. Doe mee met een code, of vraag uw beheerder om een andere rol.",
  ],
  sign_in_cancelled: ["You broke off signing in.", "U hebt het inloggen afgebroken."],
  sign_in_expired: [
    "Signing in took too long, or went on in another window; sign in again.",
    "Het inloggen duurde te lang, of ging verder in een ander venster; log opnieuw in.",
  ],
  sign_in_refused: [
    "You were signed in, but not for this service; ask your administrator for a role.",
    "U bent ingelogd, maar niet voor deze dienst; vraag uw beheerder om een rol.",
  ],
  sign_in_unavailable: ["You cannot sign in now; try again later, or use a key.", "Inloggen kan nu niet; probeer het later, of gebruik een sleutel."],
  role_partner: ["partner", "partner"],
  role_crisis_team: ["crisis team", "crisisteam"],
  role_facilitator: ["exercise leader", "oefenleider"],
  role_team: ["team", "team"],
  role_observer: ["observer", "waarnemer"],
  role_auditor: ["auditor", "auditor"],
  role_administrator: ["administrator", "beheerder"],
  crisis: ["The crisis", "De crisis"],
  decisions: ["Our decisions", "Onze besluiten"],
  scenario: ["Scenario", "Scenario"],
  add: ["Add", "Toevoegen"],
  add_crisis: ["Something more goes wrong", "Er gaat nog iets mis"],
  add_decisions: ["One more measure", "Nog een maatregel"],
  guarantees: ["Guarantees", "Waarborgen"],
  guarantees_about: ["Shares of demand that come before the rest; 0% takes one away.", "Aandelen van de vraag die voorgaan op de rest; 0% neemt er een weg."],
  which: ["Which", "Welke"],
  remove: ["Remove", "Verwijderen"],
  in_force: ["In force", "Van kracht"],
  rebuilds: ["takes a few seconds: the problem is built anew", "duurt enkele seconden: het vraagstuk wordt opnieuw opgebouwd"],
  opens_long: ["some scenarios take a minute or more to open", "sommige scenario's vragen een minuut of langer om te openen"],
  heat: ["Coverage by sector and {}", "Dekkingsgraad per sector en {}"],
  material: ["Material", "Materiaal"],
  all_materials: ["All: the lowest of any", "Alle: de laagste van elk"],
  sector: ["Sector (class)", "Sector (klasse)"],
  served: ["Fully served throughout: {}.", "Steeds volledig voorzien: {}."],
  nothing_short: ["Nothing runs short: every claim is met throughout.", "Er is geen tekort: aan elke aanspraak wordt steeds voldaan."],
  key_full: ["met", "gedekt"],
  key_slight: ["90% or more", "90% of meer"],
  key_part: ["50% to 90%", "50% tot 90%"],
  key_low: ["below 50%", "onder 50%"],
  key_marks: ["▲ better, ▼ worse than the comparison", "▲ beter, ▼ slechter dan de vergelijking"],
  reserves: ["Strategic reserves", "Strategische voorraden"],
  reserve: ["Reserve", "Voorraad"],
  no_reserve: ["No reserve is open: the level or the measure is missing.", "Geen voorraad is opengesteld: het niveau of de maatregel ontbreekt."],
  start: ["start", "begin"],
  floor: ["floor", "ondergrens"],
  tiers: ["Shortage by class: {}", "Tekort per klasse: {}"],
  worst_of_any: ["the largest share of any material", "het grootste deel van enig materiaal"],
  tier: ["Class", "Klasse"],
  now: ["Now", "Nu"],
  missing: ["Share missing", "Ontbrekend deel"],
  flows: ["From source to sector: {}", "Van bron naar sector: {}"],
  source: ["Source", "Bron"],
  others: ["others", "overige"],
  made_in: ["made in {}", "gemaakt in {}"],
  from_reserve: ["reserve: {}", "voorraad: {}"],
  stocks: ["stocks of firms", "voorraden van bedrijven"],
  under_way: ["under way at the start", "onderweg bij aanvang"],
  cuts: ["Who is cut most, and why", "Wie wordt het meest gekort, en waarom"],
  claim: ["Claim", "Aanspraak"],
  coverage: ["Coverage", "Dekking"],
  lowest_period: ["Worst {}", "Slechtste {}"],
  misses: ["Misses", "Ontbreekt"],
  reason: ["Reason", "Reden"],
  by_rank: ["Rank: class {} goes first and leaves no more.", "Rangorde: klasse {} gaat voor en laat niet meer over."],
  by_cap: ["The framework caps what it may get.", "Het kader begrenst wat zij mag krijgen."],
  by_share: ["Too little for all of class {}; they share.", "Te weinig voor heel klasse {}; zij delen."],
  basis: ["Basis: {}.", "Grondslag: {}."],
  basis_none: ["No legal basis: {}.", "Geen wettelijke grondslag: {}."],
  more_cuts: ["and {} more claims", "en nog {} aanspraken"],
  figures: ["Key figures", "Kerncijfers"],
  f_goods: ["materials short", "materialen tekort"],
  f_claims: ["claims cut", "aanspraken gekort"],
  f_first: ["of them in class 1", "waarvan in klasse 1"],
  f_lowest: ["lowest coverage", "laagste dekking"],
  f_periods: ["{} with a shortage", "{} met tekort"],
  f_reserve: ["left of the emptiest reserve", "over van de leegste voorraad"],
  of: ["of {}", "van {}"],
  same: ["no change", "gelijk"],
  better: ["better", "beter"],
  worse: ["worse", "slechter"],
  other_horizon: ["other horizon: not compared", "andere horizon: niet vergeleken"],
  against: ["Compared with: {}", "Vergeleken met: {}"],
  as_opened: ["the scenario as opened", "het scenario zoals geopend"],
  changes: ["What differs from the comparison", "Wat verschilt van de vergelijking"],
  unchanged: ["Nothing was moved yet.", "Er is nog niets verschoven."],
  as_table: ["As a table", "Als tabel"],
  solving: ["Solving…", "Wordt opgelost…"],
  opening: ["The scenario is being opened; some take a minute or more…", "Het scenario wordt geopend; sommige vragen een minuut of langer…"],
  solving_stage: ["Solving: {}", "Wordt opgelost: {}"],
  part_of: ["part {} of {}", "deel {} van {}"],
  solved: ["Certified, {} stages, {} s; {} of {} parts solved again.", "Gecertificeerd, {} stappen, {} s; {} van {} delen opnieuw opgelost."],
  rebuilt: ["{} parts were built anew.", "{} delen werden opnieuw opgebouwd."],
  audited: ["Audited.", "Gecontroleerd."],
  audit_failed: ["The audit failed: these figures must not be used.", "De controle is mislukt: deze cijfers mogen niet worden gebruikt."],
  unsolved: ["No answer for these settings; shown is the last answer.", "Geen antwoord bij deze instellingen; getoond is het laatste antwoord."],
  unsolved_first: ["No answer for these settings; nothing is shown yet.", "Geen antwoord bij deze instellingen; er is nog niets te tonen."],
  unsolved_pinned: ["No answer for what you compare with.", "Geen antwoord voor waarmee u vergelijkt."],
  lost: ["The line to the service is lost; what you move is kept and sent when it is back.", "De verbinding met de dienst is weg; wat u verschuift wordt bewaard en verstuurd zodra zij terug is."],
  seat_gone: ["Your place in this session has ended; join again.", "Uw plaats in deze sessie is verlopen; doe opnieuw mee."],
  door_fault: ["That did not work: {}", "Dat lukte niet: {}"],
  no_file: ["The scenario file could not be saved: {}", "Het scenariobestand kon niet worden opgeslagen: {}"],
  bad_name: ["write a name of 1 to 40 characters that can be read", "schrijf een naam van 1 tot 40 leesbare tekens"],
  bad_code: ["a join code has 8 letters and figures", "een deelnamecode heeft 8 letters en cijfers"],
  refused_open_401: [
    "this is no access token in force on this service; ask your administrator for a new key",
    "dit is geen geldige toegangssleutel van deze dienst; vraag uw beheerder om een nieuwe",
  ],
  refused_open_403: ["this key opens no sessions; ask your administrator for one of another role", "met deze sleutel opent u geen sessies; vraag uw beheerder om een andere rol"],
  refused_join_403: [
    "this code is of no session that is going on; ask for the code again, it is good for a day at most",
    "deze code is van geen lopende sessie; vraag de code nog eens, zij geldt hoogstens een dag",
  ],
  bad_source: ["the session of this link is not kept on this service; ask who sent it for another one", "de sessie van deze link is hier niet bewaard; vraag de afzender om een andere"],
  refused_file_404: ["your place in this session has ended", "uw plaats in deze sessie is verlopen"],
  refused_join_429: ["too many codes were tried; wait a minute", "er zijn te veel codes geprobeerd; wacht een minuut"],
  no_service: ["the service does not answer", "de dienst antwoordt niet"],
  people: ["At the table", "Aan tafel"],
  you: ["you", "u"],
  lead: ["leads", "leidt"],
  team: ["team", "team"],
  observer: ["watches", "kijkt mee"],
  codes: ["Join codes: team {}, observers {}", "Deelnamecodes: team {}, waarnemers {}"],
  log: ["Moves", "Zetten"],
  only_differences: ["Only differences", "Alleen verschillen"],
  no_differences: ["There are no differences.", "Er zijn geen verschillen."],
  settings_figures: ["Setting or figure", "Instelling of cijfer"],
  comparison: ["Comparison", "Vergelijking"],
  name: ["Name", "Naam"],
  keep: ["Keep this state", "Bewaar deze stand"],
  recall: ["Show", "Tonen"],
  pin_this: ["Compare with it", "Vergelijk ermee"],
  forget: ["Forget", "Vergeten"],
  no_states: ["No state has a name yet.", "Nog geen stand heeft een naam."],
  unpin: ["Compare with the scenario as opened", "Vergelijk met het scenario zoals geopend"],
  share_text: ["Whoever may open sessions opens one of their own with this state. The link holds ids and no figures.", "Wie sessies mag openen, opent met deze link een eigen sessie met deze stand. De link bevat kenmerken en geen cijfers."],
  link: ["Link", "Link"],
  copy: ["Copy", "Kopiëren"],
  copied: ["Copied", "Gekopieerd"],
  concept: ["Concept framework, no legal force.", "Conceptkader, zonder rechtskracht."],
  on: ["on", "aan"],
  off: ["off", "uit"],
  absent: ["not there", "niet aanwezig"],
  m_set: ["{} → {}", "{} → {}"],
  m_add: ["added: {}", "toegevoegd: {}"],
  m_remove: ["removed: {}", "verwijderd: {}"],
  m_undo: ["undid a move", "maakte een zet ongedaan"],
  m_redo: ["redid a move", "deed een zet opnieuw"],
  m_reset: ["reset all", "herstelde alles"],
  m_preset: ["opened {}", "opende {}"],
  m_pin: ["pinned {}", "zette {} vast"],
  m_name: ["kept {}", "bewaarde {}"],
  m_recall: ["showed {}", "toonde {}"],
  m_forget: ["forgot {}", "vergat {}"],
  refused: ["Not possible: {}", "Niet mogelijk: {}"],
  watching: ["You watch: the others move.", "U kijkt mee: de anderen verschuiven."],
};

// What a solve is at, by the names of its stages.
export const STAGES = {
  "all tiers": ["whether everybody can be served", "of iedereen kan worden voorzien"],
  guarantee: ["what the law guarantees", "wat de wet waarborgt"],
  own_guarantee: ["what is guaranteed within the class", "wat binnen de klasse is gewaarborgd"],
  rule: ["sharing within the class", "verdelen binnen de klasse"],
  delegated: ["sharing by those it is left to", "verdelen door wie het is overgelaten"],
  completion: ["what else can be met", "wat er nog meer kan"],
  tail: ["what comes after the horizon", "wat na de horizon komt"],
  restraint: ["as little of our own demand given up as can be", "zo weinig mogelijk eigen vraag inleveren"],
  restraint_tail: ["the same after the horizon", "hetzelfde na de horizon"],
  means: ["reserves and measures come last", "voorraden en maatregelen het laatst"],
  top_up: ["what is left over", "wat er overblijft"],
  cost: ["lowest cost", "laagste kosten"],
  steadiness: ["evenly over time", "gelijkmatig over de tijd"],
  tie_break: ["choosing among equals", "kiezen tussen gelijken"],
  integers: ["whole lots and on or off", "hele partijen en aan of uit"],
  "what is open": ["what could be otherwise", "wat ook anders kan"],
};

const SPANS = {
  M: [["month", "maand"], ["months", "maanden"]],
  Q: [["quarter", "kwartaal"], ["quarters", "kwartalen"]],
  W: [["week", "week"], ["weeks", "weken"]],
};

const MONTHS = {
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
  nl: ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
};

let code = "en";

export const language = () => code;
export const setLanguage = (to) => { code = to; };
export const pick = (words) => (code === "nl" ? words[1] : words[0]);

export function t(name, ...values) {
  let at = 0;
  return pick(TEXTS[name]).replace(/\{\}/g, () => values[at++]);
}

const locale = () => (code === "nl" ? "nl-NL" : "en-GB");

// A formatter takes a hundred times as long to make as to use.
const formatters = new Map();
export function number(value, decimals = 0) {
  const key = `${locale()} ${decimals}`;
  if (!formatters.has(key)) formatters.set(key, new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: decimals }));
  return formatters.get(key).format(value + 0);
}

// Three significant digits, or all before the mark.
export function amount(value) {
  if (!value) return "0";
  const size = Math.floor(Math.log10(Math.abs(value)));
  return number(value, Math.min(Math.max(2 - size, 0), 9));
}

export const unit = (name) => (name === "piece" ? pick(["pieces", "stuks"]) : name);
export const quantity = (value, name) => `${amount(value)} ${unit(name)}`;

// 100% only when nothing is missing, 0% only when there is nothing.
export function percent(share) {
  if (Math.abs(share) < 5e-7) return "0%";
  if (Math.abs(share - 1) < 5e-7) return "100%";
  if (share > 0 && share < 0.0005) return `<${number(0.1, 1)}%`;
  if (share > 0.9995 && share < 1) return `>${number(99.9, 1)}%`;
  return `${number(100 * share, share >= 0.1 && share <= 0.99 ? 0 : 1)}%`;
}

export function period(name, short = false) {
  const [year, rest] = name.split("-");
  if (rest.startsWith("Q")) return `${pick(["Q", "K"])}${rest.slice(1)}${short ? "" : ` ${year}`}`;
  if (rest.startsWith("W")) return `week ${Number(rest.slice(1))}${short ? "" : ` ${year}`}`;
  return `${MONTHS[code][Number(rest) - 1]}${short ? "" : ` ${year}`}`;
}

// What periods of these names are: one, or several.
export function span(names, several = false) {
  return pick((SPANS[names[0].split("-")[1][0]] ?? SPANS.M)[several ? 1 : 0]);
}

// Where a solve is: its part, class and stage.
export function stageText(where) {
  return where.split(", ").map((word) => {
    const [, part, parts] = /^part (\d+) of (\d+)$/.exec(word) ?? [];
    if (part) return t("part_of", part, parts);
    const [, tier] = /^tier (\d+)$/.exec(word) ?? [];
    if (tier) return `${t("tier").toLowerCase()} ${tier}`;
    return STAGES[word] ? pick(STAGES[word]) : word.replaceAll("_", " ");
  }).join(", ");
}

// A value of a control as it is said.
export function said(value, scale) {
  const decimals = Number.isInteger(value) ? 0 : 1;
  switch (scale?.unit) {
    case "percent": return percent(value);
    case "times": return `${number(100 * value)}%`;
    case "months": return `${number(value, decimals)} ${value === 1 ? pick(["month", "maand"]) : pick(["months", "maanden"])}`;
    case "periods": return `${number(value)} ${pick(["periods", "perioden"])}`;
    case "days": return `${number(value, decimals)} ${value === 1 ? pick(["day", "dag"]) : pick(["days", "dagen"])}`;
    default: return amount(value);
  }
}
